/** Reads sizes, modes and owners of files with statx(2), and says what they were before. */
import { groupName, userName } from "../../attribution/procfs.ts";
import type { FileAttributes } from "../../events/watch-event.ts";
import { openRelative } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { HandleReader, openByHandle } from "../../ffi/handle.ts";
import { O_NOFOLLOW } from "../../ffi/machine.ts";
import { type FileStat, StatxReader } from "../../ffi/statx.ts";
import { EPERM, ESTALE } from "../../kernel/errno.ts";
import { AT_FDCWD, O_NONBLOCK, O_PATH } from "../../kernel/fcntl.ts";
import { FSID_SIZE, isEqual } from "./directory-tree.ts";
import type { CachedFile } from "./file-cache.ts";
import type { WatchedMount } from "./watched-mount.ts";

const MISSING: FileStat = { exists: false, size: null, links: 0, mode: 0, uid: 0, gid: 0 };
const PERMISSIONS = 0o7777;

export class FileStatReader {
  private readonly reader = new StatxReader();
  private handles: HandleReader | undefined;

  /**
   * Reads an event's file. Under a filesystem mark the file is opened by its handle, so
   * it is the right one; otherwise the file that has its path now is read.
   * @param handle address of the file handle; null if unknown
   * @param path address of the path
   */
  read(mount: WatchedMount, handle: number | null, path: number): FileStat {
    const mountFd = mount.hasFilesystemMark && handle !== null ? mount.open() : -EPERM;
    const fd = mountFd < 0 ? mountFd : openByHandle(mountFd, handle!, O_PATH);
    if (fd === -EPERM) return this.reader.readPath(path);
    if (fd < 0) return MISSING;
    const result = this.reader.readFd(fd);
    close(fd);
    return result;
  }

  /**
   * Opens an event's file for reading.
   * @param path its path
   * @param key the file's handle as in events, without the id of the file system
   * @returns an fd, or negative: the path may lead to another file
   */
  open(mount: WatchedMount, handle: number, path: Uint8Array, key: Uint8Array): number {
    if (mount.hasFilesystemMark) {
      const mountFd = mount.open();
      const fd = mountFd < 0 ? mountFd : openByHandle(mountFd, handle, O_NONBLOCK);
      if (fd !== -EPERM) return fd;
    }
    const fd = openRelative(AT_FDCWD, path, O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || this.hasHandle(fd, key)) return fd;
    close(fd);
    return -ESTALE;
  }

  private hasHandle(fd: number, key: Uint8Array): boolean {
    this.handles ??= new HandleReader();
    const { handles } = this;
    try {
      handles.read(fd, "a file");
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return false;
    }
    return isEqual(handles.memory.bytes.subarray(FSID_SIZE, handles.length), key);
  }
}

/**
 * Stores a file's size.
 * @param isCreated whether the file was just created
 * @returns by how many bytes the file grew; null if the old or the new size is unknown
 */
export function updateSize(record: CachedFile, { size, links }: FileStat, isCreated: boolean) {
  if (size === null) return null;
  const before = record.size ?? (isCreated && links <= 1 ? 0 : null);
  record.size = size;
  return before === null ? null : size - before;
}

/** A file or a directory whose last known attributes are kept. */
export interface AttributeHolder {
  /** Null if they were never read, or may have changed unseen. */
  attributes: FileAttributes | null;
}

/**
 * Stores a file's attributes.
 * @returns the last known ones; null if there are none
 */
export function updateAttributes(
  holder: AttributeHolder,
  { mode, uid, gid }: FileStat,
): FileAttributes | null {
  const before = holder.attributes;
  const permissions = mode & PERMISSIONS;
  const isSame = before?.mode === permissions && before.uid === uid && before.gid === gid;
  if (!isSame)
    holder.attributes = {
      ...{ mode: permissions, uid, gid },
      ...{ owner: userName(uid), group: groupName(gid) },
    };
  return before;
}
