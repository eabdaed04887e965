/** The io_uring operations that access files: their kinds and the roles of their arguments. */

import { IORING_OP } from "../kernel/io-uring.ts";
import type { EventKind } from "./event-kinds.ts";

export interface UringOp {
  readonly opcode: number;
  readonly name: keyof typeof IORING_OP;
  readonly kind: EventKind;
  /** As in file-calls.ts. bpf/io_uring.bpf.h knows where the arguments are. */
  readonly roles: readonly string[];
}

const URING_OP_ROWS: readonly (readonly [
  name: keyof typeof IORING_OP,
  kind: EventKind,
  roles: string,
])[] = [
  ["IORING_OP_OPENAT", "open", "dfd name flags mode"],
  ["IORING_OP_OPENAT2", "open", "dfd name how"],
  ["IORING_OP_RENAMEAT", "rename", "dfd name dfd2 name2 flags"],
  ["IORING_OP_UNLINKAT", "unlink", "dfd name flags"],
  ["IORING_OP_MKDIRAT", "mkdir", "dfd name mode"],
  ["IORING_OP_SYMLINKAT", "symlink", "text dfd2 name2"],
  ["IORING_OP_LINKAT", "link", "dfd name dfd2 name2 flags"],
  ["IORING_OP_STATX", "stat", "dfd name flags"],
  ["IORING_OP_FTRUNCATE", "truncate", "fd"],
  ["IORING_OP_SETXATTR", "xattr", "name text2 flags"],
  ["IORING_OP_FSETXATTR", "xattr", "fd text2 flags"],
  ["IORING_OP_GETXATTR", "xattr", "name text2"],
  ["IORING_OP_FGETXATTR", "xattr", "fd text2"],
  ["IORING_OP_CONNECT", "connect", "fd address"],
  ["IORING_OP_BIND", "bind", "fd address"],
  ["IORING_OP_SENDMSG", "connect", "fd message"],
  ["IORING_OP_SENDMSG_ZC", "connect", "fd message"],
  ["IORING_OP_SEND", "connect", "fd destination length"],
  ["IORING_OP_SEND_ZC", "connect", "fd destination length"],
];

export const URING_OPS: readonly UringOp[] = URING_OP_ROWS.map(([name, kind, roles]) => ({
  opcode: IORING_OP[name],
  name,
  kind,
  roles: roles.split(" "),
}));

/** Returns the opcodes of these kinds as bits: struct config's `uring_ops`. */
export function uringOpBits(kinds: ReadonlySet<EventKind>): bigint {
  return URING_OPS.filter(({ kind }) => kinds.has(kind)).reduce(
    (bits, { opcode }) => bits | (1n << BigInt(opcode)),
    0n,
  );
}
