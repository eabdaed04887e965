/** fanotify groups and their marks: fanotify_init(2), fanotify_mark(2). */
import { ENAMETOOLONG } from "../kernel/errno.ts";
import { FAN_MARK_DONT_FOLLOW } from "../kernel/fanotify.ts";
import { AT_FDCWD } from "../kernel/fcntl.ts";
import { PATH_MAX } from "../kernel/limits.ts";
import { lastErrno } from "./errno.ts";
import { libc } from "./libc.ts";
import { allocate, type Memory } from "./memory.ts";

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

let pathMemory: Memory | undefined;

/** Marks the file at an absolute path; a symbolic link is not followed. @returns 0, or -errno */
export function fanotifyMarkPath(
  group: number,
  flags: number,
  mask: number,
  path: Uint8Array,
): number {
  if (path.length >= PATH_MAX) return -ENAMETOOLONG;
  pathMemory ??= allocate(PATH_MAX);
  pathMemory.bytes.set(path);
  pathMemory.bytes[path.length] = 0;
  const all = flags | FAN_MARK_DONT_FOLLOW;
  const result = libc.fanotify_mark(group, all, mask, AT_FDCWD, pathMemory.address);
  return result < 0 ? -lastErrno() : 0;
}
