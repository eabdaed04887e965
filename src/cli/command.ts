/** The interface between the dispatcher and the subcommands. */
import type { CommandDef } from "citty";
import type { InheritedState } from "../process/inherited-state.ts";
import type { OptionRule } from "./option-rules.ts";
import type { NamedValue, Values } from "./options/values.ts";

/** The description of a subcommand that the dispatcher, help, man pages and completions use. */
export interface Command {
  /** For citty: names, types and descriptions of the options, and the function to run. */
  // biome-ignore lint/suspicious/noExplicitAny: every command has options of its own type
  readonly definition: CommandDef<any>;
  /** Whether the first word that is not an option starts the command line of the traced command. */
  readonly takesCommand?: boolean;
  /** Whether a command line may follow a --; without it the words are `operands`. */
  readonly takesCommandAfterDashes?: boolean;
  /** What the words are that are not options; none by default. */
  readonly operands?: Values;
  /** The columns of --columns. */
  readonly columns?: ColumnTable;
  /** The names of the options that are used most: those of `-h`. */
  readonly common: readonly string[];
  /** The names of options by heading, for --help; all others follow. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** What to use instead of an option that similar programs have, by its spelling. */
  readonly advice?: Readonly<Record<string, string>>;
  /** Which options have an effect with which others. */
  readonly rules?: readonly OptionRule[];
  /** The usage after the name; a line for each way to use the command. */
  readonly usage: string;
  /** The text of --help after the options. A line that is too long is wrapped. */
  readonly details?: string;
  /** The topics of `trace help` that explain more. */
  readonly topics?: readonly string[];
  /** Command lines. `-h` shows the first two. */
  readonly examples: readonly string[];
  readonly exitStatus: string;
}

/** The columns that a command can write. */
export interface ColumnTable {
  readonly all: readonly (NamedValue & { readonly key: string })[];
  /** Those that are written by default; empty if that depends on other options. */
  readonly defaults: readonly NamedValue[];
  /** Names that stand for several. */
  readonly groups?: readonly NamedValue[];
}

/** All subcommands by their names, in the order of help. */
export type Commands = Readonly<Record<string, Command>>;

/** What the dispatcher passes to a subcommand besides its options, as citty's `data`. */
export interface CommandContext {
  /** The words that are not options: the traced command and its arguments, or files. */
  readonly command: readonly string[];
  /** Those of them before `--`; undefined if there was none. */
  readonly before?: readonly string[];
  /** The options as `--name=value` or `--name`. */
  readonly options: readonly string[];
  readonly inherited: InheritedState;
  readonly loadCommands: () => Promise<Commands>;
}
