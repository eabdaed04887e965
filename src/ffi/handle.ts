/**
 * File handles, which stay the same when a file is renamed: name_to_handle_at(2),
 * open_by_handle_at(2), statfs(2).
 */
import { EINVAL } from "../kernel/errno.ts";
import { FILE_HANDLE, MAX_HANDLE_SZ } from "../kernel/fanotify.ts";
import { AT_EMPTY_PATH, AT_HANDLE_FID, O_CLOEXEC } from "../kernel/fcntl.ts";
import { check, lastErrno, SystemError } from "./errno.ts";
import { libc } from "./libc.ts";
import { allocate, type Memory } from "./memory.ts";

/** struct statfs, the same on x86-64 and arm64. */
const STATFS_FSID = 56;
const STATFS_SIZE = 120;
const FSID_SIZE = 8;

/**
 * Reads a file's handle, preceded by the file system's id, the format of fanotify's records. The
 * memory is borrowed: the next read overwrites it.
 */
export class HandleReader {
  readonly memory: Memory = allocate(FSID_SIZE + FILE_HANDLE.f_handle + MAX_HANDLE_SZ);
  /** Number of bytes used in `memory`. */
  length = 0;
  /** Id of the mount through which the last file was reached. */
  mountId = 0;
  private readonly statfs = allocate(STATFS_SIZE);
  private readonly mount = allocate(4);
  private readonly emptyPath = allocate(1);
  private flags = AT_EMPTY_PATH | AT_HANDLE_FID;

  /** Reads the id of an open file's file system, which the files read next must be on. */
  readFsid(fd: number, subject: string): void {
    check(libc.fstatfs(fd, this.statfs.address), "fstatfs", subject);
    this.memory.bytes.set(this.statfs.bytes.subarray(STATFS_FSID, STATFS_FSID + FSID_SIZE));
  }

  /** Reads an open file's handle. @throws SystemError that names the subject */
  read(fd: number, subject: string): void {
    const { view, address } = this.memory;
    const handle = address + FSID_SIZE;
    view.setUint32(FSID_SIZE, MAX_HANDLE_SZ, true);
    const result = libc.name_to_handle_at(
      fd,
      this.emptyPath.address,
      handle,
      this.mount.address,
      this.flags,
    );
    if (result < 0) {
      const errno = lastErrno();
      if (errno !== EINVAL || this.flags === AT_EMPTY_PATH)
        throw new SystemError("name_to_handle_at", subject, errno);
      this.flags = AT_EMPTY_PATH;
      this.read(fd, subject);
      return;
    }
    this.length = FSID_SIZE + FILE_HANDLE.f_handle + view.getUint32(FSID_SIZE, true);
    this.mountId = this.mount.view.getInt32(0, true);
  }
}

/**
 * Opens a file by handle. Requires CAP_DAC_READ_SEARCH.
 * @param mount an fd of any file on the same file system
 * @param handle address of a struct file_handle
 * @returns the fd, or -errno
 */
export function openByHandle(mount: number, handle: number, flags: number): number {
  const fd = libc.open_by_handle_at(mount, handle, flags | O_CLOEXEC);
  return fd < 0 ? -lastErrno() : fd;
}
