/** Absolute paths as text, without looking at the file system; latin1 or any other encoding. */
import type { ByteSlice } from "./byte-slice.ts";

const SLASH = 0x2f;

/** Resolves `.`, `..` and repeated slashes lexically: "/a/./b//../c" → "/a/c". Relative paths are unchanged. */
export function normalizePath(path: string): string {
  if (!path.startsWith("/") || !/\/(\/|\.|$)/.test(path)) return path;
  const names: string[] = [];
  for (const name of path.split("/"))
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  return `/${names.join("/")}`;
}

/** Returns what every path below a directory starts with: "/a/" for "/a" and "/a/", "/" for "/". */
export function directoryPrefix(directory: string): string {
  return directory.endsWith("/") ? directory : `${directory}/`;
}

/** Whether a path is the directory or below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directoryPrefix(directory));
}

/**
 * Whether a path is the directory or below it.
 * @param directory without a slash at the end, so that the root is empty
 */
export function isSliceWithin({ bytes, start, length }: ByteSlice, directory: Uint8Array): boolean {
  if (length === 0 || length < directory.length) return false;
  if (length > directory.length && bytes[start + directory.length] !== SLASH) return false;
  // Compares from the end, where paths of one tree differ.
  for (let i = directory.length - 1; i >= 0; i--)
    if (bytes[start + i] !== directory[i]) return false;
  return true;
}
