/** The texts of `trace -h`, `trace --help` and `trace help TOPIC`. */
import type { Command, Commands } from "../command.ts";
import { UsageError } from "../errors.ts";
import { GLOBAL_OPTIONS } from "../options/global.ts";
import { suggestion } from "../options/names.ts";
import { commandDescription, longHelp, optionDescription, optionUsage } from "./command-help.ts";
import { type Row, table, wrap } from "./layout.ts";
import { TOPICS } from "./topics.ts";

const ABOUT = "trace records file and process activity of a command or of the whole machine.";
const EXAMPLES: readonly Row[] = [
  ["  sudo trace exec -- make", "record the files that make opens, in trace.csv"],
  ["  sudo trace watch -r /etc", "show who changes files below /etc"],
  ["  sudo trace all --flags=O_WRONLY", "show who opens files for writing"],
  ["  trace syscalls -- ls", "show its system calls; needs no root"],
  ["  trace doctor", "check whether this machine supports recording"],
];

function commandRows(commands: Commands): Row[] {
  return Object.entries(commands).map(([name, command]) => [
    `  ${name}`,
    commandDescription(command),
  ]);
}

/** Lines of a screen besides the prompt, and those of the short help without commands and examples. */
const SCREEN_LINES = 23;
const OTHER_LINES = 5;
const HEADING_LINES = 2;
const MAX_SHORT_EXAMPLES = 2;

/** Returns the examples that there is room for below so many commands, with a heading. */
function shortExamples(commandCount: number, width: number): string {
  const room = SCREEN_LINES - OTHER_LINES - commandCount - HEADING_LINES;
  const count = Math.min(room, MAX_SHORT_EXAMPLES);
  return count > 0 ? `\nExamples:\n${table(EXAMPLES.slice(0, count), width)}` : "";
}

/** Returns the help that fits on a screen. */
export function shortProgramHelp(commands: Commands, width: number): string {
  const rows = commandRows(commands);
  return `${wrap(ABOUT, width)}

Usage: trace COMMAND [options]
${table(rows, width)}${shortExamples(rows.length, width)}
${wrap("More: trace COMMAND -h, trace --help, man trace\n", width)}`;
}

export function longProgramHelp(commands: Commands, width: number): string {
  const options: Row[] = [
    ["  -h, --help", "a short help; a long help; also after a command"],
    ["  -V, --version", "the version"],
    ...Object.entries(GLOBAL_OPTIONS).map(
      ([name, arg]): Row => [optionUsage(name, arg), optionDescription(arg)],
    ),
  ];
  const topics = Object.entries(TOPICS).map(([name, { about }]): Row => [`  ${name}`, about]);
  return `${wrap(ABOUT, width)}

Usage: trace COMMAND [options]
       trace help [COMMAND|TOPIC]

Commands:
${table(commandRows(commands), width)}
Options:
${table(options, width)}
Topics of trace help:
${table(topics, width)}
Examples:
${table(EXAMPLES, width)}
${wrap("More: man trace\n", width)}`;
}

/**
 * Returns the help about a command or a topic, or without one that of the program.
 * @throws UsageError
 */
export function helpAbout(
  commands: Commands,
  [name, command, ...surplus]: readonly string[],
  width: number,
): string {
  if (name === undefined) return longProgramHelp(commands, width);
  const isColumns = name === "columns" && command !== undefined;
  const [extra] = isColumns ? surplus : [command, ...surplus].filter((word) => word !== undefined);
  if (extra !== undefined) throw new UsageError(`help: expected one topic, not ${extra} too`);
  if (isColumns) requireColumns(commands, command);
  if (Object.hasOwn(commands, name)) return longHelp(name, commands[name], width);
  if (Object.hasOwn(TOPICS, name)) return wrap(TOPICS[name].text(commands, command), width);
  const known = [...Object.keys(commands), ...Object.keys(TOPICS)];
  throw new UsageError(`help ${name}: no such command or topic; ${suggestion(name, known)}`);
}

/** @throws UsageError for a command that has no columns */
function requireColumns(commands: Commands, name: string): void {
  const command: Command | undefined = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command?.columns) return;
  const known = Object.keys(commands).filter((each) => commands[each].columns);
  throw new UsageError(`help columns ${name}: no columns; ${suggestion(name, known)}`);
}
