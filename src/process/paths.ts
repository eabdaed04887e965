/** Names as a user gives them, as the kernel has them: one character a byte. */
import { realpathSync } from "node:fs";

const latin1 = (name: string) => Buffer.from(name).toString("latin1");

/** Absolute, but not made plain. */
export function absolutePath(path: string): string {
  return latin1(path.startsWith("/") ? path : `${process.cwd()}/${path}`);
}

/** The same name, and where its links lead where that is elsewhere. */
export function pathsOf(path: string): string[] {
  try {
    return [absolutePath(path), realpathSync(path, "latin1")];
  } catch {
    return [absolutePath(path)];
  }
}
