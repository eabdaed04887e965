/** How large a file is: statx(2). */

import { S_IFMT, S_IFREG } from "../kernel/stat.ts";
import { STATX, STATX_SIZE, STATX_STRUCT_SIZE, STATX_TYPE } from "../kernel/statx.ts";
import { libc } from "./libc.ts";
import { allocate, type Memory } from "./memory.ts";

const SYS_statx = process.arch === "arm64" ? 291 : 332;
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_STATX_DONT_SYNC = 0x4000;

let found: Memory | undefined;

/**
 * Bytes of a regular file; null: it is none, or it is gone.
 * @param path address of its path, ended by NUL; a symbolic link is not followed
 */
export function sizeAt(path: number): number | null {
  found ??= allocate(STATX_STRUCT_SIZE);
  const flags = AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC;
  const mask = STATX_TYPE | STATX_SIZE;
  if (libc.syscall(SYS_statx, AT_FDCWD, path, flags, mask, found.address, 0) < 0) return null;
  const isRegular = (found.view.getUint16(STATX.stx_mode, true) & S_IFMT) === S_IFREG;
  return isRegular ? Number(found.view.getBigUint64(STATX.stx_size, true)) : null;
}
