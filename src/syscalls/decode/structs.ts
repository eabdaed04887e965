/**
 * Structs that many calls share: statfs(2), timespec(3); open flags, modes and device numbers.
 */
import type { Arch } from "../../kernel/fcntl.ts";
import { namedOpenFlags } from "../open-flags.ts";
import {
  array,
  type ConstantSet,
  enumValue,
  flags,
  integer,
  type MacroValue,
  type ModeValue,
  macro,
  NamedValue,
  pointer,
  struct,
  symbol,
  type Value,
  withNumber,
} from "../value.ts";
import type { SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";

const UTIME_NOW = 0x3fffffff;
const UTIME_OMIT = 0x3ffffffe;

/** Limits the cache, since a program can use any number of flag combinations. */
const MAX_CACHED_FLAGS = 1024;
const OPEN_SET: ConstantSet = { kind: "bits", placeholder: "O_???" };
const openFlagsCache = new Map<number | bigint, NamedValue>();

/** Names the access mode and the flags of open(2). */
export function openFlagsValue(value: number | bigint, arch: Arch): NamedValue {
  let known = openFlagsCache.get(value);
  if (!known) {
    known = readOpenFlags(value, arch);
    if (openFlagsCache.size >= MAX_CACHED_FLAGS) openFlagsCache.clear();
    openFlagsCache.set(value, known);
  }
  return known;
}

function readOpenFlags(value: number | bigint, arch: Arch): NamedValue {
  const { names, rest } = namedOpenFlags(BigInt(value), arch);
  return new NamedValue(value, names, typeof value === "bigint" ? rest : Number(rest), OPEN_SET);
}

export function modeValue(mode: number): ModeValue {
  return { kind: "mode", mode };
}

/** A device number: makedev(3). */
export function deviceValue(dev: number): MacroValue {
  const major = ((dev >>> 8) & 0xfff) | 0;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  return withNumber(dev, macro("makedev", integer(major, "hex"), integer(minor, "hex")));
}

/**
 * Size of a time in bytes. 32-bit callers have calls with 64-bit times, whose names end with 64.
 */
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
  const value = struct([
    ["tv_sec", integer(seconds)],
    [name, integer(BigInt.asUintN(64, fraction))],
  ]);
  return date ? { ...value, dated: true } : value;
}

/**
 * struct timespec.
 * @param utime handles UTIME_NOW and UTIME_OMIT, and adds the date: utimensat(2)
 */
export function timespecAt(call: SyscallView, at: bigint, utime = false): Value | null {
  const value = timeValue(call, at, "tv_nsec", utime);
  if (!utime || value?.kind !== "struct") return value;
  const [, [, nanoseconds]] = value.fields;
  const number = nanoseconds.kind === "integer" ? Number(nanoseconds.value) : 0;
  const plain = { ...value, dated: false };
  if (number === UTIME_NOW) return symbol("UTIME_NOW", plain);
  return number === UTIME_OMIT ? symbol("UTIME_OMIT", plain) : value;
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
