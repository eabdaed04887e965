/** The program: finds the subcommand, parses its options, runs it. */
import { runCommand } from "citty";
import { version } from "../../package.json";
import { readInheritedState } from "../process/inherited-state.ts";
import type { Command, CommandContext } from "./command.ts";
import { doctor } from "./doctor/command.ts";
import { EXIT, reportError, UsageError } from "./errors.ts";
import { commandHelp, programHelp } from "./help.ts";
import { changes } from "./history/changes.ts";
import { clean } from "./history/clean.ts";
import { query } from "./history/query.ts";
import { suggestion } from "./options/names.ts";
import { splitArguments } from "./parse-args.ts";
import { procs } from "./procs/command.ts";
import { all } from "./record/all.ts";
import { exec } from "./record/exec.ts";
import { show } from "./record/show.ts";
import { summary } from "./record/summary.ts";
import { syscalls } from "./syscalls/command.ts";
import { watch } from "./watch/command.ts";

/** Every subcommand, in the order of --help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  exec,
  all,
  watch,
  procs,
  syscalls,
  show,
  summary,
  query,
  changes,
  clean,
  doctor,
};

/**
 * Runs the program and reports its errors.
 * @param argv the arguments after the program's name
 * @returns the exit status
 */
export async function runProgram(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv);
  } catch (error) {
    return reportError(error);
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined) {
    process.stderr.write(programHelp(COMMANDS));
    return EXIT.usage;
  }
  if (name === "--version" || name === "-V") {
    process.stdout.write(`trace ${version}\n`);
    return EXIT.ok;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(helpFor(name === "help" ? rest[0] : undefined));
    return EXIT.ok;
  }
  const command = findCommand(name);
  const inherited = readInheritedState();
  const { help, ...split } = splitArguments(
    rest,
    command.definition.args as never,
    command.takesCommand,
  );
  if (help) {
    process.stdout.write(commandHelp(name, command));
    return EXIT.ok;
  }
  const data: CommandContext = { ...split, inherited };
  const { result } = await runCommand(command.definition, { rawArgs: split.options, data });
  return result as number;
}

function findCommand(name: string): Command {
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name];
  const help = suggestion(name, Object.keys(COMMANDS), ["help", "--help", "--version"]);
  throw new UsageError(`${name}: no such command; ${help}`);
}

/** Returns the text of `trace help` or `trace help COMMAND`. */
function helpFor(topic: string | undefined): string {
  return topic === undefined ? programHelp(COMMANDS) : commandHelp(topic, findCommand(topic));
}
