/** Files that are read as a whole because the command line names them. */
import { readFileSync } from "node:fs";

/**
 * @param path "-" for standard input
 * @throws Error of node:fs with a code
 */
export function readInput(path: string): Buffer {
  return readFileSync(path === "-" ? "/dev/stdin" : path);
}
