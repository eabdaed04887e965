/** Names as a user gives them, as the kernel has them: one character a byte. */
import { realpathSync } from "node:fs";
import type { User } from "./user.ts";

const latin1 = (name: string) => Buffer.from(name).toString("latin1");

/** Absolute, but not made plain. */
export function absoluteLatin1(path: string): string {
  return latin1(path.startsWith("/") ? path : `${process.cwd()}/${path}`);
}

/** Returns the home directory of a user, null for the current one, and the working directory. */
export function baseDirectories(user: User | null): { home: string; directory: string } {
  return {
    home: absoluteLatin1(user?.home ?? process.env.HOME ?? "/"),
    directory: absoluteLatin1(process.cwd()),
  };
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
