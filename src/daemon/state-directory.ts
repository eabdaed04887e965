/** Where a user's history is kept: ~/.local/state/trace, as the XDG base directories have it. */
import { mkdirSync } from "node:fs";
import { asUser } from "../process/as-user.ts";
import { sudoCaller, type User, UserError, userById } from "../process/user.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whom we work for: who called sudo, else who we are.
 * @throws UserError where nobody knows a home for them
 */
export function invokingUser(env: Environment): User {
  const caller = sudoCaller(env);
  if (caller) return caller;
  const uid = process.geteuid?.() ?? 0;
  const known = userById(uid);
  if (known) return known;
  if (uid === 0 || !env.HOME?.startsWith("/"))
    throw new UserError(`uid ${uid} is not in the user database; set HOME, or name the file`);
  return { name: String(uid), uid, gid: process.getegid?.() ?? 0, groups: [], home: env.HOME };
}

/** Absolute. */
export function stateDirectory(user: User): string {
  return `${user.home}/.local/state/trace`;
}

/** Where a user's daemon records, and where `trace query` looks. */
export function historyPath(user: User): string {
  return `${stateDirectory(user)}/history.ndjson`;
}

/** Makes the directory where it is not there, as the user's own. @throws Error of node:fs */
export function makeStateDirectory(user: User): void {
  const owner = user.uid === process.geteuid?.() ? null : user;
  asUser(owner, () => mkdirSync(stateDirectory(user), { recursive: true, mode: 0o700 }));
}
