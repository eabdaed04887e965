/**
 * Decodes arguments of calls without a hand-written decoder, by their C types and struct layouts.
 */
import { type Abi, argumentSet, type Argument as Described, layoutOf, scalarOf } from "../table.ts";
import { pointer, struct, type Value } from "../value.ts";
import * as usual from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { fieldValue } from "./layout.ts";
import { partsValue } from "./named-constants.ts";

/** Matches names of arguments that are fds. */
export const FD_ARGUMENT = /^(fd|fildes|.*_fd|oldfd|newfd|epfd|ufd)$/;

/** Returns the decoder of a number, by the argument's sets of constants or by its type. */
function scalarDecoder(call: string, { name, type }: Described, abi: Abi): ArgumentDecoder {
  const parts = argumentSet(call, name);
  const known = scalarOf(type, abi) ?? { size: 8, signed: false };
  const isFd = FD_ARGUMENT.test(name);
  if (parts)
    return onEntry((view, index) => {
      const wide = known.size === 8;
      const signed = wide ? view.long(index) : BigInt(view.int(index));
      const value = partsValue(
        wide ? view.ulong(index) : BigInt(view.uint(index)),
        signed,
        parts,
        abi,
      );
      // A dirfd is an fd except for the named value AT_FDCWD.
      return parts.value === "dirfd" && !value.names.length
        ? usual.fdValue(view, Number(signed))
        : value;
    });
  if (isFd) return usual.fd;
  if (/\bu?mode_t\b/.test(type)) return usual.mode;
  if (known.size === 8) return known.signed ? usual.long : usual.ulong;
  return known.signed ? usual.int : usual.uint;
}

/** Decodes the memory behind a pointer. */
function pointeeValue(call: SyscallView, at: bigint, described: Described, abi: Abi): Value {
  if (at === 0n) return pointer(at);
  if (described.target === "char") return usual.stringAt(call, at);
  if (described.struct !== null && layoutOf(described.struct, abi))
    return structAt(call, at, described.struct);
  const known = described.target === null ? undefined : scalarOf(described.target, abi);
  if (!known || known.size < 4) return pointer(at);
  return known.size === 8
    ? usual.numberAt(call, at, 8, known.signed)
    : usual.numberAt(call, at, 4, known.signed);
}

/** Decodes a struct by its layout. @param tag the kernel's tag */
export function structAt(call: SyscallView, at: bigint, tag: string): Value {
  const layout = layoutOf(tag, call.abi);
  const found = at === 0n || !layout ? null : call.memory.read(Number(at), layout.size);
  if (!found || !layout) return pointer(at);
  const view = new DataView(found.bytes.slice(0, layout.size).buffer);
  return struct(
    layout.fields.map((field) => [field.name, fieldValue(view, 0, field, call.abi, tag)]),
  );
}

/** Returns a decoder derived from the prototype of an argument. */
export function genericDecoder(name: string, described: Described, abi: Abi): ArgumentDecoder {
  if (!described.pointer) return scalarDecoder(name, described, abi);
  const decode = (call: SyscallView, index: number): Value => {
    const at = call.ulong(index);
    if (described.direction === "address") return pointer(at);
    if (described.direction === "out" && call.failed) return pointer(at);
    return pointeeValue(call, at, described, abi);
  };
  return described.direction === "out" ? onExit(decode) : onEntry(decode);
}
