/** Parses users: the one who runs a command, and those whose events are wanted. */
import { parseUser, sudoCaller, type User, UserError, userByName } from "../../process/user.ts";
import { StartError, UsageError } from "../errors.ts";
import { parseNumber } from "./number.ts";

/**
 * Returns the user who runs the traced command: the value of --user, or by default the user who
 * invoked sudo; null for the current user.
 * @throws UsageError; StartError if the variables of sudo are inconsistent
 */
export function parseCommandUser(text: string | undefined): User | null {
  try {
    return text === undefined ? sudoCaller(process.env) : parseUser(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (text !== undefined) throw new UsageError(`--user ${error.message}`, { cause: error });
    throw new StartError(error.message, { cause: error, advice: "choose the user with --user" });
  }
}

/** Returns the uid of a user's name or number. @throws UsageError */
export function parseUid(option: string, text: string): number {
  if (/^\d+$/.test(text)) return parseNumber(option, text, 0);
  const user = text === "" ? null : userByName(text);
  if (user) return user.uid;
  throw new UsageError(`${option} ${text}: no such user`);
}
