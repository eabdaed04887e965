/** What completions offer, for all shells: a reading of the table of options. */
import type { ArgsDef, CommandMeta } from "citty";
import type { Command, Commands } from "../command.ts";
import { optionDescription } from "../help/command-help.ts";
import { TOPICS } from "../help/topics.ts";
import { GLOBAL_OPTIONS } from "../options/global.ts";
import {
  listOf,
  type OptionDef,
  type OptionTable,
  oneOf,
  shownSpellings,
  spellingsOf,
  type Values,
  valuesOf,
} from "../options/values.ts";

export interface CompletedOption {
  /** Those that are offered; none if the option is only accepted. */
  readonly offered: readonly string[];
  readonly spellings: readonly string[];
  readonly description: string;
  /** Whether the next word is its value, or a value can only follow in the same word. */
  readonly takes: "nothing" | "value" | "optional value";
  /** What the value is in help. */
  readonly hint: string;
  /** Null if they cannot be enumerated. */
  readonly values: Values | null;
}

export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly takesCommand: boolean;
  readonly takesCommandAfterDashes: boolean;
  readonly operands: Values | null;
}

const HELP: CompletedOption = {
  ...{ offered: ["-h", "--help"], spellings: ["-h", "--help"], description: "show help" },
  ...{ takes: "nothing", hint: "", values: null },
};
const VERSION: CompletedOption = {
  ...HELP,
  ...{
    offered: ["-V", "--version"],
    spellings: ["-V", "--version"],
    description: "show the version",
  },
};

function toOption(command: Command | null, name: string, arg: OptionDef): CompletedOption {
  const { valueHint = "" } = arg;
  const isOptional = valueHint.startsWith("[=");
  return {
    offered: arg.hidden ? [] : shownSpellings(name, arg),
    spellings: spellingsOf(name, arg),
    description: optionDescription(arg),
    takes: arg.type === "boolean" ? "nothing" : isOptional ? "optional value" : "value",
    hint: valueHint.replace(/^\[=|[[\]]/g, ""),
    values: name === "columns" && command ? columnValues(command) : valuesOf(arg),
  };
}

function columnValues({ columns }: Command): Values | null {
  return columns ? listOf([...(columns.groups ?? []), ...columns.all]) : null;
}

function toOptions(command: Command | null, table: OptionTable): CompletedOption[] {
  return Object.entries(table).map(([name, arg]) => toOption(command, name, arg));
}

/** The options before a command. */
export const PROGRAM_OPTIONS: readonly CompletedOption[] = [
  HELP,
  VERSION,
  ...toOptions(null, GLOBAL_OPTIONS),
];

/** Returns all commands, and `help`. */
export function completedCommands(commands: Commands): CompletedCommand[] {
  const all = Object.entries(commands).map(([name, command]): CompletedCommand => {
    const { definition, takesCommand = false, operands = null } = command;
    const { takesCommandAfterDashes = takesCommand } = command;
    const options = { ...(definition.args as ArgsDef as OptionTable), ...GLOBAL_OPTIONS };
    const { description = "" } = definition.meta as CommandMeta;
    return {
      ...{ name, description, takesCommand, takesCommandAfterDashes, operands },
      options: [...toOptions(command, options), HELP],
    };
  });
  const topics = [...Object.keys(commands), ...Object.keys(TOPICS)];
  const help = { description: "Show help about a command or a topic", operands: oneOf(topics) };
  const options = toOptions(null, GLOBAL_OPTIONS);
  const takes = { takesCommand: false, takesCommandAfterDashes: false };
  return [...all, { name: "help", ...takes, options, ...help }];
}

/** Quotes a word for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w%@.,/+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
