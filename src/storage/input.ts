/** Reads the files that the command line names. */
import { readFileSync } from "node:fs";

/**
 * Reads a file as a whole.
 * @param path "-" for standard input
 * @throws Error of node:fs with a code
 */
export function readInput(path: string): Buffer {
  return readFileSync(path === "-" ? "/dev/stdin" : path);
}
