/** The directories that the entries of a lock are relative to. */
import type { Bases } from "../../policy/names.ts";
import { absolute, environmentDirectories, pathAliases } from "../../process/paths.ts";
import { type User, userById } from "../../process/user.ts";
import { textToLatin1 } from "../../text/latin1.ts";
import { isPathWithin, normalizePath } from "../../text/path.ts";
import type { Observation, RunDirectories } from "./observe.ts";

/** Returns a directory by its real path and its path; latin1. */
function aliases(path: string): string[] {
  const [named, real = named] = pathAliases(path).map(normalizePath);
  return [...new Set([real, named])];
}

/** Returns the directory of a lock file. @param lock "-" for standard output */
export function lockDirectory(lock: string): string {
  const path = lock === "-" ? `${absolute(".")}/-` : absolute(lock);
  return normalizePath(path.slice(0, path.lastIndexOf("/")) || "/");
}

/** Of a command that is run by a user; null: the current one. */
export function basesOfCommand(lock: string, user: User | null): Bases {
  return basesOf(lockDirectory(lock), environmentDirectories(user));
}

/**
 * Of a record, which may be of another machine. Its working directory stands for the lock's directory
 * if it was not recorded below that.
 * @param depth how far the working directory is below the lock's directory then
 */
export function basesOfRecord(
  lock: string,
  { cwd, user, directories }: Observation,
  depth = 0,
): Bases {
  const directory = lockDirectory(lock);
  const isForeign =
    cwd !== null &&
    cwd !== "" &&
    !aliases(directory).some((own) => isPathWithin(textToLatin1(cwd), own));
  const base = isForeign ? normalizePath(cwd + "/..".repeat(depth)) : directory;
  return basesOf(base, directories ?? guessed(user));
}

/** Records of older versions do not have the directories of the command's environment. */
function guessed(user: Observation["user"]): RunDirectories {
  if (user === null) return environmentDirectories(null);
  const home = userById(user.uid)?.home ?? (user.uid === 0 ? "/root" : `/home/${user.name}`);
  return { home, tmp: "/tmp", cache: `${home}/.cache` };
}

function basesOf(base: string, { home = "/", tmp = "/tmp", cache = "" }: RunDirectories): Bases {
  return {
    base: aliases(base),
    home: aliases(home),
    tmp: [...new Set([...aliases(tmp), "/tmp", "/var/tmp"])],
    cache: aliases(cache || `${home}/.cache`),
  };
}
