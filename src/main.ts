/** The command line: finds the subcommand, splits its options from the traced command, runs it. */
import { runCommand } from "citty";
import { version } from "../package.json";
import type { Command } from "./cli/command.ts";
import { doctor } from "./cli/doctor/command.ts";
import { commandHelp, programHelp } from "./cli/help.ts";
import { changes } from "./cli/history/changes.ts";
import { clean } from "./cli/history/clean.ts";
import { query } from "./cli/history/query.ts";
import { EXIT, logger, UsageError } from "./cli/messages.ts";
import { splitArguments } from "./cli/parse-args.ts";
import { procs } from "./cli/procs/command.ts";
import { all } from "./cli/record/all.ts";
import { exec } from "./cli/record/exec.ts";
import { summary } from "./cli/record/summary.ts";
import { syscalls } from "./cli/syscalls/command.ts";
import { watch } from "./cli/watch/command.ts";
import { TraceError } from "./errors.ts";
import { CommandError } from "./process/child.ts";
import { readInheritedState } from "./process/inherited-state.ts";
import { OutputClosedError } from "./storage/output-file.ts";
import { nearest } from "./text/did-you-mean.ts";

const commands: Readonly<Record<string, Command>> = {
  exec,
  all,
  watch,
  procs,
  syscalls,
  summary,
  query,
  changes,
  clean,
  doctor,
};

function findCommand(name: string): Command {
  if (Object.hasOwn(commands, name)) return commands[name];
  const known = Object.keys(commands);
  const near = nearest(name, [...known, "help", "--help", "--version"]);
  const help = near ? `did you mean ${near}?` : `want one of ${known.join(", ")}`;
  throw new UsageError(`${name}: no such command; ${help}`);
}

/** `trace help`, `trace help exec`. */
function helpFor(topic: string | undefined): string {
  return topic === undefined ? programHelp(commands) : commandHelp(topic, findCommand(topic));
}

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    process.stderr.write(programHelp(commands));
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
  const data = { inherited: readInheritedState() };
  const split = splitArguments(rest, command.definition.args as never, command.takesCommand);
  if (split.help) {
    process.stdout.write(commandHelp(name, command));
    return EXIT.ok;
  }
  const { result } = await runCommand(command.definition, {
    rawArgs: split.options,
    data: { ...data, command: split.command, options: split.options },
  });
  return result as number;
}

/** What each failure that we expect means for the exit status. Anything else is a bug. */
function exitStatus(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof CommandError) return error.status;
  if (error instanceof TraceError) return EXIT.failure;
  logger.error(`a bug in trace: ${error}`, error instanceof Error ? error.stack : "");
  return EXIT.failure;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = error instanceof OutputClosedError ? EXIT.ok : exitStatus(error);
  if (error instanceof Error && error.message)
    logger.error(error.message, error instanceof TraceError ? error.details : "");
}
process.exit();
