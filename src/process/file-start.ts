/** Reads the first bytes of files that other processes name. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { O_NONBLOCK } from "../kernel/fcntl.ts";

/**
 * Reads the first bytes of a regular file; null if that is not possible. Opens nothing else: a FIFO
 * would block, and a device may act on an open.
 */
export function readFileStart(path: string | Buffer, size: number): Uint8Array | null {
  try {
    if (!statSync(path).isFile()) return null;
    const fd = openSync(path, O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(size);
      return bytes.subarray(0, readSync(fd, bytes, 0, size, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}
