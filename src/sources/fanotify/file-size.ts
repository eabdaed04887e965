/** How large files are, and by how much that differs from when they were last looked at. */
import { close } from "../../ffi/fd.ts";
import { openByHandle } from "../../ffi/handle.ts";
import { type FileSize, StatxReader } from "../../ffi/statx.ts";
import type { CachedFile } from "./file-cache.ts";
import type { WatchedMount } from "./watched-mount.ts";

const O_PATH = 0o10000000;
const EPERM = 1;
const GONE: FileSize = { size: null, links: 0 };

export class FileSizeReader {
  private readonly reader = new StatxReader();

  /**
   * Of a file that an event is about: this file, where it can be opened by its handle, which is
   * wherever one mark is for all of a file system; else what is at its path now.
   * @param handle address of its handle; null: it is not known
   * @param path address of its path
   */
  read(mounted: WatchedMount, handle: number | null, path: number): FileSize {
    const mount = mounted.hasFilesystemMark && handle !== null ? mounted.open() : -EPERM;
    const fd = mount < 0 ? mount : openByHandle(mount, handle!, O_PATH);
    if (fd === -EPERM) return this.reader.readPath(path);
    if (fd < 0) return GONE;
    const result = this.reader.readFd(fd);
    close(fd);
    return result;
  }
}

/**
 * Takes in a size.
 * @param isMade whether the file was made just now
 * @returns by how many bytes it has grown; null: it was not known, or has none
 */
export function updateSize(record: CachedFile, { size, links }: FileSize, isMade: boolean) {
  if (size === null) return null;
  const before = record.size ?? (isMade && links <= 1 ? 0 : null);
  record.size = size;
  return before === null ? null : size - before;
}
