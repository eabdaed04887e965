/** Block devices and file systems: linux/loop.h, blkpg.h, fiemap.h, hdreg.h. */
import {
  array,
  enumValue,
  flags,
  integer,
  type NamedArgument,
  pointer,
  type StructValue,
  struct,
  type Value,
} from "../../value.ts";
import { bytesAt, fdValue } from "../arguments.ts";
import type { SyscallView } from "../call.ts";
import { charsValue, deviceOf, type Scope, structAt } from "./fields.ts";
import type { Special } from "./request.ts";

const setOf = ({ schema }: Scope, name: string) => schema.sets.get(name)!;

/** Where the fields of struct loop_info and loop_info64 are. */
interface LoopLayout {
  readonly size: number;
  readonly number: number;
  readonly deviceSize: 4 | 8;
  readonly device: number;
  readonly inode: number;
  readonly rdevice: number;
  readonly offset: number;
  readonly limit: number | null;
  /** Of lo_encrypt_type, lo_encrypt_key_size and lo_flags. */
  readonly encryption: number;
  readonly names: readonly (readonly [name: string, offset: number])[];
  readonly key: number;
  readonly init: number;
  readonly reserved: number | null;
}
const LOOP_INFO: LoopLayout = {
  ...{ size: 168, number: 0, deviceSize: 8, device: 8, inode: 16, rdevice: 24, offset: 32 },
  ...{ limit: null, encryption: 36, names: [["lo_name", 48]], key: 112, init: 144, reserved: 160 },
};
const LOOP_INFO64: LoopLayout = {
  ...{ size: 232, number: 40, deviceSize: 8, device: 0, inode: 8, rdevice: 16, offset: 24 },
  ...{ limit: 32, encryption: 44, key: 184, init: 216, reserved: null },
  names: [
    ["lo_file_name", 56],
    ["lo_crypt_name", 120],
  ],
};
const KEY_SIZE = 32;

/** Adds fields that only -v shows. */
const verbose = (call: SyscallView, ...fields: NamedArgument[]) => (call.abbreviated ? [] : fields);

function loopInfo(scope: Scope, view: DataView, base: number, layout: LoopLayout): Value {
  const { call } = scope;
  const is64 = layout.limit !== null;
  const long = (at: number) => view.getBigUint64(base + at, true);
  const word = (at: number) => view.getUint32(base + at, true);
  const number = integer(is64 ? word(layout.number) : view.getInt32(base, true));
  const [type, keySize, flagBits] = [0, 4, 8].map((at) => word(layout.encryption + at));
  const types = setOf(scope, "LO_CRYPT_");
  const flagSet = setOf(scope, "LO_FLAGS_");
  const isEncrypted = type !== 0 || !call.abbreviated;
  const key = new Uint8Array(view.buffer, view.byteOffset + base + layout.key, KEY_SIZE);
  const encryption: NamedArgument[] = isEncrypted
    ? [
        ["lo_encrypt_type", enumValue(type, types.names, types.placeholder)],
        ["lo_encrypt_key_size", integer(keySize)],
      ]
    : [];
  const shownKey: NamedArgument = [
    "lo_encrypt_key",
    { kind: "string", bytes: key.slice(0, Math.min(keySize, KEY_SIZE)), cut: false },
  ];
  const name = ([each, at]: (typeof layout.names)[number]): NamedArgument => [
    each,
    charsValue(view, base + at, 64),
  ];
  const init = [0, 8].map((at) => integer(long(layout.init + at), "hex"));
  const reserved = layout.reserved;
  const bytes = [0, 1, 2, 3].map((i) => integer(view.getUint8(base + (reserved ?? 0) + i), "hex"));
  const offset: NamedArgument = [
    "lo_offset",
    integer(is64 ? long(layout.offset) : word(layout.offset), "hex"),
  ];
  const numbered: NamedArgument = ["lo_number", number];
  return struct(
    [
      ...(is64 ? [] : [numbered]),
      ...verbose(
        call,
        ["lo_device", deviceOf(long(layout.device))],
        ["lo_inode", integer(long(layout.inode))],
        ["lo_rdevice", deviceOf(long(layout.rdevice))],
      ),
      offset,
      ...(is64 ? verbose(call, ["lo_sizelimit", integer(long(layout.limit ?? 0))]) : []),
      ...(is64 ? [numbered] : []),
      ...encryption,
      ["lo_flags", flags(flagBits, flagSet.names, flagSet.placeholder)],
      ...layout.names.slice(0, 1).map(name),
      ...(isEncrypted ? [...layout.names.slice(1).map(name), shownKey] : []),
      ...verbose(call, ["lo_init", array(init)]),
      ...(reserved === null ? [] : verbose(call, ["reserved", array(bytes)])),
    ],
    call.abbreviated,
  );
}

function readView(call: SyscallView, at: bigint, size: number): DataView | null {
  const found = at === 0n ? null : call.memory.read(Number(at), size);
  return found ? new DataView(found.bytes.slice(0, size).buffer) : null;
}

const loop =
  (layout: LoopLayout): Special["decode"] =>
  (scope, at) => {
    const view = readView(scope.call, at, layout.size);
    return view ? loopInfo(scope, view, 0, layout) : pointer(at);
  };

