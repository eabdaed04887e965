/** The program: finds the subcommand, parses its options, runs it. */
import { type ArgsDef, runCommand } from "citty";
import { version as packageVersion } from "../../package.json";
import { restoreVariables } from "../process/hidden-variables.ts";
import { readInheritedState } from "../process/inherited-state.ts";
import { terminalWidth, usesColours } from "../process/terminal.ts";
import { print } from "../storage/print.ts";
import type { Command, CommandContext, Commands } from "./command.ts";
import { EXIT, reportError } from "./errors.ts";
import { longHelp, shortHelp } from "./help/command-help.ts";
import { withColours } from "./help/layout.ts";
import { helpAbout, longProgramHelp, shortProgramHelp } from "./help/program-help.ts";
import { joinLists, OptionChecker } from "./option-rules.ts";
import { applyGlobalOptions, GLOBAL_OPTIONS } from "./options/global.ts";
import { GivenOptions, splitArguments } from "./parse-args.ts";
import { refuseCommand } from "./unknown-command.ts";

const STDOUT = 1;
const HELP_WIDTH = 80;
const MAX_HELP_WIDTH = 100;

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
  report: async () => (await import("./report/report.ts")).report,
  diff: async () => (await import("./diff/command.ts")).diff,
  lock: async () => (await import("./lock/lock.ts")).lock,
  check: async () => (await import("./lock/check.ts")).check,
  why: async () => (await import("./why/command.ts")).why,
  export: async () => (await import("./export/command.ts")).exportCommand,
  query: async () => (await import("./history/query.ts")).query,
  changes: async () => (await import("./history/changes.ts")).changes,
  clean: async () => (await import("./history/clean.ts")).clean,
  doctor: async () => (await import("./doctor/command.ts")).doctor,
  completions: async () => (await import("./completions/command.ts")).completions,
};

/** Returns all commands. */
export async function loadCommands(): Promise<Commands> {
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

async function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = takeLeadingOptions(argv);
  if (name === undefined) {
    process.stderr.write(shortProgramHelp(await loadCommands(), HELP_WIDTH));
    return EXIT.usage;
  }
  if (name === "--version" || name === "-V") return printVersion();
  if (name === "--help" || name === "-h" || name === "help") return showHelp(name, rest);
  // First of all, because it also has the signal of a file that is too large ignored.
  const inherited = readInheritedState();
  const command = await findCommand(name, rest);
  const args: ArgsDef = { ...(command.definition.args as ArgsDef), ...GLOBAL_OPTIONS };
  const spellings = new Map<string, string>();
  const { help, version, options, ...split } = splitArguments(
    rest,
    args,
    command.takesCommand,
    command.advice,
    spellings,
  );
  const own = applyGlobalOptions(options);
  if (help) {
    const text = help === "short" ? shortHelp : longHelp;
    printHelp((width) => text(name, command, width));
    return EXIT.ok;
  }
  if (version) return printVersion();
  const line = {
    given: new GivenOptions(own),
    words: split.command,
    hasCommand: split.before !== undefined,
  };
  new OptionChecker(line, args, spellings).check(command.rules ?? []);
  const data: CommandContext = { ...split, options: own, inherited, loadCommands };
  const { result } = await runCommand(command.definition, { rawArgs: joinLists(own, args), data });
  return result as number;
}

function printVersion(): number {
  print(`trace ${packageVersion}\n`);
  return EXIT.ok;
}

/** Applies the options before the command; returns the other words. */
function takeLeadingOptions(argv: readonly string[]): readonly string[] {
  if (!/^--color(=|$)/.test(argv[0] ?? "")) return argv;
  const { options, command } = splitArguments(argv, GLOBAL_OPTIONS, true);
  applyGlobalOptions(options);
  return command;
}

async function showHelp(name: string, words: readonly string[]): Promise<number> {
  const commands = await loadCommands();
  const { options, command: topic } = splitArguments(words, GLOBAL_OPTIONS);
  applyGlobalOptions(options);
  if (name === "help") printHelp((width) => helpAbout(commands, topic, width));
  else printHelp((width) => (name === "-h" ? shortProgramHelp : longProgramHelp)(commands, width));
  return EXIT.ok;
}

/** Prints help as wide as the terminal is, up to a width that reads well. */
function printHelp(text: (width: number) => string): void {
  const terminal = outputWidth();
  const help = text(Math.min(terminal ?? HELP_WIDTH, MAX_HELP_WIDTH));
  print(usesColours(terminal !== null) ? withColours(help) : help);
}

/** Returns null also if the C library cannot be called: help is shown even then. */
function outputWidth(): number | null {
  try {
    return terminalWidth(STDOUT);
  } catch {
    return null;
  }
}

/** @param rest the words after the name, for a hint */
function findCommand(name: string, rest: readonly string[] = []): Promise<Command> {
  if (Object.hasOwn(LOADERS, name)) return LOADERS[name]();
  return refuseCommand([name, ...rest], Object.keys(LOADERS), (each) => LOADERS[each]());
}
