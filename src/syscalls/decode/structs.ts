/** Structs that many calls share, abbreviated as strace does: stat(2), statx(2), statfs(2), timespec(3). */
import type { Arch } from "../../kernel/fcntl.ts";
import { flagsText } from "../../kernel/flags.ts";
import {
  array,
  enumValue,
  flags,
  integer,
  NamedValue,
  pointer,
  struct,
  type Value,
  word,
} from "../value.ts";
import type { SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";

const S_IFMT = 0o170000;
const FILE_TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [0o010000, "S_IFIFO"],
  [0o020000, "S_IFCHR"],
  [0o040000, "S_IFDIR"],
  [0o060000, "S_IFBLK"],
  [0o100000, "S_IFREG"],
  [0o120000, "S_IFLNK"],
  [0o140000, "S_IFSOCK"],
]);
const SPECIAL_MODE_BITS = [
  ["S_ISUID", 0o4000],
  ["S_ISGID", 0o2000],
  ["S_ISVTX", 0o1000],
] as const;
const UTIME_NOW = 0x3fffffff;
const UTIME_OMIT = 0x3ffffffe;

/** Limits the cache, since a program can use any number of flag combinations. */
const MAX_CACHED_FLAGS = 1024;
const openFlagsCache = new Map<number, NamedValue>();

/** Names the access mode and the flags of open(2). */
export function openFlagsValue(value: number, arch: Arch): NamedValue {
  let known = openFlagsCache.get(value);
  if (!known) {
    known = readOpenFlags(value, arch);
    if (openFlagsCache.size >= MAX_CACHED_FLAGS) openFlagsCache.clear();
    openFlagsCache.set(value, known);
  }
  return known;
}

function readOpenFlags(value: number, arch: Arch): NamedValue {
  const words = flagsText("open", value, arch).split("|");
  const names = words.filter((each) => !each.startsWith("0x"));
  const rest = words.find((each) => each.startsWith("0x"));
  return new NamedValue(value, names, rest === undefined ? 0 : Number(rest), "O_???");
}

export function modeValue(mode: number): Value {
  const type = FILE_TYPE_NAMES.get(mode & S_IFMT);
  const octal = (bits: number) => `0${bits.toString(8)}`.padStart(3, "0");
  if (type === undefined) return word(octal(mode));
  const special = SPECIAL_MODE_BITS.filter(([, bit]) => mode & bit).map(([name]) => name);
  return word([type, ...special, octal(mode & 0o777)].join("|"));
}

export function deviceValue(dev: number): Value {
  const major = ((dev >>> 8) & 0xfff) | 0;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  const hex = (number: number) => (number === 0 ? "0" : `0x${number.toString(16)}`);
  return word(`makedev(${hex(major)}, ${hex(minor)})`);
}

/** Offsets in struct stat of 64-bit callers, and in struct stat64 of 32-bit callers. */
const STAT_LAYOUTS = {
  x64: { size: 144, mode: 24, rdev: 40, length: 48 },
  arm64: { size: 128, mode: 16, rdev: 32, length: 48 },
  x64Compat: { size: 96, mode: 16, rdev: 32, length: 44 },
  arm64Compat: { size: 104, mode: 16, rdev: 32, length: 48 },
} as const;

/** struct stat: devices have st_rdev, other files st_size. */
export function statValue(call: SyscallView, at: bigint): Value {
  const is64 = call.wordSize === 8 || call.name.endsWith("64");
  const offsets = is64 && call.abi !== "x32" ? STAT_LAYOUTS[call.abi] : null;
  const found = call.failed || !offsets ? null : call.memory.read(Number(at), offsets.size);
  if (!found || !offsets) return pointer(at);
  const { view } = found;
  const mode = view.getUint32(offsets.mode, true);
  const isDevice = [0o020000, 0o060000].includes(mode & S_IFMT);
  const what = isDevice
    ? (["st_rdev", deviceValue(Number(view.getBigUint64(offsets.rdev, true)))] as const)
    : (["st_size", integer(view.getBigInt64(offsets.length, true))] as const);
  return struct([["st_mode", modeValue(mode)], what], true);
}

