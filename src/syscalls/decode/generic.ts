/**
 * Decodes arguments of calls without a hand-written decoder, by their C types and struct layouts.
 */
import {
  type Abi,
  argumentSet,
  type Argument as Described,
  layoutOf,
  type NumberParts,
  scalarOf,
} from "../table.ts";
import { pointer, struct, type Value } from "../value.ts";
import * as usual from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { fieldValue } from "./layout.ts";
import { compositeValue, partsValue } from "./named-constants.ts";
import { hasShape, shapeAt } from "./shapes.ts";

/** Matches names of arguments that are fds. */
export const FD_ARGUMENT = /^(fd|fildes|.*_fd|oldfd|newfd|epfd|ufd|pidfd|mqdes)$/;

const PATH_ARGUMENT = /(path|pathname|file|filename)$|^special$/;
const OTHER_PATHS = new Set(["acct name", "name_to_handle_at name"]);

/** Whether a string is a path, which is shown whole. */
function isPath(call: string, argument: string): boolean {
  return PATH_ARGUMENT.test(argument) || OTHER_PATHS.has(`${call} ${argument}`);
}

/** Returns the decoder of a number, by the argument's sets of constants or by its type. */
function scalarDecoder(call: string, { name, type }: Described, abi: Abi): ArgumentDecoder {
  const parts = argumentSet(call, name);
  const { size, signed } = scalarOf(type, abi) ?? { size: 8, signed: false };
  if (parts?.value === "dirfd") return usual.dirfd;
  if (parts) return partsDecoder(parts, size === 8, abi);
  if (FD_ARGUMENT.test(name)) return usual.fd;
  if (/\bu?mode_t\b/.test(type)) return usual.mode;
  if (/\b[ug]id_t\b/.test(type)) return size === 2 ? usual.shortId : usual.id;
  // Flags without a set of their own are bits nevertheless.
  if (name === "flags") return size === 8 ? usual.hex : usual.hexInt;
  if (size === 8) return signed ? usual.long : usual.ulong;
  return signed ? usual.int : usual.uint;
}

function partsDecoder(parts: NumberParts, wide: boolean, abi: Abi): ArgumentDecoder {
  return onEntry((call, index) => {
    const value = wide ? call.ulong(index) : BigInt(call.uint(index));
    if (parts.apart) return compositeValue(value, parts, abi);
    return partsValue(value, wide ? call.long(index) : BigInt(call.int(index)), parts, abi);
  });
}

/** Decodes the memory behind a pointer. */
function pointeeValue(call: SyscallView, at: bigint, described: Described, abi: Abi): Value {
  if (at === 0n) return pointer(at);
  if (described.target === "char")
    return isPath(call.name, described.name) ? usual.pathAt(call, at) : usual.stringAt(call, at);
  if (described.struct !== null && layoutOf(described.struct, abi))
    return structAt(call, at, described.struct);
  const known = described.target === null ? undefined : scalarOf(described.target, abi);
  if (!known || known.size < 4) return pointer(at);
  return known.size === 8
    ? usual.numberAt(call, at, 8, known.signed)
    : usual.numberAt(call, at, 4, known.signed);
}

/** Matches names of fields that have no meaning. */
export const RESERVED_FIELD = /^__(reserved|unused|pad)\d*$/;

/** Decodes a struct by its layout. @param tag the kernel's tag */
export function structAt(call: SyscallView, at: bigint, tag: string): Value {
  if (hasShape(tag)) return shapeAt(call, at, tag);
  const layout = layoutOf(tag, call.abi);
  const found = at === 0n || !layout ? null : call.memory.read(Number(at), layout.size);
  if (!found || !layout) return pointer(at);
  const view = new DataView(found.bytes.slice(0, layout.size).buffer);
  const shown = layout.fields.filter(({ name }) => !RESERVED_FIELD.test(name));
  return struct(shown.map((field) => [field.name, fieldValue(view, 0, field, call.abi, tag)]));
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
