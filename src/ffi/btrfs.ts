/**
 * Opens the top of a btrfs file system, which holds all subvolumes, wherever they are mounted:
 * fsopen(2), fsmount(2), btrfs(5). Nothing becomes visible: the mount is in no namespace, and ends
 * with its fd.
 */

import { openDirectory } from "./directory.ts";
import { close } from "./fd.ts";
import { syscall } from "./libc.ts";
import { SYS } from "./machine.ts";
import { cString } from "./memory.ts";

/** include/uapi/linux/mount.h */
const FSOPEN_CLOEXEC = 1;
const FSCONFIG_SET_FLAG = 0;
const FSCONFIG_SET_STRING = 1;
const FSCONFIG_CMD_CREATE = 6;
const FSMOUNT_CLOEXEC = 1;
/** The id of the top subvolume: BTRFS_FS_TREE_OBJECTID. */
const TOP_SUBVOLUME = "5";

/**
 * Opens the root directory of the top subvolume of a mounted file system.
 * @param device a device of the file system, as in mountinfo; one character per byte
 * @param isReadOnly as the file system is now: other flags would change it
 * @returns an fd; negative if that is not possible
 */
export function openTopSubvolume(device: string, isReadOnly: boolean): number {
  const context = syscall(SYS.fsopen, cString("btrfs").address, FSOPEN_CLOEXEC);
  if (context < 0) return -1;
  const set = (command: number, key: string | null, value: string | null) =>
    syscall(
      SYS.fsconfig,
      context,
      command,
      key === null ? 0 : cString(key).address,
      value === null ? 0 : cString(Buffer.from(value, "latin1")).address,
      0,
    ) === 0;
  const isCreated =
    set(FSCONFIG_SET_STRING, "source", device) &&
    set(FSCONFIG_SET_STRING, "subvolid", TOP_SUBVOLUME) &&
    (!isReadOnly || set(FSCONFIG_SET_FLAG, "ro", null)) &&
    set(FSCONFIG_CMD_CREATE, null, null);
  const mount = isCreated ? syscall(SYS.fsmount, context, FSMOUNT_CLOEXEC, 0) : -1;
  close(context);
  if (mount < 0) return -1;
  // The fd of a mount is an O_PATH one, which cannot be marked.
  const fd = openDirectory(mount, Buffer.from("."));
  close(mount);
  return fd;
}
