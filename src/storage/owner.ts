/** Finds the user with whose rights root works on a file: its owner. */
import { lstatSync } from "node:fs";
import { type User, userById } from "../process/user.ts";

/** Returns a file's owner; null if we are not root, or the file is root's or does not exist. */
export function ownerOf(path: string): User | null {
  const { uid, gid } = lstatSync(path, { throwIfNoEntry: false }) ?? { uid: 0, gid: 0 };
  if (process.geteuid?.() !== 0 || uid === 0) return null;
  return userById(uid) ?? { name: String(uid), uid, gid, groups: [gid], home: "/" };
}
