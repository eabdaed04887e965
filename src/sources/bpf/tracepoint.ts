/** Classic tracepoints: found in tracefs, opened by perf_event_open(2). */
import { existsSync, readFileSync } from "node:fs";
import { check } from "../../ffi/errno.ts";
import { syscall } from "../../ffi/libc.ts";
import { SYS } from "../../ffi/machine.ts";
import { allocate } from "../../ffi/memory.ts";
import { mountDetached } from "../../ffi/mount.ts";
import {
  PERF_ATTR_SIZE_VER0,
  PERF_FLAG_FD_CLOEXEC,
  writeTracepointAttr,
} from "../../kernel/perf-event.ts";

const TRACEFS_MOUNT_POINTS = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

function mountTracefs(): string {
  const hint = "needs CAP_SYS_ADMIN, or tracefs mounted at /sys/kernel/tracing";
  return `/proc/self/fd/${mountDetached("tracefs", hint)}`;
}

let tracefsRoot: string | undefined;

/**
 * Where tracefs can be read: a directory, mounted by the system or by us for this process alone.
 * @throws SystemError when it is neither mounted nor mountable
 */
export function tracefs(): string {
  tracefsRoot ??=
    TRACEFS_MOUNT_POINTS.find((path) => existsSync(`${path}/events/raw_syscalls`)) ??
    mountTracefs();
  return tracefsRoot;
}

function readEventFile(event: string, file: string): string | null {
  try {
    return readFileSync(`${tracefs()}/events/${event}/${file}`, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** The tracepoint's id, or null where this kernel has none of that name ("group/event"). */
export function tracepointId(event: string): number | null {
  const id = readEventFile(event, "id");
  return id === null ? null : Number(id);
}

/** Whether this kernel has the tracepoint, and tells this field there. */
export function tracepointHasField(event: string, field: string): boolean {
  return new RegExp(`^\\s*field:.*\\b${field};`, "m").test(readEventFile(event, "format") ?? "");
}

/**
 * Opens the perf event of a tracepoint: perf_event_open(2).
 * @param id from tracepointId
 * @param subject the tracepoint's name, for errors
 */
export function openTracepoint(id: number, subject: string): number {
  const attr = allocate(PERF_ATTR_SIZE_VER0);
  writeTracepointAttr(attr.view, id);
  // cpu 0 is where the event is registered; the programs of a tracepoint run on all.
  return check(
    syscall(SYS.perf_event_open, attr.address, -1, 0, -1, PERF_FLAG_FD_CLOEXEC),
    "perf_event_open",
    subject,
  );
}
