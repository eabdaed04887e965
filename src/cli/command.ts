/** The interface between the dispatcher and the subcommands. */
import type { ArgsDef, CommandDef } from "citty";
import type { InheritedState } from "../process/inherited-state.ts";

/** The description of a subcommand that the dispatcher and --help use. */
export interface Command {
  /** For citty: names, types and descriptions of the options, and the function to run. */
  // biome-ignore lint/suspicious/noExplicitAny: every command has options of its own type
  readonly definition: CommandDef<any>;
  /** Whether the first word that is not an option starts the command line of the traced command. */
  readonly takesCommand?: boolean;
  /** The options that --help lists, by heading; all of them by default. */
  readonly groups?: Readonly<Record<string, ArgsDef>>;
  /** What to use instead of an option that similar programs have, by its spelling. */
  readonly advice?: Readonly<Record<string, string>>;
  /** The usage line after the name. */
  readonly usage: string;
  /** The text of --help after the options: examples, exit statuses. */
  readonly details: string;
}

/** What the dispatcher passes to a subcommand besides its options, as citty's `data`. */
export interface CommandContext {
  /** The words that are not options: the traced command and its arguments, or files. */
  readonly command: readonly string[];
  /** The options as `--name=value` or `--name`. */
  readonly options: readonly string[];
  readonly inherited: InheritedState;
}
