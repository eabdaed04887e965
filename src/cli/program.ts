/** The program: finds the subcommand, parses its options, runs it. */
import { runCommand } from "citty";
import { version } from "../../package.json";
import { restoreVariables } from "../process/hidden-variables.ts";
import { readInheritedState } from "../process/inherited-state.ts";
import { print } from "../storage/print.ts";
import type { Command, CommandContext } from "./command.ts";
import { EXIT, reportError, UsageError } from "./errors.ts";
import { commandHelp, programHelp } from "./help.ts";
import { suggestion } from "./options/names.ts";
import { splitArguments } from "./parse-args.ts";

/**
 * Every subcommand, in the order of --help. A command is loaded when it is named: loading all of them
 * takes longer than to start one.
 */
const LOADERS: Readonly<Record<string, () => Promise<Command>>> = {
  exec: async () => (await import("./record/exec.ts")).exec,
  all: async () => (await import("./record/all.ts")).all,
  watch: async () => (await import("./watch/command.ts")).watch,
  procs: async () => (await import("./procs/command.ts")).procs,
  syscalls: async () => (await import("./syscalls/command.ts")).syscalls,
  show: async () => (await import("./record/show.ts")).show,
  summary: async () => (await import("./record/summary.ts")).summary,
  query: async () => (await import("./history/query.ts")).query,
  changes: async () => (await import("./history/changes.ts")).changes,
  clean: async () => (await import("./history/clean.ts")).clean,
  doctor: async () => (await import("./doctor/command.ts")).doctor,
};

async function loadAll(): Promise<Record<string, Command>> {
  const commands: Record<string, Command> = {};
  for (const [name, load] of Object.entries(LOADERS)) commands[name] = await load();
  return commands;
}

/**
 * Runs the program and reports its errors.
 * @param argv the arguments after the program's name
 * @returns the exit status
 */
export async function runProgram(argv: readonly string[]): Promise<number> {
  try {
    restoreVariables(process.env);
    return await dispatch(argv);
  } catch (error) {
    return reportError(error);
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined) {
    process.stderr.write(programHelp(await loadAll()));
    return EXIT.usage;
  }
  if (name === "--version" || name === "-V") {
    print(`trace ${version}\n`);
    return EXIT.ok;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    print(await helpFor(name === "help" ? rest[0] : undefined));
    return EXIT.ok;
  }
  // First of all, because it also has the signal of a file that is too large ignored.
  const inherited = readInheritedState();
  const command = await findCommand(name);
  const { help, ...split } = splitArguments(
    rest,
    command.definition.args as never,
    command.takesCommand,
    command.advice,
  );
  if (help) {
    print(commandHelp(name, command));
    return EXIT.ok;
  }
  const data: CommandContext = { ...split, inherited };
  const { result } = await runCommand(command.definition, { rawArgs: split.options, data });
  return result as number;
}

function findCommand(name: string): Promise<Command> {
  if (Object.hasOwn(LOADERS, name)) return LOADERS[name]();
  const help = suggestion(name, Object.keys(LOADERS), ["help", "--help", "--version"]);
  throw new UsageError(`${name}: no such command; ${help}`);
}

/** Returns the text of `trace help` or `trace help COMMAND`. */
async function helpFor(topic: string | undefined): Promise<string> {
  if (topic === undefined) return programHelp(await loadAll());
  return commandHelp(topic, await findCommand(topic));
}
