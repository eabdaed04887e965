/** What to do about a command that cannot be executed. */
import type { CommandError } from "../process/child.ts";
import { commandNames } from "../process/find-command.ts";
import { isDirectory } from "../process/paths.ts";
import { nearest } from "../text/did-you-mean.ts";

const NOT_FOUND = 127;

/** Returns a hint that follows the message; "" for none. */
export function commandHint({ command, status }: CommandError): string {
  if (status !== NOT_FOUND) return isDirectory(command) ? "; it is a directory" : "";
  if (/\s/.test(command)) return "; it is one word: pass the command and its arguments as several";
  if (command.includes("/") || command === "") return "";
  const near = nearest(command, commandNames(process.env.PATH));
  return near === undefined ? "" : `; did you mean ${near}?`;
}
