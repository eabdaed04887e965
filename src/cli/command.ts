/** What main.ts knows of each subcommand. */
import type { CommandDef } from "citty";

export interface Command {
  /** For citty: names, types and descriptions of the options, and what to run. */
  // biome-ignore lint/suspicious/noExplicitAny: each command's own options are its own business
  readonly definition: CommandDef<any>;
  /** Whether everything from the first word that is no option belongs to a command of the user's. */
  readonly takesCommand?: boolean;
  /** What follows the name in the usage line. */
  readonly usage: string;
  /** What --help says after the options: examples, exit statuses. */
  readonly details: string;
}
