/**
 * Compares, joins and normalizes paths by their text alone, without the file system: path_resolution(7).
 * Paths are bytes, either as such or in strings with one character per byte (latin1).
 */
import type { ByteSlice } from "./byte-slice.ts";

const SLASH = 0x2f;

/**
 * Whether a path is `root` or below it. Both are absolute and normalized.
 * @param root "/" or "" for the root directory
 */
export function isWithin({ bytes, start, length }: ByteSlice, root: Uint8Array): boolean {
  const rootLength = root.length === 1 && root[0] === SLASH ? 0 : root.length;
  if (length === 0 || length < rootLength) return false;
  if (length > rootLength && bytes[start + rootLength] !== SLASH) return false;
  // Backwards, because paths of one tree differ at their ends.
  for (let i = rootLength - 1; i >= 0; i--) if (bytes[start + i] !== root[i]) return false;
  return true;
}

/** Whether a path is `root` or below it, like `isWithin`, of strings. */
export function isPathWithin(path: string, root: string): boolean {
  if (root === "/") return path.startsWith("/");
  return path.startsWith(root) && (path.length === root.length || path[root.length] === "/");
}

/**
 * Removes `.`, `..` and repeated slashes from an absolute path; a symbolic link before a `..` is not
 * resolved. A relative path is returned unchanged.
 */
export function normalizePath(path: string): string {
  if (!path.startsWith("/")) return path;
  if (!/\/(\/|\.|$)/.test(path)) return path;
  const names: string[] = [];
  for (const name of path.split("/"))
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  return `/${names.join("/")}`;
}

/** Returns an absolute path without its last name. */
export function parentPath(path: Uint8Array): Uint8Array {
  return path.slice(0, Math.max(path.lastIndexOf(SLASH), 1));
}

/** Returns the last name of a path. */
export function baseName(path: Uint8Array): Uint8Array {
  return path.slice(path.lastIndexOf(SLASH) + 1);
}

/** Returns what every path below a directory starts with: "/a/" for "/a" and "/a/", "/" for "/". */
export function directoryPrefix(directory: string): string {
  return directory.endsWith("/") ? directory : `${directory}/`;
}

/** Returns the directory of a path; "." for a name. */
export function dirname(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
}

/** Returns the path of a name in a directory. */
export function childPath(directory: string, name: string): string {
  return `${directoryPrefix(directory)}${name}`;
}

/** Appends a path that is "" or starts with "/" to a directory. */
export function joinPaths(directory: string, rest: string): string {
  if (rest === "" || rest === "/") return directory;
  return directory === "/" ? rest : directory + rest;
}

/** Returns the components of a path, without empty ones and ".": "/a//b/." has two. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}
