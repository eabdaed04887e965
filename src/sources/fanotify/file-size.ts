/** Reads the sizes of files with statx(2), and computes by how much they changed. */
import { close } from "../../ffi/fd.ts";
import { openByHandle } from "../../ffi/handle.ts";
import { type FileSize, StatxReader } from "../../ffi/statx.ts";
import { EPERM } from "../../kernel/errno.ts";
import { O_PATH } from "../../kernel/fcntl.ts";
import type { CachedFile } from "./file-cache.ts";
import type { WatchedMount } from "./watched-mount.ts";

const MISSING: FileSize = { size: null, links: 0 };

export class FileSizeReader {
  private readonly reader = new StatxReader();

  /**
   * Reads the size of an event's file. Under a filesystem mark the file is opened by its handle, so
   * it is the right one; otherwise the file that has its path now is read.
   * @param handle address of the file handle; null if unknown
   * @param path address of the path
   */
  read(mount: WatchedMount, handle: number | null, path: number): FileSize {
    const mountFd = mount.hasFilesystemMark && handle !== null ? mount.open() : -EPERM;
    const fd = mountFd < 0 ? mountFd : openByHandle(mountFd, handle!, O_PATH);
    if (fd === -EPERM) return this.reader.readPath(path);
    if (fd < 0) return MISSING;
    const result = this.reader.readFd(fd);
    close(fd);
    return result;
  }
}

/**
 * Stores a file's size.
 * @param isCreated whether the file was just created
 * @returns by how many bytes the file grew; null if the old or the new size is unknown
 */
export function updateSize(record: CachedFile, { size, links }: FileSize, isCreated: boolean) {
  if (size === null) return null;
  const before = record.size ?? (isCreated && links <= 1 ? 0 : null);
  record.size = size;
  return before === null ? null : size - before;
}
