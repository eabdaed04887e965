/** The texts of `trace --help` and `trace COMMAND --help`. */
import type { ArgDef, ArgsDef, CommandMeta } from "citty";
import type { Command } from "./command.ts";
import { optionSpelling } from "./parse-args.ts";

const HELP_OPTION = "  -h, --help";

/** Returns the usage of an option: `-o, --output FILE|-`, or `--no-follow` if it is on by default. */
function optionUsage(name: string, arg: ArgDef): string {
  const aliases = "alias" in arg ? [arg.alias ?? []].flat() : [];
  const letter = aliases.find((alias) => alias.length === 1);
  const alias = letter === undefined ? "    " : `-${letter}, `;
  return `  ${alias}${optionSpelling(name, arg)}${valueHintText(arg)}`;
}

function valueHintText({ valueHint = "" }: ArgDef): string {
  return valueHint === "" || valueHint.startsWith("[=") ? valueHint : ` ${valueHint}`;
}

function optionDescription(arg: ArgDef): string {
  if (arg.type === "boolean" && arg.default === true) return arg.negativeDescription ?? "";
  return `${arg.description}${arg.default === undefined ? "" : ` (default: ${arg.default})`}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows
    .map(([left, right]) => `${left.padEnd(width)}  ${right}`.trimEnd())
    .join("\n")
    .concat("\n");
}

/** Returns the heading and the options below it. */
function optionRows(heading: string, args: ArgsDef): (readonly [string, string])[] {
  const options = Object.entries(args).map(
    ([option, arg]) => [optionUsage(option, arg), optionDescription(arg)] as const,
  );
  return [[`${heading}:`, ""], ...options];
}

function commandDescription(command: Command): string {
  return (command.definition.meta as CommandMeta).description ?? "";
}

export function commandHelp(name: string, command: Command): string {
  const groups = command.groups ?? { Options: command.definition.args as ArgsDef };
  const rows = Object.entries(groups).map(([heading, args]) => optionRows(heading, args));
  const options = [...rows.flat(), [HELP_OPTION, "show this help"] as const];
  return `${commandDescription(command)}.

Usage: trace ${name} ${command.usage}

${table(options)}
${command.details}`;
}

export function programHelp(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(
    ([name, command]) => [`  ${name}`, commandDescription(command)] as const,
  );
  return `trace records file and process activity of a command or of the whole machine.

Usage: trace COMMAND [options]

Commands:
${table(rows)}
  trace COMMAND --help shows the options of a command; trace --version prints the version.

Examples:
  sudo trace exec -- make                    record the files that make opens, in trace.csv
  sudo trace all --flags=O_WRONLY            show who opens files for writing
  sudo trace watch -r /etc                   show who changes files below /etc
  trace doctor                               check whether this machine supports recording
`;
}
