/** Times and extended attributes of files: utimensat(2), xattr(7). */
import { array, integer, pointer, struct, type Value } from "../value.ts";
import { bytesAt, dirfd, fd, path, set, string, ulong } from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit } from "./call.ts";
import { constants } from "./named-constants.ts";
import { timeSize, timespecAt, timevalAt } from "./structs.ts";

/** Two timespecs, or NULL for now. */
const twoTimes = onEntry((call, index) => {
  const at = call.ulong(index);
  if (at === 0n) return pointer(at);
  const first = timespecAt(call, at, true);
  const second = timespecAt(call, at + BigInt(timeSize(call)), true);
  return first && second ? array([first, second]) : pointer(at);
});
const twoTimevals = onEntry((call, index) => {
  const at = call.ulong(index);
  const next = at + BigInt(timeSize(call));
  const [first, second] = [timevalAt(call, at, true), timevalAt(call, next, true)];
  return first && second ? array([first, second]) : pointer(at);
});
/** struct utimbuf. */
const utimbuf = onEntry((call, index) => {
  const at = call.ulong(index);
  const found = at === 0n || call.wordSize === 4 ? null : call.memory.read(Number(at), 16);
  if (!found) return pointer(at);
  const [actime, modtime] = [0, 8].map((offset) => found.view.getBigInt64(offset, true));
  return struct([
    ["actime", integer(actime, "date")],
    ["modtime", integer(modtime, "date")],
  ]);
});
const xattr = set(() => constants("xattr"), "XATTR_???");
const XATTR_SIZE_MAX = 65536;
/** Drops the NUL at the end of a value that is shown whole. */
function withoutNul(value: Value): Value {
  if (value.kind !== "string" || value.cut || value.bytes.at(-1) !== 0) return value;
  return { ...value, bytes: value.bytes.subarray(0, -1) };
}
/** The value of an attribute. The kernel refuses longer ones. */
const newValue = onEntry((call, index) => {
  const at = call.ulong(index);
  const size = call.ulong(index + 1);
  return size > XATTR_SIZE_MAX ? pointer(at) : withoutNul(bytesAt(call, at, Number(size)));
});
/** What the kernel wrote. The result is its length, unless the size is 0. */
const written = (sizeIndex: number, show: (value: Value) => Value) =>
  onExit((call, index) => {
    const at = call.ulong(index);
    return call.failed || call.ulong(sizeIndex) === 0n
      ? pointer(at)
      : show(bytesAt(call, at, call.result));
  });
const attribute = written(3, withoutNul);
/** Names, each with a NUL. */
const names = written(2, (value) => value);
export const ATTRIBUTE_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  setxattr: [path, string, newValue, ulong, xattr],
  lsetxattr: [path, string, newValue, ulong, xattr],
  fsetxattr: [fd, string, newValue, ulong, xattr],
  getxattr: [path, string, attribute, ulong],
  lgetxattr: [path, string, attribute, ulong],
  fgetxattr: [fd, string, attribute, ulong],
  listxattr: [path, names, ulong],
  llistxattr: [path, names, ulong],
  flistxattr: [fd, names, ulong],
  utimes: [path, twoTimevals],
  futimesat: [dirfd, path, twoTimevals],
  utime: [path, utimbuf],
  utimensat: [dirfd, path, twoTimes, set(() => constants("at"), "AT_???")],
};
