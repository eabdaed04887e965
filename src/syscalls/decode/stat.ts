/** struct stat and struct statx: stat(2), statx(2). */
import { type Abi, layoutOf } from "../table.ts";
import { flags, integer, type NamedArgument, pointer, struct, type Value } from "../value.ts";
import type { SyscallView } from "./call.ts";
import { fieldValue } from "./layout.ts";
import { constants } from "./named-constants.ts";
import { deviceValue, modeValue } from "./structs.ts";

const S_IFMT = 0o170000;
const DEVICE_TYPES = [0o020000, 0o060000];
const STAT_TIMES = ["st_atime", "st_mtime", "st_ctime"];
const STATX_SIZE_BYTES = 256;

/** Bits of stx_mask. */
const STATX = {
  type: 0x1,
  mode: 0x2,
  nlink: 0x4,
  uid: 0x8,
  gid: 0x10,
  atime: 0x20,
  mtime: 0x40,
  ctime: 0x80,
  ino: 0x100,
  size: 0x200,
  blocks: 0x400,
  btime: 0x800,
  mount: 0x1000,
  dioalign: 0x2000,
};

/** The tag of the struct that a call writes. */
function statTag(call: SyscallView): string {
  if (call.abi.endsWith("Compat")) return call.name.endsWith("64") ? "stat64" : "compat_stat";
  return "stat";
}

type NumberField = (name: string) => bigint;

/** Offsets and sizes in struct stat64 of arm, whose 64-bit fields are aligned, unlike those of i386. */
const ARM_STAT64: Readonly<Record<string, readonly [offset: number, size: 4 | 8]>> = {
  st_dev: [0, 8],
  st_mode: [16, 4],
  st_nlink: [20, 4],
  st_uid: [24, 4],
  st_gid: [28, 4],
  st_rdev: [32, 8],
  st_size: [48, 8],
  st_blksize: [56, 4],
  st_blocks: [64, 8],
  st_atime: [72, 4],
  st_atime_nsec: [76, 4],
  st_mtime: [80, 4],
  st_mtime_nsec: [84, 4],
  st_ctime: [88, 4],
  st_ctime_nsec: [92, 4],
  st_ino: [96, 8],
};
const ARM_STAT64_SIZE = 104;

function armReader(view: DataView): NumberField {
  return (name) => {
    const [offset, size] = ARM_STAT64[name];
    return size === 8 ? view.getBigUint64(offset, true) : BigInt(view.getUint32(offset, true));
  };
}

function structSize(call: SyscallView, tag: string): number {
  if (call.abi === "x32") return 0;
  if (call.abi !== "arm64Compat") return layoutOf(tag, call.abi)?.size ?? 0;
  return tag === "stat64" ? ARM_STAT64_SIZE : 0;
}

/** Returns a reader of the fields of a struct, which are 0 if it lacks them. */
function fieldReader(view: DataView, tag: string, abi: Abi): NumberField {
  if (abi === "arm64Compat") return armReader(view);
  const fields = new Map(layoutOf(tag, abi)?.fields.map((field) => [field.name, field]));
  return (name) => {
    const field = fields.get(name);
    const value = field && fieldValue(view, 0, field, abi, "");
    return value?.kind === "integer" ? BigInt(value.value) : 0n;
  };
}

/** Returns the time with its date, and its nanoseconds. */
function timeFields(name: string, number: NumberField): readonly NamedArgument[] {
  const nanoseconds = number(`${name}_nsec`);
  const seconds = BigInt.asIntN(64, number(name));
  return [
    [name, { ...integer(seconds, "date"), nanoseconds }],
    [`${name}_nsec`, integer(nanoseconds)],
  ];
}

/** Devices have st_rdev, other files st_size. */
function contentField(number: NumberField): NamedArgument {
  const isDevice = DEVICE_TYPES.includes(Number(number("st_mode")) & S_IFMT);
  return isDevice
    ? ["st_rdev", deviceValue(Number(number("st_rdev")))]
    : ["st_size", integer(BigInt.asUintN(64, number("st_size")))];
}

