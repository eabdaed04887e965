/**
 * The library's face: system calls of a command or of running processes, and process events of the
 * kernel's connector.
 *
 *     for await (const call of traceSyscalls({ command: ["touch", "/tmp/x"] }))
 *       if (call.name === "openat" && call.args.flags.has("O_WRONLY")) console.log(call.args.filename);
 *
 *     using connector = new ProcConnector();
 *     for await (const event of connector)
 *       if (event.name === "exit") console.log(event.pid, event.exitCode ?? event.signal);
 *
 * It needs Bun and Linux; process events CAP_NET_ADMIN as well before Linux 6.6. Importing it does nothing yet.
 */

export type { PollableSource } from "./core/source.ts";
export type { Loss, Remedy } from "./events/loss.ts";
export { SEVERITIES, type Severity } from "./events/syscall-event.ts";
export type { Syscall } from "./events/syscall-object.ts";
export { SystemError } from "./ffi/errno.ts";
export { RuleError } from "./filters/severity/classifier.ts";
export { ExpressionError } from "./filters/trace-expression.ts";
export * from "./kernel/cn-proc.ts";
export * from "./kernel/connector.ts";
export * from "./kernel/netlink.ts";
export * from "./kernel/proc-event.ts";
export * from "./kernel/truncated-error.ts";
export { CommandError } from "./process/child.ts";
export { parseUser, type User } from "./process/user.ts";
export * from "./sources/proc-connector/connector.ts";
export * from "./sources/proc-connector/errors.ts";
export * from "./sources/proc-connector/event-object.ts";
export * from "./syscall-trace.ts";
export type * from "./syscalls/argument-types.ts";
export { bytesOf } from "./syscalls/to-plain.ts";
