/**
 * Where running daemons leave word of themselves: a directory that nobody else can write to, gone
 * with the session or the boot where there is such a place (XDG base directories).
 */

import { lstatSync, mkdirSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { invokingUser, stateDirectory } from "./state-directory.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const MISSING = "is not there";

/** Nobody can be trusted with such a directory: names it and says why. */
export class UnsafeDirectoryError extends TraceError {
  override readonly name = "UnsafeDirectoryError";
  override readonly code = "UNSAFE_DIRECTORY";
}

/** Why a directory is not ours alone; null where it is. Links are not followed. */
function unsafeReason(path: string, uid: number): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return MISSING;
  if (!stat.isDirectory()) return "is no directory";
  if (stat.uid !== uid) return `belongs to uid ${stat.uid}`;
  return stat.mode & 0o022 ? "can be written to by others" : null;
}

/** @param uid whose rights we have */
function runtimePath(env: Environment, uid: number): string {
  if (uid === 0) return "/run/trace";
  const candidates = [env.XDG_RUNTIME_DIR ?? "", `/run/user/${uid}`];
  const usable = candidates.find(
    (path) => path.startsWith("/") && unsafeReason(path, uid) === null,
  );
  return usable === undefined ? stateDirectory(invokingUser(env)) : `${usable}/trace`;
}

/**
 * The directory's path, or null where it is not there.
 * @throws UnsafeDirectory
 */
export function runtimeDirectory(env: Environment): string | null {
  const uid = process.geteuid?.() ?? 0;
  const path = runtimePath(env, uid);
  const why = unsafeReason(path, uid);
  if (why === MISSING) return null;
  if (why) throw new UnsafeDirectoryError(`${path}: ${why}, so that nothing can be kept there`);
  return path;
}

/**
 * The same; it is made where it is not there.
 * @throws UnsafeDirectory; Error of node:fs where it cannot be made
 */
export function makeRuntimeDirectory(env: Environment): string {
  const path = runtimePath(env, process.geteuid?.() ?? 0);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return runtimeDirectory(env) ?? path;
}
