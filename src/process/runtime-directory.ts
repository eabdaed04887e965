/**
 * Where running daemons leave word of themselves: a directory that nobody else can write to, gone
 * with the session or the boot where there is such a place (XDG base directories).
 */
import { lstatSync, mkdirSync } from "node:fs";
import { MessageError } from "../messages.ts";
import { invokingUser, stateDirectory } from "./state.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Nobody can be trusted with such a directory: names it and says why. */
export class UnsafeDirectory extends MessageError {}

/** Why a directory is not ours alone; null where it is. Links are not followed. */
function flaw(path: string, uid: number): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return "is not there";
  if (!stat.isDirectory()) return "is no directory";
  if (stat.uid !== uid) return `belongs to uid ${stat.uid}`;
  return stat.mode & 0o022 ? "can be written to by others" : null;
}

/** Where ours goes. @param uid whose rights we have */
function parent(env: Environment, uid: number): string {
  if (uid === 0) return "/run";
  const candidates = [env.XDG_RUNTIME_DIR ?? "", `/run/user/${uid}`];
  const usable = candidates.find((path) => path.startsWith("/") && flaw(path, uid) === null);
  return usable ?? stateDirectory(invokingUser(env)).replace(/\/trace$/, "");
}

/**
 * The directory's path; it is made where it is not there.
 * @throws UnsafeDirectory; Error of node:fs where it cannot be made
 */
export function runtimeDirectory(env: Environment): string {
  const uid = process.geteuid?.() ?? 0;
  const path = `${parent(env, uid)}/trace`;
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const why = flaw(path, uid);
  if (why) throw new UnsafeDirectory(`${path}: ${why}, so that nothing can be kept there`);
  return path;
}
