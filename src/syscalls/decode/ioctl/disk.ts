/** Block devices and file systems: linux/loop.h, blkpg.h, fiemap.h, hdreg.h. */
import {
  array,
  enumValue,
  flags,
  integer,
  type NamedArgument,
  pointer,
  struct,
  type Value,
} from "../../value.ts";
import { fdValue } from "../arguments.ts";
import type { SyscallView } from "../call.ts";
import { charsValue, deviceOf, type Scope, structAt } from "./fields.ts";
import type { Special } from "./special.ts";

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
  (call, at, scope) => {
    const view = readView(call, at, layout.size);
    return view ? loopInfo(scope, view, 0, layout) : pointer(at);
  };

/** struct loop_config. */
const loopConfig: Special["decode"] = (call, at, scope) => {
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

const PARTITION_OPS = [
  ["BLKPG_ADD_PARTITION", 1],
  ["BLKPG_DEL_PARTITION", 2],
  ["BLKPG_RESIZE_PARTITION", 3],
] as const;

/** struct blkpg_ioctl_arg, and the struct blkpg_partition that it points to. */
const blkpg: Special["decode"] = (call, at, scope) => {
  const view = readView(call, at, 24);
  if (!view) return pointer(at);
  const data = view.getBigUint64(16, true);
  return struct([
    ["op", enumValue(view.getInt32(0, true), PARTITION_OPS, "BLKPG_???")],
    ["flags", integer(view.getInt32(4, true))],
    ["datalen", integer(view.getInt32(8, true))],
    ["data", structAt(scope, data, "blkpg_partition")],
  ]);
};

/** struct fiemap: what the kernel writes is shown apart. */
const fiemap: Special["decode"] = (call, at, scope) => {
  const view = readView(call, at, 32);
  if (!view) return pointer(at);
  const word = (offset: number) => view.getUint32(offset, true);
  const set = setOf(scope, "FIEMAP_FLAG_");
  const given: NamedArgument[] = [
    ["fm_start", integer(view.getBigUint64(0, true))],
    ["fm_length", integer(view.getBigUint64(8, true))],
    ["fm_flags", flags(word(16), set.names, set.placeholder)],
    ["fm_extent_count", integer(word(24))],
  ];
  return struct(given);
};

const DISK_IN = (decode: Special["decode"]): Special => ({ access: "in", decode });
const DISK_OUT = (decode: Special["decode"]): Special => ({ access: "out", decode });

export const DISK_REQUESTS: Readonly<Record<string, Special>> = {
  LOOP_SET_STATUS: DISK_IN(loop(LOOP_INFO)),
  LOOP_GET_STATUS: DISK_OUT(loop(LOOP_INFO)),
  LOOP_SET_STATUS64: DISK_IN(loop(LOOP_INFO64)),
  LOOP_GET_STATUS64: DISK_OUT(loop(LOOP_INFO64)),
  LOOP_CONFIGURE: DISK_IN(loopConfig),
  BLKPG: DISK_IN(blkpg),
  FS_IOC_FIEMAP: DISK_IN(fiemap),
};