/** struct loop_config. */
const loopConfig: Special["decode"] = (scope, at) => {
  const { call } = scope;
  const view = readView(call, at, 304);
  if (!view) return pointer(at);
  const reserved = Array.from({ length: 8 }, (_, i) => view.getBigUint64(240 + i * 8, true));
  const isUsed = reserved.some((word) => word !== 0n);
  return struct([
    ["fd", fdValue(call, view.getInt32(0, true))],
    ["block_size", integer(view.getUint32(4, true))],
    ["info", loopInfo(scope, view, 8, LOOP_INFO64)],
    ...(isUsed
      ? [["__reserved", array(reserved.map((word) => integer(word, "hex")))] as const]
      : []),
  ]);
};

/** struct blkpg_ioctl_arg, and the struct blkpg_partition that it points to. */
const blkpg: Special["decode"] = (scope, at) => {
  const view = readView(scope.call, at, 24);
  if (!view) return pointer(at);
  const { names, placeholder } = setOf(scope, "BLKPG_");
  const data = view.getBigUint64(16, true);
  return struct([
    ["op", enumValue(view.getInt32(0, true), names, placeholder)],
    ["flags", integer(view.getInt32(4, true))],
    ["datalen", integer(view.getInt32(8, true))],
    ["data", structAt({ ...scope, part: "all" }, data, "blkpg_partition")],
  ]);
};

/** struct fiemap: what the kernel writes is shown apart. */
const fiemap: Special["decode"] = (scope, at, _name, before) => {
  const view = readView(scope.call, at, 32);
  if (!view || (before && before.kind !== "struct")) return pointer(at);
  const word = (offset: number) => view.getUint32(offset, true);
  const { names, placeholder } = setOf(scope, "FIEMAP_FLAG_");
  const bits = ["fm_flags", flags(word(16), names, placeholder)] as const;
  if (!before)
    return struct([
      ["fm_start", integer(view.getBigUint64(0, true))],
      ["fm_length", integer(view.getBigUint64(8, true))],
      bits,
      ["fm_extent_count", integer(word(24))],
    ]);
  const mapped = word(20);
  const extents = extentsAt(scope, at + 32n, mapped);
  const written = [bits, ["fm_mapped_extents", integer(mapped)]] as const;
  const abbreviated = scope.call.abbreviated;
  const all = abbreviated ? written : [...written, ["fm_extents", extents] as const];
  return { ...(before as StructValue), written: struct(all, abbreviated) };
};

const MAX_EXTENTS = 4096;
const EXTENT_SIZE = 56;
function extentsAt(scope: Scope, at: bigint, count: number): Value {
  const items: Value[] = [];
  for (let i = 0; i < Math.min(count, MAX_EXTENTS); i++) {
    const each = structAt({ ...scope, part: "all" }, at + BigInt(i * EXTENT_SIZE), "fiemap_extent");
    if (each.kind !== "struct") return items.length ? array(items, true) : pointer(at);
    items.push(each);
  }
  return array(items, count > items.length);
}

/** The four bytes before the data of HDIO_DRIVE_CMD; the kernel writes the first three. */
const driveCommand: Special["decode"] = (scope, at, _name, before) => {
  const view = readView(scope.call, at, 4);
  if (!view || (before && before.kind !== "struct")) return pointer(at);
  const [first, second, third, count] = [0, 1, 2, 3].map((i) => view.getUint8(i));
  const { names, placeholder } = setOf(scope, "ATA_CMD_");
  if (!before)
    return struct([
      ["command", enumValue(first, names, placeholder)],
      ["sector_number", integer(second)],
      ["feature", integer(third)],
      ["sector_count", integer(count)],
    ]);
  const buffer = count ? [["buf", hexBytesAt(scope.call, at + 4n, count * 512)] as const] : [];
  const written = struct([
    ["status", integer(first, "hex")],
    ["error", integer(second)],
    ["nsector", integer(third)],
    ...buffer,
  ]);
  return { ...(before as StructValue), written };
};

/** Reads binary data, which is shown in hexadecimal, up to the limit of strings. */
export function hexBytesAt(call: SyscallView, at: bigint, length: number): Value {
  const shown = Math.min(length, call.limits.string);
  if (at === 0n) return pointer(at);
  if (shown === 0) return { kind: "random-bytes", bytes: new Uint8Array(0), cut: false };
  // strace reads one byte more to know whether to cut.
  const found = call.memory.read(Number(at), Math.min(length, shown + 1));
  if (!found) return pointer(at);
  return { kind: "random-bytes", bytes: found.bytes.slice(0, shown), cut: length > shown };
}

/** The data of an ATA drive, as a string. */
const identity =
  (length: number): Special["decode"] =>
  ({ call }, at) =>
    at === 0n ? pointer(at) : bytesAt(call, at, length);

const DISK_IN = (decode: Special["decode"]): Special => ({ access: "in", decode });
const DISK_OUT = (decode: Special["decode"]): Special => ({ access: "out", decode });

export const DISK_REQUESTS: Readonly<Record<string, Special>> = {
  LOOP_SET_STATUS: DISK_IN(loop(LOOP_INFO)),
  LOOP_GET_STATUS: DISK_OUT(loop(LOOP_INFO)),
  LOOP_SET_STATUS64: DISK_IN(loop(LOOP_INFO64)),
  LOOP_GET_STATUS64: DISK_OUT(loop(LOOP_INFO64)),
  LOOP_CONFIGURE: DISK_IN(loopConfig),
  BLKPG: DISK_IN(blkpg),
  FS_IOC_FIEMAP: { access: "inout", decode: fiemap },
  HDIO_DRIVE_CMD: { access: "inout", decode: driveCommand },
  HDIO_GET_IDENTITY: DISK_OUT(identity(512)),
  HDIO_OBSOLETE_IDENTITY: DISK_OUT(identity(142)),
};
