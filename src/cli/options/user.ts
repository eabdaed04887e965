/** Parses users: the one who runs a command, and those whose events are wanted. */
import { parseUser, sudoCaller, type User, UserError, userByName } from "../../process/user.ts";
import { UsageError } from "../errors.ts";
import { parseNumber } from "./number.ts";

/**
 * Returns the user who runs the traced command: the value of --user, or by default the user who
 * invoked sudo; null for the current user.
 * @throws UsageError, UserError
 */
export function parseCommandUser(text: string | undefined): User | null {
  if (text === undefined) return sudoCaller(process.env);
  try {
    return parseUser(text);
  } catch (error) {
    if (error instanceof UserError)
      throw new UsageError(`--user ${error.message}`, { cause: error });
    throw error;
  }
}

/** Returns the uid of a user's name or number. @throws UsageError */
export function parseUid(option: string, text: string): number {
  if (/^\d+$/.test(text)) return parseNumber(option, text, 0);
  const user = text === "" ? null : userByName(text);
  if (user) return user.uid;
  throw new UsageError(`${option} ${text}: no such user`);
}
