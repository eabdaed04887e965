/**
 * Finds a command in PATH as execvp(3) does, but before the command's process exists, so that the
 * failed attempts are not recorded as the command's. faccessat2(2), environ(7).
 */
import { readdirSync, statSync } from "node:fs";
import { lastErrno } from "../ffi/errno.ts";
import { syscall } from "../ffi/libc.ts";
import { SYS } from "../ffi/machine.ts";
import { cString } from "../ffi/memory.ts";
import { EACCES, ENAMETOOLONG, ENOENT } from "../kernel/errno.ts";
import { AT_EACCESS, AT_FDCWD } from "../kernel/fcntl.ts";
import { PATH_MAX } from "../kernel/limits.ts";
import { asUser } from "./as-user.ts";
import type { User } from "./user.ts";

const X_OK = 1;
/** Used if PATH is not set: confstr(3). */
const DEFAULT_PATH = "/bin:/usr/bin";

export type CommandLookup = { readonly path: string } | { readonly errno: number };

/** Returns 0, or the errno of the reason why a file cannot be executed. */
function checkExecutable(path: string): number {
  const name = cString(path).address;
  if (syscall(SYS.faccessat2, AT_FDCWD, name, X_OK, AT_EACCESS) < 0) return lastErrno();
  return statSync(path).isFile() ? 0 : EACCES;
}

/**
 * Looks up a command.
 * @param path the variable PATH; an empty part is the current directory
 * @param user the user who will execute it; null: ours
 * @returns the command's path, or the errno that execvp(3) would set: EACCES if a file of that name
 *   cannot be executed, ENOENT if none exists
 */
export function findCommand(
  command: string,
  path: string | undefined,
  user: User | null,
): CommandLookup {
  if (Buffer.byteLength(command) >= PATH_MAX) return { errno: ENAMETOOLONG };
  if (command.includes("/")) return { path: command };
  return asUser(user, () => {
    let denied = false;
    for (const directory of (path ?? DEFAULT_PATH).split(":")) {
      const candidate = directory === "" ? command : `${directory}/${command}`;
      if (command === "" || Buffer.byteLength(candidate) >= PATH_MAX) continue;
      const errno = checkExecutable(candidate);
      if (errno === 0) return { path: candidate };
      if (errno === EACCES) denied = true;
    }
    return { errno: denied ? EACCES : ENOENT };
  });
}

/** Returns the names in the directories of PATH. */
export function commandNames(path = DEFAULT_PATH): string[] {
  return path.split(":").flatMap((directory) => {
    try {
      return readdirSync(directory === "" ? "." : directory);
    } catch {
      return [];
    }
  });
}
