/** The directories that the entries of a lock are relative to. */

import type { Bases } from "../../policy/names.ts";
import { absoluteLatin1, baseDirectories, pathAliases } from "../../process/paths.ts";
import type { User } from "../../process/user.ts";
import { normalizePath } from "../../text/path.ts";

/** Returns a directory by its real path and its path; latin1. */
function directory(path: string): string[] {
  const [named, real = named] = pathAliases(path).map(normalizePath);
  return [...new Set([real, named])];
}

/** @param lock the path of the lock file @param user who runs the command; null for the current user */
export function basesOf(lock: string, user: User | null): Bases {
  const path = absoluteLatin1(lock);
  const { home } = baseDirectories(user);
  const environment = process.env;
  const text = (name: string) => Buffer.from(name, "latin1").toString();
  return {
    base: directory(text(normalizePath(path.slice(0, path.lastIndexOf("/")) || "/"))),
    home: directory(text(home)),
    tmp: [...new Set([...directory(environment.TMPDIR || "/tmp"), "/tmp", "/var/tmp"])],
    cache: directory(environment.XDG_CACHE_HOME || `${text(home)}/.cache`),
  };
}
