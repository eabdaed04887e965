/** io_uring: io_uring_setup(2), io_uring_register(2). linux/io_uring.h. */
import {
  array,
  enumValue,
  type FdValue,
  flags,
  integer,
  type NamedArgument,
  type NameSet,
  pointer,
  setOf,
  struct,
  symbol,
  type Value,
  withTail,
} from "../value.ts";
import { fd, fdValue, uint } from "./arguments.ts";
import { arrayAt, structTail } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, onExitIf, type SyscallView } from "./call.ts";
import { constantName, constants, partsValue } from "./named-constants.ts";
import { shapeValue } from "./shapes.ts";
import { iovecsAt } from "./vectors.ts";

/** Reads the argument of an operation. @param count the fourth argument */
type Reader = (call: SyscallView, at: bigint, count: number) => Value;

const SPARSE: NameSet = [["IORING_RSRC_REGISTER_SPARSE", 1]];
const FILES_SKIP = -2;
/** The kernel probes no more operations. */
const MAX_PROBED = 256;
/** More bytes than any machine needs for its CPUs. */
const MAX_CPU_BYTES = 4096;

function view(call: SyscallView, at: bigint, size: number): DataView | null {
  const found = at === 0n ? null : call.memory.read(Number(at), size);
  return found && new DataView(found.bytes.slice(0, size).buffer);
}

/** Shows fields that must be zero only if they are not. */
function unlessZero(name: string, ...values: readonly (number | bigint)[]): NamedArgument[] {
  if (values.every((value) => Number(value) === 0)) return [];
  const items = values.map((value) => integer(value, "hex"));
  return [[name, items.length === 1 ? items[0] : array(items)]];
}

function fdOrSkip(call: SyscallView, number: number): FdValue | Value {
  return number === FILES_SKIP
    ? symbol("IORING_REGISTER_FILES_SKIP", integer(number))
    : fdValue(call, number);
}

const fds: Reader = (call, at, count) =>
  arrayAt(call, at, count, 4, (each) => fdValue(call, each.getInt32(0, true)));
const updatedFds: Reader = (call, at, count) =>
  arrayAt(call, at, count, 4, (each) => fdOrSkip(call, each.getInt32(0, true)));
const buffers: Reader = (call, at, count) => iovecsAt(call, at, count, null);
const tags: Reader = (call, at, count) =>
  arrayAt(call, at, count, 8, (each) => integer(each.getBigUint64(0, true), "hex"));

/** struct io_uring_rsrc_update. */
const filesUpdate: Reader = (call, at, count) => {
  const found = view(call, at, 16);
  if (!found) return pointer(at);
  return struct([
    ["offset", integer(found.getUint32(0, true))],
    ...unlessZero("resv", found.getUint32(4, true)),
    ["fds", updatedFds(call, found.getBigUint64(8, true), count)],
  ]);
};

const RESOURCE_SIZE = 32;
/** struct io_uring_rsrc_register; the fourth argument is its size. */
const resources =
  (data: Reader): Reader =>
  (call, at, size) => {
    const found = size < RESOURCE_SIZE ? null : view(call, at, RESOURCE_SIZE);
    if (!found) return pointer(at);
    const count = found.getUint32(0, true);
    const value = struct([
      ["nr", integer(count)],
      ["flags", flags(found.getUint32(4, true), SPARSE, "IORING_RSRC_REGISTER_???")],
      ...unlessZero("resv2", found.getBigUint64(8, true)),
      ["data", data(call, found.getBigUint64(16, true), count)],
      ["tags", tags(call, found.getBigUint64(24, true), count)],
    ]);
    return withTail(value, structTail(call, at, RESOURCE_SIZE, size));
  };
