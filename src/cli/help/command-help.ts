/** The texts of `trace COMMAND -h` and `trace COMMAND --help`. */
import type { ArgsDef, CommandMeta } from "citty";
import type { Command } from "../command.ts";
import { GLOBAL_OPTIONS } from "../options/global.ts";
import {
  type OptionDef,
  type OptionTable,
  shownOptions,
  shownSpellings,
  spellingsOf,
} from "../options/values.ts";
import { type Row, table, wrap } from "./layout.ts";

const OTHER_OPTIONS = "Other options";
const HELP_ROW: Row = ["  -h, --help", "the most used options; all options"];

/** Returns the usage of an option: `-o, --output FILE|-`, or `--no-follow` if it is on by default. */
export function optionUsage(name: string, arg: OptionDef): string {
  const [first, second] = shownSpellings(name, arg);
  const indent = first.startsWith("--") ? "    " : "";
  return `  ${indent}${first}${second ? `, ${second}` : ""}${valueHintText(arg)}`;
}

function valueHintText({ valueHint = "" }: OptionDef): string {
  return valueHint === "" || valueHint.startsWith("[=") ? valueHint : ` ${valueHint}`;
}

export function optionDescription(arg: OptionDef): string {
  if (arg.type === "boolean" && arg.default === true) return arg.negativeDescription ?? "";
  return `${arg.description}${arg.default === undefined ? "" : ` (default: ${arg.default})`}`;
}

/** Returns the beginning of a description, up to what is said in addition. */
const briefly = (description: string) => description.split(/[;:(]/)[0].trimEnd();

function briefRow(name: string, arg: OptionDef): Row {
  return [optionUsage(name, arg), briefly(optionDescription(arg))];
}

function optionRow([name, arg]: readonly [string, OptionDef]): Row {
  return [optionUsage(name, arg), optionDescription(arg)];
}

export function commandDescription(command: Command): string {
  return (command.definition.meta as CommandMeta).description ?? "";
}

const optionsOf = ({ definition }: Command) => definition.args as ArgsDef as OptionTable;

/** Returns the options by heading. Those without a heading come last. */
export function optionGroups(command: Command): Map<string, [string, OptionDef][]> {
  const shown = shownOptions(optionsOf(command) as ArgsDef);
  const groups = Object.entries(command.groups ?? {}).map(
    ([heading, names]) => [heading, shown.filter(([name]) => names.includes(name))] as const,
  );
  const grouped = new Set(groups.flatMap(([, options]) => options.map(([name]) => name)));
  const others = shown.filter(([name]) => !grouped.has(name));
  const last = command.groups ? OTHER_OPTIONS : "Options";
  return new Map([...groups, [last, [...others, ...Object.entries(GLOBAL_OPTIONS)]]]);
}

function heading(name: string, command: Command): string {
  const usage = command.usage.replaceAll("\n", `\n       trace ${name} `);
  return `${commandDescription(command)}.\n\nUsage: trace ${name} ${usage}\n`;
}

function exampleLines(examples: readonly string[]): string {
  return `Examples:\n${examples.map((example) => `  ${example}\n`).join("")}`;
}

/** Returns the help that fits on a screen. */
export function shortHelp(name: string, command: Command, width: number): string {
  const options = optionsOf(command);
  const rows = command.common.map((option) => briefRow(option, options[option]));
  return `${wrap(heading(name, command), width)}
${table([...rows, HELP_ROW], width)}
${exampleLines(command.examples.slice(0, 2))}
${wrap(`All options: trace ${name} --help; the manual: man trace-${name}\n`, width)}`;
}

/** Returns the lines about what is accepted for users of other programs. */
function otherSpellings(command: Command): string {
  const others = Object.entries(optionsOf(command)).flatMap(([name, arg]) => {
    const shown = arg.hidden ? [] : shownSpellings(name, arg);
    return spellingsOf(name, arg).filter((spelling) => !shown.includes(spelling));
  });
  return others.length ? `Also accepted, see the manual: ${others.join(" ")}\n\n` : "";
}

/** Returns the help with all options. */
export function longHelp(name: string, command: Command, width: number): string {
  const { details, topics = [], examples, exitStatus } = command;
  const groups = [...optionGroups(command)].map(([title, options], at, { length }) => {
    const rows = [...options.map(optionRow), ...(at === length - 1 ? [HELP_ROW] : [])];
    return `${title}:\n${table(rows, width)}`;
  });
  const more = topics.map((topic) => `trace help ${topic}`).join(", ");
  return [
    wrap(heading(name, command), width),
    ...groups,
    ...(details ? [`${wrap(details.trimEnd(), width)}\n`] : []),
    `${exampleLines(examples)}`,
    wrap(`${otherSpellings(command)}Exit status: ${exitStatus}\n`, width),
    wrap(`More: ${more}${more && ", "}man trace-${name}\n`, width),
  ].join("\n");
}
