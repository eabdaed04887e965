/**
 * The library's public interface: the system calls of a command or of running processes, and the
 * process events of the kernel's connector.
 *
 *     for await (const call of traceSyscalls({ command: ["touch", "/tmp/x"] }))
 *       if (call.name === "openat" && call.args.flags.has("O_WRONLY")) console.log(call.args.filename);
 *
 *     using connector = new ProcConnector();
 *     for await (const event of connector)
 *       if (event.name === "exit") console.log(event.pid, event.exitCode ?? event.signal);
 *
 * Requires Bun and Linux. Process events also require CAP_NET_ADMIN before Linux 6.6. Importing the
 * library has no side effects.
 */

import * as cn from "./kernel/cn-proc.ts";

export { TraceError } from "./errors.ts";
export type { Loss, Remedy } from "./events/loss.ts";
export type { Severity } from "./events/syscall-event.ts";
export type { Syscall } from "./events/syscall-object.ts";
export { NativeLibraryError } from "./ffi/built-files.ts";
export { SystemError } from "./ffi/errno.ts";
export { RuleError } from "./filters/severity/classifier.ts";
export { ExpressionError } from "./filters/trace-expression.ts";
export type { ProcEventView } from "./kernel/proc-event.ts";
export { TruncatedError } from "./kernel/truncated-error.ts";
export { CommandError } from "./process/child.ts";
export { parseUser, type User, UserError } from "./process/user.ts";
export { type ConnectorOptions, ProcConnector } from "./sources/proc-connector/connector.ts";
export {
  BufferTooSmallError,
  ConnectionClosedError,
  InterruptedError,
  OverrunError,
  PermissionError,
  UnsupportedError,
} from "./sources/proc-connector/errors.ts";
export type { ProcEvent } from "./sources/proc-connector/event-object.ts";
export { type SyscallTrace, type TraceOptions, traceSyscalls } from "./syscall-trace.ts";
export type {
  Address,
  CloneArguments,
  Decoded,
  EpollEvent,
  Fd,
  Flags,
  Integer,
  Limits,
  Message,
  Named,
  OpenHow,
  Pointer,
  PollFd,
  Signal,
  SignalAction,
  SignalSet,
  SocketAddress,
  Stat,
  Statfs,
  Statx,
  Text,
  Timer,
  Timespec,
  Timeval,
  Usage,
  Vector,
  WaitStatus,
} from "./syscalls/argument-types.ts";
export type { Category } from "./syscalls/categories.ts";
export { unescapeBytes as bytesOf } from "./text/surrogate-escape.ts";

/** The events of ProcConnector, as bits of a mask: include/uapi/linux/cn_proc.h. */
export const constants = {
  PROC_EVENT_FORK: cn.PROC_EVENT_FORK,
  PROC_EVENT_EXEC: cn.PROC_EVENT_EXEC,
  PROC_EVENT_UID: cn.PROC_EVENT_UID,
  PROC_EVENT_GID: cn.PROC_EVENT_GID,
  PROC_EVENT_SID: cn.PROC_EVENT_SID,
  PROC_EVENT_PTRACE: cn.PROC_EVENT_PTRACE,
  PROC_EVENT_COMM: cn.PROC_EVENT_COMM,
  PROC_EVENT_NONZERO_EXIT: cn.PROC_EVENT_NONZERO_EXIT,
  PROC_EVENT_COREDUMP: cn.PROC_EVENT_COREDUMP,
  PROC_EVENT_EXIT: cn.PROC_EVENT_EXIT,
  PROC_EVENT_ALL: cn.PROC_EVENT_ALL,
} as const;
