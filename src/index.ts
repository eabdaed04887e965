/**
 * The library's face: process events of the kernel's connector.
 *
 *     using connector = new ProcConnector();
 *     for await (const event of connector)
 *       if (event.name === "exit") console.log(event.pid, event.exitCode ?? event.signal);
 *
 * It needs Bun, Linux and, before Linux 6.6, CAP_NET_ADMIN. Importing it does nothing yet.
 */
export { SystemError } from "./ffi/errno.ts";
export * from "./kernel/cn_proc.ts";
export * from "./kernel/connector.ts";
export * from "./kernel/netlink.ts";
export * from "./kernel/proc_event.ts";
export * from "./kernel/proc_object.ts";
export * from "./sources/connector.ts";
export * from "./sources/connector-errors.ts";
export type { Loss, Source } from "./sources/source.ts";