/** struct io_uring_rsrc_update2. */
const resourceUpdate =
  (data: Reader): Reader =>
  (call, at, size) => {
    const found = size < RESOURCE_SIZE ? null : view(call, at, RESOURCE_SIZE);
    if (!found) return pointer(at);
    const count = found.getUint32(24, true);
    const value = struct([
      ["offset", integer(found.getUint32(0, true))],
      ...unlessZero("resv", found.getUint32(4, true)),
      ["data", data(call, found.getBigUint64(8, true), count)],
      ["tags", tags(call, found.getBigUint64(16, true), count)],
      ["nr", integer(count)],
      ...unlessZero("resv2", found.getUint32(28, true)),
    ]);
    return withTail(value, structTail(call, at, RESOURCE_SIZE, size));
  };

const operation = (number: number) =>
  enumValue(number, constants("io_uring_op"), "IORING_OP_???", "decimal");

/** struct io_uring_probe, and an io_uring_probe_op for each operation. */
const probe: Reader = (call, at, count) => {
  const found = count > MAX_PROBED ? null : view(call, at, 16 + count * 8);
  if (!found) return pointer(at);
  const resv2 = [4, 8, 12].map((offset) => found.getUint32(offset, true));
  return struct([
    ["last_op", operation(found.getUint8(0))],
    ["ops_len", integer(found.getUint8(1))],
    ...unlessZero("resv", found.getUint16(2, true)),
    ...unlessZero("resv2", ...resv2),
    [
      "ops",
      arrayAt(call, at + 16n, count, 8, (each) =>
        struct([
          ["op", operation(each.getUint8(0))],
          ...unlessZero("resv", each.getUint8(1)),
          [
            "flags",
            flags(each.getUint16(2, true), constants("io_uring_op_flags"), "IO_URING_OP_???"),
          ],
          ...unlessZero("resv2", each.getUint32(4, true)),
        ]),
      ),
    ],
  ]);
};

/** What a restriction allows, by its opcode. */
function restricted(kind: string, value: number): NamedArgument {
  if (kind === "IORING_RESTRICTION_REGISTER_OP")
    return ["register_op", enumValue(value, constants("io_uring_register"), "IORING_REGISTER_???")];
  if (kind === "IORING_RESTRICTION_SQE_OP")
    return ["sqe_op", enumValue(value, constants("io_uring_op"), "IORING_OP_???")];
  if (kind === "") return ["op", integer(value, "hex")];
  return ["sqe_flags", flags(value, constants("io_uring_sqe"), "IOSQE_???")];
}
/** struct io_uring_restriction. */
const restrictions: Reader = (call, at, count) =>
  arrayAt(call, at, count, 16, (each) => {
    const opcode = each.getUint16(0, true);
    const kind = constantName("io_uring_restriction", opcode);
    return struct([
      ["opcode", enumValue(opcode, constants("io_uring_restriction"), "IORING_RESTRICTION_???")],
      restricted(kind, each.getUint8(2)),
      ...unlessZero("resv", each.getUint8(3)),
      ...unlessZero("resv2", ...[4, 8, 12].map((offset) => each.getUint32(offset, true))),
    ]);
  });

const cpus: Reader = (call, at, count) => {
  if (count === 0) return setOf([]);
  const found = count > MAX_CPU_BYTES ? null : view(call, at, count);
  if (!found) return pointer(at);
  const members = Array.from({ length: count * 8 }, (_, cpu) => cpu);
  return setOf(members.filter((cpu) => found.getUint8(cpu >> 3) & (1 << (cpu & 7))));
};

const workers: Reader = (call, at, count) => {
  const value = arrayAt(call, at, count, 4, (each) => integer(each.getUint32(0, true)));
  return value.kind === "array" ? { ...value, indexes: ["IO_WQ_BOUND", "IO_WQ_UNBOUND"] } : value;
};

/** struct io_uring_rsrc_update for rings: the index, and the fd. */
const rings =
  (isRegistered: boolean): Reader =>
  (call, at, count) =>
    arrayAt(call, at, count, 16, (each) => {
      const index = each.getUint32(0, true);
      const data = each.getBigUint64(8, true);
      return struct([
        ["offset", integer(isRegistered && index === 0xffffffff ? -1 : index)],
        ...unlessZero("resv", each.getUint32(4, true)),
        ...(isRegistered
          ? [["data", fdValue(call, each.getInt32(8, true))] as const]
          : unlessZero("data", data)),
      ]);
    });

