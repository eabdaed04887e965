/**
 * The directory of the daemon registry, which only its user can write to. It is removed with the
 * session or at the next boot if possible: XDG Base Directory Specification.
 */

import { lstatSync, mkdirSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { invokingUser, stateDirectory } from "./state-directory.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const MISSING = "does not exist";

/** The directory is not safe to use: not ours, or writable by others. */
export class UnsafeDirectoryError extends TraceError {
  override readonly name = "UnsafeDirectoryError";
  override readonly code = "UNSAFE_DIRECTORY";
}

/** Returns why a directory is not safe to use, or null. Does not follow symbolic links. */
function unsafeReason(path: string, uid: number): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return MISSING;
  if (!stat.isDirectory()) return "is not a directory";
  if (stat.uid !== uid) return `is owned by uid ${stat.uid}`;
  return stat.mode & 0o022 ? "is writable by others" : null;
}

/** Returns the directory's path. @param uid our effective uid */
function runtimePath(env: Environment, uid: number): string {
  if (uid === 0) return "/run/trace";
  const candidates = [env.XDG_RUNTIME_DIR ?? "", `/run/user/${uid}`];
  const usable = candidates.find(
    (path) => path.startsWith("/") && unsafeReason(path, uid) === null,
  );
  return usable === undefined ? stateDirectory(invokingUser(env)) : `${usable}/trace`;
}

/** Returns the path of the socket of a daemon. */
export const socketPath = (directory: string, pid: number) => `${directory}/${pid}.sock`;

/**
 * Returns the directory's path, or null if it does not exist.
 * @throws UnsafeDirectoryError
 */
export function runtimeDirectory(env: Environment): string | null {
  const uid = process.geteuid?.() ?? 0;
  const path = runtimePath(env, uid);
  const reason = unsafeReason(path, uid);
  if (reason === MISSING) return null;
  if (reason) throw new UnsafeDirectoryError(`${path}: ${reason}, so it cannot be used`);
  return path;
}

/**
 * Returns the directory's path. Creates it if it does not exist.
 * @throws UnsafeDirectoryError; Error of node:fs if it cannot be created
 */
export function makeRuntimeDirectory(env: Environment): string {
  const path = runtimePath(env, process.geteuid?.() ?? 0);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return runtimeDirectory(env) ?? path;
}
