/** Classic tracepoints: found in tracefs, attached by perf_event_open(2). */
import { existsSync, readFileSync } from "node:fs";
import { check, lastErrno, SystemError } from "../ffi/errno.ts";
import { libc } from "../ffi/libc.ts";
import { allocate, cString } from "../ffi/memory.ts";
import {
  PERF_ATTR_SIZE_VER0,
  PERF_EVENT_IOC_ENABLE,
  PERF_EVENT_IOC_SET_BPF,
  PERF_FLAG_FD_CLOEXEC,
  tracepointAttr,
} from "../kernel/perf_event.ts";

const X64 = process.arch === "x64";
const SYS_perf_event_open = X64 ? 298 : 241;
/** The new mount API has the same numbers everywhere. */
const SYS_fsopen = 430;
const SYS_fsconfig = 431;
const SYS_fsmount = 432;
const FSCONFIG_CMD_CREATE = 6;
const FSOPEN_CLOEXEC = 1;
const FSMOUNT_CLOEXEC = 1;
const MOUNTED_AT = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

function syscall(number: number, ...args: (number | bigint)[]): number {
  const [a, b, c, d, e, f] = [...args, 0, 0, 0, 0, 0, 0].map(BigInt);
  return libc.syscall(BigInt(number), a, b, c, d, e, f);
}

/** A mount of tracefs of our own that stands nowhere in the file system: fsopen(2), fsmount(2). */
function detachedMount(): string {
  const hint = "needs CAP_SYS_ADMIN, or tracefs mounted at /sys/kernel/tracing";
  const context = check(
    syscall(SYS_fsopen, cString("tracefs").address, FSOPEN_CLOEXEC),
    "fsopen",
    "tracefs",
    hint,
  );
  try {
    check(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE), "fsconfig", "tracefs", hint);
    const mount = check(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC), "fsmount", "tracefs", hint);
    return `/proc/self/fd/${mount}`;
  } finally {
    libc.close(context);
  }
}

let root: string | undefined;

/**
 * Where tracefs can be read: a directory, mounted by the system or by us for this process alone.
 * @throws SystemError when it is neither mounted nor mountable
 */
export function tracefs(): string {
  root ??= MOUNTED_AT.find((path) => existsSync(`${path}/events/raw_syscalls`)) ?? detachedMount();
  return root;
}

/** The tracepoint's id, or null where this kernel has none of that name ("group/event"). */
export function tracepointId(event: string): number | null {
  try {
    return Number(readFileSync(`${tracefs()}/events/${event}/id`, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/**
 * Runs a loaded program at a tracepoint, on every CPU, until the fd that is returned is closed.
 * @param id from tracepointId
 * @param subject the tracepoint's name, for errors
 */
export function attachTracepoint(id: number, program: number, subject: string): number {
  const attr = allocate(PERF_ATTR_SIZE_VER0);
  tracepointAttr(attr.view, id);
  // cpu 0 is where the event is registered; the programs of a tracepoint run on all.
  const fd = check(
    syscall(SYS_perf_event_open, attr.address, -1, 0, -1, PERF_FLAG_FD_CLOEXEC),
    "perf_event_open",
    subject,
  );
  for (const [name, request, argument] of [
    ["PERF_EVENT_IOC_SET_BPF", PERF_EVENT_IOC_SET_BPF, program],
    ["PERF_EVENT_IOC_ENABLE", PERF_EVENT_IOC_ENABLE, 0],
  ] as const)
    if (libc.ioctl(fd, BigInt(request), BigInt(argument)) < 0)
      throw new SystemError("ioctl", `${name}, ${subject}`, lastErrno());
  return fd;
}
