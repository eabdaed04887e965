/** Structs that many calls share, as strace shows them when it abbreviates: stat(2), statx(2), time. */
import type { Arch } from "../../kernel/fcntl.ts";
import { flagsText } from "../../kernel/flags.ts";
import { flags, integer, NamedValue, pointer, struct, type Value, word } from "../value.ts";
import type { Call } from "./call.ts";
import { setNamed } from "./parts.ts";

const S_IFMT = 0o170000;
const TYPES: ReadonlyMap<number, string> = new Map([
  [0o010000, "S_IFIFO"],
  [0o020000, "S_IFCHR"],
  [0o040000, "S_IFDIR"],
  [0o060000, "S_IFBLK"],
  [0o100000, "S_IFREG"],
  [0o120000, "S_IFLNK"],
  [0o140000, "S_IFSOCK"],
]);
const UTIME_NOW = 0x3fffffff;
const UTIME_OMIT = 0x3ffffffe;

/** "O_WRONLY|O_CREAT" as one value, so that a program can ask for its parts. */
export function openFlagsValue(value: number, arch: Arch): NamedValue {
  const words = flagsText("open", value, arch).split("|");
  const names = words.filter((each) => !each.startsWith("0x"));
  const rest = words.find((each) => each.startsWith("0x"));
  return new NamedValue(value, names, rest === undefined ? 0 : Number(rest), "O_???");
}

export function modeValue(mode: number): Value {
  const type = TYPES.get(mode & S_IFMT);
  const permissions = `0${(mode & ~S_IFMT).toString(8).padStart(3, "0")}`;
  return word(type === undefined ? `0${mode.toString(8)}` : `${type}|${permissions}`);
}

function device(dev: number): Value {
  const major = ((dev >>> 8) & 0xfff) | 0;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  return word(`makedev(0x${major.toString(16)}, 0x${minor.toString(16)})`);
}

/** struct stat of 64-bit callers; what decides between st_size and st_rdev is the type. */
export function statValue(call: Call, at: bigint): Value {
  const arm = call.arch === "arm64";
  const found =
    call.failed || call.word === 4 ? null : call.memory.read(Number(at), arm ? 128 : 144);
  if (!found) return pointer(at);
  const { view } = found;
  const mode = view.getUint32(arm ? 16 : 24, true);
  const isDevice = [0o020000, 0o060000].includes(mode & S_IFMT);
  const what = isDevice
    ? (["st_rdev", device(Number(view.getBigUint64(arm ? 32 : 40, true)))] as const)
    : (["st_size", integer(view.getBigInt64(48, true))] as const);
  return struct([["st_mode", modeValue(mode)], what], true);
}

export function statxValue(call: Call, at: bigint): Value {
  const found = call.failed ? null : call.memory.read(Number(at), 256);
  if (!found) return pointer(at);
  const { view } = found;
  const set = setNamed("statx");
  const attributes = setNamed("statx_attributes");
  return struct(
    [
      ["stx_mask", flags(view.getUint32(0, true), set, "STATX_???")],
      ["stx_attributes", flags(view.getBigUint64(8, true), attributes, "STATX_ATTR_???")],
      ["stx_mode", modeValue(view.getUint16(28, true))],
      ["stx_size", integer(view.getBigUint64(40, true))],
    ],
    true,
  );
}

/** struct timespec, with 64-bit fields. @param utime where two of its values mean something else */
export function timespecAt(call: Call, at: bigint, utime = false): Value | null {
  const found = at === 0n ? null : call.memory.read(Number(at), 16);
  if (!found) return null;
  const [seconds, nanoseconds] = [found.view.getBigInt64(0, true), found.view.getBigInt64(8, true)];
  if (utime && Number(nanoseconds) === UTIME_NOW) return word("UTIME_NOW");
  if (utime && Number(nanoseconds) === UTIME_OMIT) return word("UTIME_OMIT");
  return struct([
    ["tv_sec", integer(seconds)],
    ["tv_nsec", integer(nanoseconds)],
  ]);
}

/** struct timeval, with 64-bit fields. */
export function timevalAt(call: Call, at: bigint): Value | null {
  const found = at === 0n ? null : call.memory.read(Number(at), 16);
  if (!found) return null;
  return struct([
    ["tv_sec", integer(found.view.getBigInt64(0, true))],
    ["tv_usec", integer(found.view.getBigInt64(8, true))],
  ]);
}
