/** The requests of a ring that are recorded, as calls with arguments: struct io_uring_sqe. */
import type { EventKind } from "../../../events/event-kinds.ts";
import { CALL_NAMES, type FileCall, IO_URING_CALL_NAME } from "../../../events/file-calls.ts";
import { URING_OPS, type UringOp } from "../../../events/io-uring-ops.ts";
import { SQE } from "../../../kernel/io-uring.ts";

type Field = "fd" | "addr" | "addr2" | "addr3" | "addr_len" | "len" | "op_flags";

/** The field of each argument, in the order of the roles: io_uring/{fs,openclose,statx,xattr,net}.c. */
const FIELDS: Readonly<Record<UringOp["name"], string>> = {
  IORING_OP_OPENAT: "fd addr op_flags len",
  IORING_OP_OPENAT2: "fd addr addr2",
  IORING_OP_RENAMEAT: "fd addr len addr2 op_flags",
  IORING_OP_UNLINKAT: "fd addr op_flags",
  IORING_OP_MKDIRAT: "fd addr len",
  IORING_OP_SYMLINKAT: "addr fd addr2",
  IORING_OP_LINKAT: "fd addr len addr2 op_flags",
  IORING_OP_STATX: "fd addr op_flags",
  IORING_OP_FTRUNCATE: "fd",
  IORING_OP_SETXATTR: "addr3 addr op_flags",
  IORING_OP_FSETXATTR: "fd addr op_flags",
  IORING_OP_GETXATTR: "addr3 addr",
  IORING_OP_FGETXATTR: "fd addr",
  IORING_OP_CONNECT: "fd addr addr2",
  IORING_OP_BIND: "fd addr addr2",
  IORING_OP_SENDMSG: "fd addr",
  IORING_OP_SENDMSG_ZC: "fd addr",
  IORING_OP_SEND: "fd addr2 addr_len",
  IORING_OP_SEND_ZC: "fd addr2 addr_len",
};

const READ: Readonly<Record<Field, (sqe: DataView) => bigint>> = {
  fd: (sqe) => BigInt(sqe.getUint32(SQE.fd, true)),
  addr: (sqe) => sqe.getBigUint64(SQE.addr, true),
  addr2: (sqe) => sqe.getBigUint64(SQE.addr2, true),
  addr3: (sqe) => sqe.getBigUint64(SQE.addr3, true),
  addr_len: (sqe) => BigInt(sqe.getUint16(SQE.addr_len, true)),
  len: (sqe) => BigInt(sqe.getUint32(SQE.len, true)),
  op_flags: (sqe) => BigInt(sqe.getUint32(SQE.op_flags, true)),
};

export interface UringCall {
  readonly opcode: number;
  /** The operation in the form of a system call. */
  readonly call: FileCall;
  /** The index in CALL_NAMES. */
  readonly index: number;
  readArguments(sqe: DataView, args: BigUint64Array): void;
}

const NO_NUMBERS = { x64: null, x64Compat: null, x32: null, arm64: null, arm64Compat: null };
const INDEX = CALL_NAMES.indexOf(IO_URING_CALL_NAME);

function uringCall({ opcode, name, kind, roles }: UringOp): UringCall {
  const fields = FIELDS[name].split(" ") as Field[];
  // connect and bind have the length of the address too.
  const all = roles.includes("address") ? [...roles, "length"] : roles;
  return {
    opcode,
    call: { name, kind, numbers: NO_NUMBERS, roles: all, compatRoles: all },
    index: INDEX,
    readArguments(sqe, args) {
      for (const [index, field] of fields.entries()) args[index] = READ[field](sqe);
    },
  };
}

/** Returns the operations of these kinds by opcode. */
export function uringCalls(kinds: ReadonlySet<EventKind>): ReadonlyMap<number, UringCall> {
  const isWanted = (kind: EventKind) =>
    kinds.has(kind) || (kind === "unlink" && kinds.has("rmdir"));
  return new Map(
    URING_OPS.filter(({ kind }) => isWanted(kind)).map((op) => [op.opcode, uringCall(op)]),
  );
}
