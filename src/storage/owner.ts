/** Whose rights are enough for work on a file: its owner's. */
import { lstatSync } from "node:fs";
import { type User, userById } from "../process/user.ts";

/**
 * @returns null where we have no other rights than our own, it is ours, or it is not there
 */
export function ownerOf(path: string): User | null {
  const { uid, gid } = lstatSync(path, { throwIfNoEntry: false }) ?? { uid: 0, gid: 0 };
  if (process.geteuid?.() !== 0 || uid === 0) return null;
  return userById(uid) ?? { name: String(uid), uid, gid, groups: [gid], home: "/" };
}
