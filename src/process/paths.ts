/** Makes the user's path arguments absolute. Paths in latin1 have one character per byte. */
import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { textToLatin1 } from "../text/latin1.ts";
import type { User } from "./user.ts";

/** A relative path is needed of the current directory, which has been removed. */
export class DirectoryRemovedError extends TraceError {
  override readonly name = "DirectoryRemovedError";
  override readonly code = "ENOENT";
}

/** Returns the current directory; null if it has been removed: getcwd(3). */
export function currentDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/** Returns an absolute path, without normalization. @throws DirectoryRemovedError */
export function absolute(path: string): string {
  if (path.startsWith("/")) return path;
  const directory = currentDirectory();
  if (directory === null)
    throw new DirectoryRemovedError(`${path}: the current directory has been removed`);
  return `${directory}/${path}`;
}

/** Returns an absolute path as latin1, without normalization. @throws DirectoryRemovedError */
export function absoluteLatin1(path: string): string {
  return textToLatin1(absolute(path));
}

/** Returns the home directory of a user, null for the current one, and the working directory. */
export function baseDirectories(user: User | null): { home: string; directory: string } {
  return {
    home: absoluteLatin1(user?.home ?? process.env.HOME ?? "/"),
    directory: textToLatin1(currentDirectory() ?? "/"),
  };
}

/** Returns the directories that the environment of a user's programs names; null: our own. */
export function environmentDirectories(user: User | null) {
  const { HOME = "/", TMPDIR, XDG_CACHE_HOME } = process.env;
  const home = user?.home ?? HOME;
  return { home, tmp: TMPDIR || "/tmp", cache: XDG_CACHE_HOME || `${home}/.cache` };
}

/** Returns a path as latin1, and its real path if it exists. */
export function pathAliases(path: string): string[] {
  try {
    return [absoluteLatin1(path), realpathSync(path, "latin1")];
  } catch {
    return [absoluteLatin1(path)];
  }
}

/** Returns the real path, or the absolute path if the file does not exist. */
export function realPathText(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return absolute(path);
  }
}

/** Whether a file has the path now; a symbolic link counts only with its target. */
export function pathExists(path: string): boolean {
  return existsSync(path);
}

/** Whether a path is that of a regular file without content. */
export function isEmptyFile(path: string): boolean {
  try {
    const stats = lstatSync(path);
    return stats.isFile() && stats.size === 0;
  } catch {
    return false;
  }
}

/**
 * Reads the target of a symbolic link. Paths and targets have one character per byte.
 * @returns null if the path is no symbolic link, undefined if that cannot be found out
 */
export function symlinkTarget(path: string): string | null | undefined {
  try {
    return readlinkSync(Buffer.from(path, "latin1"), "latin1");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EINVAL" ? null : undefined;
  }
}

/**
 * Whether a path, with one character per byte, is a directory and no symbolic link to one. One that
 * cannot be looked up is none: below a file, too long, or not permitted.
 */
export function isDirectory(path: string): boolean {
  try {
    return lstatSync(Buffer.from(path, "latin1")).isDirectory();
  } catch {
    return false;
  }
}

/** Returns the number of this process's mount namespace; "" if /proc does not say it. */
export function mountNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/mnt"))?.[0] ?? "";
  } catch {
    return "";
  }
}