/** All fields of a struct stat. */
function fullStat(number: NumberField): Value {
  const plain = (name: string): NamedArgument => [name, integer(number(name))];
  return struct([
    ["st_dev", deviceValue(Number(number("st_dev")))],
    plain("st_ino"),
    ["st_mode", modeValue(Number(number("st_mode")))],
    ...["st_nlink", "st_uid", "st_gid", "st_blksize", "st_blocks"].map(plain),
    contentField(number),
    ...STAT_TIMES.flatMap((name) => timeFields(name, number)),
  ]);
}

export function statValue(call: SyscallView, at: bigint): Value {
  const tag = statTag(call);
  const size = call.failed ? 0 : structSize(call, tag);
  const found = size === 0 ? null : call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const number = fieldReader(found.view, tag, call.abi);
  if (!call.abbreviated) return fullStat(number);
  return struct([["st_mode", modeValue(Number(number("st_mode")))], contentField(number)], true);
}

interface StatxField {
  readonly name: string;
  /** The bits of stx_mask of which one is needed; 0 for none. */
  readonly mask: number;
  /** Whether it is shown without -v. */
  readonly important?: boolean;
  read(view: DataView): Value;
}

const u32 = (name: string, mask: number, at: number): StatxField => ({
  name,
  mask,
  read: (view) => integer(view.getUint32(at, true)),
});
const u64 = (name: string, mask: number, at: number): StatxField => ({
  name,
  mask,
  read: (view) => integer(view.getBigUint64(at, true)),
});
const attributes = (name: string, at: number): StatxField => ({
  name,
  mask: 0,
  read: (view) =>
    flags(view.getBigUint64(at, true), constants("statx_attributes"), "STATX_ATTR_???"),
});
const time = (name: string, mask: number, at: number): StatxField => ({
  name,
  mask,
  read: (view) => ({
    ...struct([
      ["tv_sec", integer(view.getBigInt64(at, true))],
      ["tv_nsec", integer(view.getUint32(at + 8, true))],
    ]),
    dated: true,
  }),
});

/** In strace's order, with their offsets. */
const STATX_FIELDS: readonly StatxField[] = [
  {
    name: "stx_mask",
    mask: 0,
    important: true,
    read: (view) => flags(view.getUint32(0, true), constants("statx"), "STATX_???"),
  },
  u32("stx_blksize", 0, 4),
  { ...attributes("stx_attributes", 8), important: true },
  u32("stx_nlink", STATX.nlink, 16),
  u32("stx_uid", STATX.uid, 20),
  u32("stx_gid", STATX.gid, 24),
  {
    name: "stx_mode",
    mask: STATX.type | STATX.mode,
    important: true,
    read: (view) => modeValue(view.getUint16(28, true)),
  },
  u64("stx_ino", STATX.ino, 32),
  { ...u64("stx_size", STATX.size, 40), important: true },
  u64("stx_blocks", STATX.blocks, 48),
  attributes("stx_attributes_mask", 56),
  time("stx_atime", STATX.atime, 64),
  time("stx_btime", STATX.btime, 80),
  time("stx_ctime", STATX.ctime, 96),
  time("stx_mtime", STATX.mtime, 112),
  u32("stx_rdev_major", 0, 128),
  u32("stx_rdev_minor", 0, 132),
  u32("stx_dev_major", 0, 136),
  u32("stx_dev_minor", 0, 140),
  {
    name: "stx_mnt_id",
    mask: STATX.mount,
    read: (view) => integer(view.getBigUint64(144, true), "hex"),
  },
  u32("stx_dio_mem_align", STATX.dioalign, 152),
  u32("stx_dio_offset_align", STATX.dioalign, 156),
];

export function statxValue(call: SyscallView, at: bigint): Value {
  const found = call.failed ? null : call.memory.read(Number(at), STATX_SIZE_BYTES);
  if (!found) return pointer(at);
  const { view } = found;
  const mask = view.getUint32(0, true);
  const shown = STATX_FIELDS.filter(
    (field) =>
      (field.mask === 0 || (mask & field.mask) !== 0) && (field.important || !call.abbreviated),
  );
  return struct(
    shown.map((field) => [field.name, field.read(view)]),
    call.abbreviated,
  );
}