const BUFFER_RING_SIZE = 40;
/** struct io_uring_buf_reg. */
const bufferRing: Reader = (call, at) => {
  const found = view(call, at, BUFFER_RING_SIZE);
  return found ? shapeValue(call, "io_uring_buf_reg", found) : pointer(at);
};

const READERS: Readonly<Record<string, Reader>> = {
  IORING_REGISTER_BUFFERS: buffers,
  IORING_REGISTER_FILES: fds,
  IORING_REGISTER_EVENTFD: fds,
  IORING_REGISTER_EVENTFD_ASYNC: fds,
  IORING_REGISTER_FILES_UPDATE: filesUpdate,
  IORING_REGISTER_PROBE: probe,
  IORING_REGISTER_RESTRICTIONS: restrictions,
  IORING_REGISTER_FILES2: resources(updatedFds),
  IORING_REGISTER_BUFFERS2: resources(buffers),
  IORING_REGISTER_FILES_UPDATE2: resourceUpdate(updatedFds),
  IORING_REGISTER_BUFFERS_UPDATE: resourceUpdate(buffers),
  IORING_REGISTER_IOWQ_AFF: cpus,
  IORING_REGISTER_IOWQ_MAX_WORKERS: workers,
  IORING_REGISTER_RING_FDS: rings(true),
  IORING_UNREGISTER_RING_FDS: rings(false),
  IORING_REGISTER_PBUF_RING: bufferRing,
  IORING_UNREGISTER_PBUF_RING: bufferRing,
};

const REGISTERED_RING = 0x80000000;
const OPERATION_PARTS = {
  value: "io_uring_register",
  mask: 0x7fffffff,
  bits: ["io_uring_register_flags"],
};
const nameOf = (call: SyscallView) =>
  constantName("io_uring_register", (call.uint(1) & ~REGISTERED_RING) >>> 0);
const registerArgument = onExitIf(
  (call) => nameOf(call) === "IORING_REGISTER_PROBE",
  (call, index) => {
    const at = call.ulong(index);
    const reader = call.wordSize === 8 ? READERS[nameOf(call)] : undefined;
    return reader ? reader(call, at, call.uint(index + 1)) : pointer(at);
  },
);
const registerOperation = onEntry((call, index) => {
  const value = BigInt(call.uint(index));
  return partsValue(value, value, OPERATION_PARTS, call.abi);
});

const PARAMETERS_SIZE = 120;
const IORING_SETUP_ATTACH_WQ = 0x20;
/** struct io_uring_params: the requested setup, then what the kernel provides. */
const parameters = onExit((call, index) => {
  const at = call.ulong(index);
  const found = view(call, at, PARAMETERS_SIZE);
  if (!found) return pointer(at);
  const number = (offset: number) => found.getUint32(offset, true);
  const bits = number(8);
  const requested: NamedArgument[] = [
    ["flags", flags(bits, constants("io_uring_setup"), "IORING_SETUP_???")],
    ["sq_thread_cpu", integer(number(12), "hex")],
    ["sq_thread_idle", integer(number(16))],
    ...(bits & IORING_SETUP_ATTACH_WQ
      ? [["wq_fd", fdValue(call, found.getInt32(24, true))] as const]
      : []),
    ...unlessZero("resv", ...[28, 32, 36].map(number)),
  ];
  if (call.failed) return struct(requested);
  return struct([
    ...requested,
    ["sq_entries", integer(number(0))],
    ["cq_entries", integer(number(4))],
    ["features", flags(number(20), constants("io_uring_features"), "IORING_FEAT_???")],
    ["sq_off", shapeValue(call, "io_sqring_offsets", found, 40)],
    ["cq_off", shapeValue(call, "io_cqring_offsets", found, 80)],
  ]);
});

export const URING_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  io_uring_setup: [uint, parameters],
  io_uring_register: [fd, registerOperation, registerArgument, uint],
};
