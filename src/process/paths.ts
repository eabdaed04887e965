/** Names as a user gives them, as the kernel has them: one character a byte. */
import { lstatSync, readlinkSync, realpathSync } from "node:fs";

const latin1 = (name: string) => Buffer.from(name).toString("latin1");

/** Absolute, but not made plain. */
export function absoluteLatin1(path: string): string {
  return latin1(path.startsWith("/") ? path : `${process.cwd()}/${path}`);
}

/** The same name, and where its links lead where that is elsewhere. */
export function pathAliases(path: string): string[] {
  try {
    return [absoluteLatin1(path), realpathSync(path, "latin1")];
  } catch {
    return [absoluteLatin1(path)];
  }
}

/** Where a path leads, as text; where that is nowhere yet, the path from the root directory on. */
export function realPathText(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return absolute(path);
  }
}

/** As text: it means the same wherever we are. */
export function absolute(path: string): string {
  return path.startsWith("/") ? path : `${process.cwd()}/${path}`;
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

/** Whether a path, with one character per byte, is a directory and no symbolic link to one. */
export function isDirectory(path: string): boolean {
  return lstatSync(Buffer.from(path, "latin1"), { throwIfNoEntry: false })?.isDirectory() === true;
}
