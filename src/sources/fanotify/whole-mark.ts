/**
 * Marks a whole file system: fanotify_mark(2). A subvolume of btrfs has a file system id of its own,
 * and the kernel accepts a mark of the top subvolume only. That mark covers all subvolumes, and its
 * events have the id of the top one, with handles that are unique among all of them.
 */
import { readFileSync } from "node:fs";
import { openTopSubvolume } from "../../ffi/btrfs.ts";
import { fanotifyMark } from "../../ffi/fanotify.ts";
import { close } from "../../ffi/fd.ts";
import { EXDEV } from "../../kernel/errno.ts";
import { FAN_MARK_ADD, FAN_MARK_FILESYSTEM } from "../../kernel/fanotify.ts";
import { parseMountinfo } from "../../kernel/mountinfo.ts";

/**
 * Adds or removes a filesystem mark.
 * @param fd a directory of the file system
 * @param mountId the mount that it is on
 * @param onMarked receives the marked directory, which has the file system id of the events
 * @param action FAN_MARK_ADD or FAN_MARK_REMOVE
 * @returns 0, or an errno
 */
export function markFilesystem(
  group: number,
  mask: number,
  fd: number,
  mountId: number,
  onMarked: (fd: number) => void,
  action = FAN_MARK_ADD,
): number {
  const mark = (at: number) => -fanotifyMark(group, action | FAN_MARK_FILESYSTEM, mask, at);
  const errno = mark(fd);
  if (errno === 0) onMarked(fd);
  if (errno !== EXDEV) return errno;
  const top = openTop(mountId);
  if (top < 0) return EXDEV;
  try {
    const topErrno = mark(top);
    if (topErrno === 0) onMarked(top);
    return topErrno === 0 ? 0 : EXDEV;
  } finally {
    close(top);
  }
}

/** Opens the top subvolume of a mount's file system; negative if that is not possible. */
function openTop(mountId: number): number {
  const mounts = parseMountinfo(readFileSync("/proc/self/mountinfo", "latin1"));
  const mount = mounts.find(({ id }) => Number(id) === mountId);
  if (mount?.fsType !== "btrfs") return -1;
  return openTopSubvolume(mount.source, mount.superOptions.includes("ro"));
}
