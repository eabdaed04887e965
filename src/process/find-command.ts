/**
 * Finds a command in PATH, as execvp(3) does, but before the command's process is there: what is
 * tried on the way is ours and not the command's. faccessat2(2), environ(7).
 */
import { statSync } from "node:fs";
import { lastErrno } from "../ffi/errno.ts";
import { syscall } from "../ffi/libc.ts";
import { cString } from "../ffi/memory.ts";
import { AT_FDCWD } from "../kernel/fcntl.ts";
import { asUser } from "./as-user.ts";
import type { User } from "./user.ts";

/** The same number everywhere. */
const SYS_faccessat2 = 439;
const X_OK = 1;
const AT_EACCESS = 0x200;
const ENOENT = 2;
const EACCES = 13;
const ENAMETOOLONG = 36;
const PATH_MAX = 4096;
/** Where there is no PATH: confstr(3). */
const DEFAULT_PATH = "/bin:/usr/bin";

export type CommandLookup = { readonly path: string } | { readonly errno: number };

/** 0, or why it cannot be executed. */
function checkExecutable(path: string): number {
  const name = cString(path).address;
  if (syscall(SYS_faccessat2, AT_FDCWD, name, X_OK, AT_EACCESS) < 0) return lastErrno();
  return statSync(path).isFile() ? 0 : EACCES;
}

/**
 * @param path the variable PATH; an empty part stands for the current directory
 * @param user who is to execute it; null: we
 * @returns where the command is, or the errno that execvp(3) would leave: EACCES where a file of
 *   that name must not be executed, ENOENT where there is none
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
