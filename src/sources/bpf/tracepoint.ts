/** Classic tracepoints: looked up in tracefs, opened by perf_event_open(2). */
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
import { needsCapability } from "../../process/namespaces.ts";

const TRACEFS_MOUNT_POINTS = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

function mountTracefs(): string {
  const hint = `${needsCapability("CAP_SYS_ADMIN")}, or tracefs mounted at /sys/kernel/tracing`;
  return `/proc/self/fd/${mountDetached("tracefs", hint)}`;
}

let tracefsRoot: string | undefined;

/**
 * Returns the path of a mounted tracefs; mounts one for this process alone where the system has none.
 * @throws SystemError if it cannot be mounted
 */
export function tracefs(): string {
  tracefsRoot ??=
    TRACEFS_MOUNT_POINTS.find((path) => existsSync(`${path}/events/raw_syscalls`)) ??
    mountTracefs();
  return tracefsRoot;
}

/** Reads a file of a tracepoint; null if the kernel does not have the tracepoint. */
function readEventFile(event: string, file: string): string | null {
  try {
    return readFileSync(`${tracefs()}/events/${event}/${file}`, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Returns the id of the tracepoint "group/event"; null if the kernel does not have it. */
export function tracepointId(event: string): number | null {
  const id = readEventFile(event, "id");
  return id === null ? null : Number(id);
}

/** Whether the kernel has the tracepoint, with this field in its record. */
export function tracepointHasField(event: string, field: string): boolean {
  return new RegExp(`^\\s*field:.*\\b${field};`, "m").test(readEventFile(event, "format") ?? "");
}

/**
 * Opens the perf event of a tracepoint.
 * @param id from tracepointId
 * @param subject the tracepoint's name, for errors
 * @returns its fd
 */
export function openTracepoint(id: number, subject: string): number {
  const attr = allocate(PERF_ATTR_SIZE_VER0);
  writeTracepointAttr(attr.view, id);
  // The event is registered on CPU 0, but a tracepoint's programs run on every CPU.
  return check(
    syscall(SYS.perf_event_open, attr.address, -1, 0, -1, PERF_FLAG_FD_CLOEXEC),
    "perf_event_open",
    subject,
  );
}
