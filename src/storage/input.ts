/** Reads the files that the command line names. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

/**
 * Reads a file as a whole.
 * @param path "-" for standard input
 * @throws Error of node:fs with a code
 */
export function readInput(path: string): Buffer {
  return readFileSync(path === "-" ? "/dev/stdin" : path);
}

/**
 * Reads the first bytes of a file; none of standard input, which can be read only once.
 * @throws Error of node:fs with a code
 */
export function readInputStart(path: string, length: number): Uint8Array {
  if (path === "-") return new Uint8Array(0);
  const fd = openSync(path, "r");
  try {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(fd, bytes, 0, length, null));
  } finally {
    closeSync(fd);
  }
}
