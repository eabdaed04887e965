/** Arguments of calls that nobody wrote a decoder for: what their types and layouts tell. */
import { type Abi, type Argument as Described, layoutOf, scalarOf } from "../table.ts";
import { pointer, struct, type Value } from "../value.ts";
import * as usual from "./arguments.ts";
import { type Argument, type Call, onEntry, onExit } from "./call.ts";
import { fieldValue } from "./layout.ts";

const FD_NAMES = /^(fd|fildes|.*_fd|oldfd|newfd|epfd|ufd)$/;
const DIRFD_NAMES = /^(dfd|dirfd|.*dfd)$/;

/** A number by its type. */
function scalar({ name, type }: Described, abi: Abi): Argument {
  if (DIRFD_NAMES.test(name)) return usual.dirfd;
  if (FD_NAMES.test(name)) return usual.fd;
  if (/\bu?mode_t\b/.test(type)) return usual.mode;
  const known = scalarOf(type, abi) ?? { size: 8, signed: false };
  if (known.size === 8) return known.signed ? usual.long : usual.ulong;
  return known.signed ? usual.int : usual.uint;
}

/** What a pointer points to. */
function behind(call: Call, at: bigint, described: Described, abi: Abi): Value {
  if (at === 0n) return pointer(at);
  if (described.target === "char") return usual.stringAt(call, at);
  const layout = described.struct === null ? undefined : layoutOf(described.struct, abi);
  if (layout) {
    const found = call.memory.read(Number(at), layout.size);
    if (!found) return pointer(at);
    const bytes = found.bytes.slice(0, layout.size);
    const view = new DataView(bytes.buffer);
    return struct(layout.fields.map((field) => [field.name, fieldValue(view, 0, field, abi)]));
  }
  const known = described.target === null ? undefined : scalarOf(described.target, abi);
  if (!known || known.size < 4) return pointer(at);
  return known.size === 8
    ? usual.numberAt(call, at, 8, known.signed)
    : usual.numberAt(call, at, 4, known.signed);
}

/** The decoder of an argument of which only the prototype is known. */
export function generic(described: Described, abi: Abi): Argument {
  if (!described.pointer) return scalar(described, abi);
  const decode = (call: Call, index: number): Value => {
    const at = call.ulong(index);
    if (described.direction === "address") return pointer(at);
    if (described.direction === "out" && call.failed) return pointer(at);
    return behind(call, at, described, abi);
  };
  return described.direction === "out" ? onExit(decode) : onEntry(decode);
}
