/** Whose rights are enough for work on a file: its owner's. */
import { lstatSync } from "node:fs";
import { type User, userById } from "./user.ts";

/**
 * @returns null where we have no other rights than our own, or it is ours
 * @throws Error of node:fs where there is no such file
 */
export function ownerOf(path: string): User | null {
  const { uid, gid } = lstatSync(path);
  if (process.geteuid?.() !== 0 || uid === 0) return null;
  return userById(uid) ?? { name: String(uid), uid, gid, groups: [gid], home: "/" };
}
