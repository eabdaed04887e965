/** The directory of a user's history, ~/.local/state/trace: XDG Base Directory Specification. */
import { mkdirSync } from "node:fs";
import { asUser } from "../process/as-user.ts";
import { sudoCaller, type User, UserError, userById } from "../process/user.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the user who called sudo, or else the user that we run as.
 * @throws UserError if the user's home directory is unknown
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

/** Returns the directory's absolute path. */
export function stateDirectory(user: User): string {
  return `${user.home}/.local/state/trace`;
}

/** Returns the path of the file that a user's daemon writes and `trace query` reads. */
export function historyPath(user: User): string {
  return `${stateDirectory(user)}/history.ndjson`;
}

/** Creates the directory with the user's rights if it does not exist. @throws Error of node:fs */
export function makeStateDirectory(user: User): void {
  const owner = user.uid === process.geteuid?.() ? null : user;
  asUser(owner, () => mkdirSync(stateDirectory(user), { recursive: true, mode: 0o700 }));
}

/**
 * Returns the directory of what waits to be sent. A service has a state directory from its manager:
 * STATE_DIRECTORY of systemd.exec(5).
 */
export function spoolDirectory(user: User, env: Environment): string {
  const ofService = env.NOTIFY_SOCKET ? (env.STATE_DIRECTORY ?? "").split(":")[0] : "";
  return `${ofService.startsWith("/") ? ofService : stateDirectory(user)}/spool`;
}
