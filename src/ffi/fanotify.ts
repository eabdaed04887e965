/** fanotify groups and their marks: fanotify_init(2), fanotify_mark(2). */
import { lastErrno } from "./errno.ts";
import { libc } from "./libc.ts";

/** Creates a group. @returns its fd, or -errno */
export function fanotifyInit(flags: number): number {
  const fd = libc.fanotify_init(flags, 0);
  return fd < 0 ? -lastErrno() : fd;
}

/**
 * Marks the object that an fd refers to.
 * @param mask FAN_* bits of events
 * @returns 0, or -errno
 */
export function fanotifyMark(group: number, flags: number, mask: number, fd: number): number {
  return libc.fanotify_mark(group, flags, mask, fd, 0) < 0 ? -lastErrno() : 0;
}
