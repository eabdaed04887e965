/**
 * The user who runs the traced command and owns its output: the caller of sudo, not root.
 * getpwnam(3), getgrouplist(3), sudo(8).
 */

import { TraceError } from "../errors.ts";
import { SystemError } from "../ffi/errno.ts";
import { libc } from "../ffi/libc.ts";
import { allocate, cString, foreign, readCString } from "../ffi/memory.ts";
import { EOVERFLOW } from "../kernel/errno.ts";
import { NGROUPS_MAX } from "../kernel/limits.ts";

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  readonly home: string;
}

/** The user is malformed or unknown, or SUDO_USER and SUDO_UID contradict the user database. */
export class UserError extends TraceError {
  override readonly name = "UserError";
  override readonly code = "USER";
}

/** struct passwd of glibc. */
export const PASSWD_SIZE = 48;
export const PASSWD = { pw_name: 0, pw_uid: 16, pw_gid: 20, pw_dir: 32 } as const;

function groupsOf(name: string, gid: number): number[] {
  const count = allocate(4);
  const groups = allocate(NGROUPS_MAX * 4);
  count.view.setInt32(0, NGROUPS_MAX, true);
  const length = libc.getgrouplist(cString(name).address, gid, groups.address, count.address);
  if (length < 0) throw new SystemError("getgrouplist", name, EOVERFLOW);
  return Array.from({ length }, (_, index) => groups.view.getUint32(index * 4, true));
}

function readPasswd(address: number): User | null {
  if (!address) return null;
  const { view } = foreign(address, PASSWD_SIZE);
  const text = (field: number) => readCString(Number(view.getBigUint64(field, true)));
  const name = text(PASSWD.pw_name);
  const gid = view.getUint32(PASSWD.pw_gid, true);
  return {
    name,
    uid: view.getUint32(PASSWD.pw_uid, true),
    gid,
    groups: groupsOf(name, gid),
    home: text(PASSWD.pw_dir),
  };
}

/** Returns the user database's entry for a name, or null. */
export function userByName(name: string): User | null {
  return readPasswd(libc.getpwnam(cString(name).address));
}

/** Returns the user database's entry for a uid, or null. */
export function userById(uid: number): User | null {
  return readPasswd(libc.getpwuid(uid));
}

/** Returns the name of a group, or null. */
export function groupNameOf(gid: number): string | null {
  const address = libc.getgrgid(gid);
  if (!address) return null;
  // The name is the first member of struct group: getgrgid(3).
  return readCString(Number(foreign(address, 8).view.getBigUint64(0, true)));
}

/**
 * Parses `NAME|UID[:GID]`. A uid without an entry in the user database requires a gid.
 * @throws UserError
 */
export function parseUser(text: string): User {
  const [nameOrUid, group, ...more] = text.split(":");
  const isNumber = (part: string) => /^\d{1,10}$/.test(part) && Number(part) < 0xffffffff;
  if (more.length || !nameOrUid || (group !== undefined && !isNumber(group)))
    throw new UserError(`${text}: expected NAME or UID, optionally followed by :GID`);
  const known = isNumber(nameOrUid) ? userById(Number(nameOrUid)) : userByName(nameOrUid);
  if (!known && (!isNumber(nameOrUid) || group === undefined))
    throw new UserError(`${text}: no such user; a uid without an entry needs UID:GID`);
  if (group === undefined) return known as User;
  const gid = Number(group);
  return known
    ? { ...known, gid, groups: groupsOf(known.name, gid) }
    : { name: nameOrUid, uid: Number(nameOrUid), gid, groups: [gid], home: "/" };
}

/**
 * Returns the user who called sudo; null without sudo or if root called it. Anyone can set
 * SUDO_UID and SUDO_USER, so they only count if the user database agrees.
 * @throws UserError if it does not
 */
export function sudoCaller(env: Record<string, string | undefined>): User | null {
  const { SUDO_UID, SUDO_USER } = env;
  if (process.geteuid?.() !== 0 || (SUDO_UID === undefined && SUDO_USER === undefined)) return null;
  const user = SUDO_USER ? userByName(SUDO_USER) : null;
  if (!user || String(user.uid) !== SUDO_UID)
    throw new UserError(
      `SUDO_USER=${JSON.stringify(SUDO_USER ?? "")} and SUDO_UID=${JSON.stringify(SUDO_UID ?? "")} ` +
        "do not agree with the user database",
    );
  return user.uid === 0 ? null : user;
}