export function statxValue(call: SyscallView, at: bigint): Value {
  const found = call.failed ? null : call.memory.read(Number(at), 256);
  if (!found) return pointer(at);
  const { view } = found;
  const set = constants("statx");
  const attributes = constants("statx_attributes");
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

/** Returns the date of a time in the local time zone; "" for the epoch itself. */
function dateRemark(seconds: bigint, fraction: bigint, digits: number): string {
  if ((seconds === 0n && fraction === 0n) || fraction >= 10n ** BigInt(digits)) return "";
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime()) || fraction < 0n) return "";
  const zone = -date.getTimezoneOffset();
  const two = (value: number) => String(value).padStart(2, "0");
  const offset = `${zone < 0 ? "-" : "+"}${two(Math.floor(Math.abs(zone) / 60))}${two(Math.abs(zone) % 60)}`;
  const local = new Date(date.getTime() + zone * 60_000).toISOString().slice(0, -5);
  const part = fraction ? `.${String(fraction).padStart(digits, "0")}` : "";
  return ` /* ${local}${part}${offset} */`;
}

/** Seconds since 1970, with the date. */
export function dateValue(seconds: bigint): Value {
  return word(`${seconds}${dateRemark(seconds, 0n, 9)}`);
}

/** Size of a time in bytes. 32-bit callers have calls with 64-bit times, whose names end with 64. */
export function timeSize(call: SyscallView): 8 | 16 {
  return call.abi.endsWith("Compat") && !call.name.endsWith("64") ? 8 : 16;
}

function timeValue(
  call: SyscallView,
  at: bigint,
  name: "tv_nsec" | "tv_usec",
  date: boolean,
): Value | null {
  const size = timeSize(call);
  const found = at === 0n ? null : call.memory.read(Number(at), size);
  if (!found) return null;
  const { view } = found;
  const half = (offset: number) =>
    size === 8 ? BigInt(view.getInt32(offset, true)) : view.getBigInt64(offset * 2, true);
  const [seconds, fraction] = [half(0), half(4)];
  const unsigned = name === "tv_nsec" ? BigInt.asUintN(64, fraction) : fraction;
  const value = struct([
    ["tv_sec", integer(seconds)],
    [name, integer(unsigned)],
  ]);
  const remark = date ? dateRemark(seconds, fraction, name === "tv_nsec" ? 9 : 6) : "";
  return remark === "" ? value : { ...value, remark };
}

/** struct timespec. @param utime handles UTIME_NOW and UTIME_OMIT, and adds the date: utimensat(2) */
export function timespecAt(call: SyscallView, at: bigint, utime = false): Value | null {
  const value = timeValue(call, at, "tv_nsec", utime);
  if (!utime || value?.kind !== "struct") return value;
  const [, [, nanoseconds]] = value.fields;
  const number = nanoseconds.kind === "integer" ? Number(nanoseconds.value) : 0;
  if (number === UTIME_NOW) return word("UTIME_NOW");
  return number === UTIME_OMIT ? word("UTIME_OMIT") : value;
}

/** struct timeval. */
export function timevalAt(call: SyscallView, at: bigint, date = false): Value | null {
  return timeValue(call, at, "tv_usec", date);
}

const STATFS_FLAGS = [
  ["ST_VALID", 0x20],
  ["ST_RDONLY", 1],
  ["ST_NOSUID", 2],
  ["ST_NODEV", 4],
  ["ST_NOEXEC", 8],
  ["ST_SYNCHRONOUS", 16],
  ["ST_MANDLOCK", 64],
  ["ST_NOATIME", 1024],
  ["ST_NODIRATIME", 2048],
  ["ST_RELATIME", 4096],
  ["ST_NOSYMFOLLOW", 8192],
] as const;

/** struct statfs of 64-bit callers. */
export function statfsValue(call: SyscallView, at: bigint): Value {
  const found = call.failed || call.wordSize === 4 ? null : call.memory.read(Number(at), 88);
  if (!found) return pointer(at);
  const { view } = found;
  const number = (offset: number) => integer(view.getBigUint64(offset, true));
  const id = [56, 60].map((offset) => integer(view.getUint32(offset, true), "hex"));
  return struct([
    ["f_type", enumValue(view.getUint32(0, true), constants("filesystem"))],
    ["f_bsize", number(8)],
    ["f_blocks", number(16)],
    ["f_bfree", number(24)],
    ["f_bavail", number(32)],
    ["f_files", number(40)],
    ["f_ffree", number(48)],
    ["f_fsid", struct([["val", array(id)]])],
    ["f_namelen", number(64)],
    ["f_frsize", number(72)],
    ["f_flags", flags(view.getUint32(80, true), STATFS_FLAGS, "ST_???")],
  ]);
}
