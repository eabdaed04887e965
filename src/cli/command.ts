/** The description of a subcommand that the dispatcher and --help use. */
import type { CommandDef } from "citty";

export interface Command {
  /** For citty: names, types and descriptions of the options, and the function to run. */
  // biome-ignore lint/suspicious/noExplicitAny: every command has options of its own type
  readonly definition: CommandDef<any>;
  /** Whether the first word that is not an option starts the command line of the traced command. */
  readonly takesCommand?: boolean;
  /** The usage line after the name. */
  readonly usage: string;
  /** The text of --help after the options: examples, exit statuses. */
  readonly details: string;
}
