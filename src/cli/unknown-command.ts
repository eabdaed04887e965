/** What to type instead of a command line that begins with no command of trace. */
import { findCommand } from "../process/find-command.ts";
import { isDirectory, pathExists } from "../process/paths.ts";
import { nearest } from "../text/did-you-mean.ts";
import { latin1Slice, sliceToLatin1 } from "../text/latin1.ts";
import { shellQuote } from "../text/shell-quote.ts";
import type { Command } from "./command.ts";
import { UsageError } from "./errors.ts";
import { splitArguments } from "./parse-args.ts";

/** What other programs are called, or what the commands could be. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  strace: "syscalls",
  inotifywait: "watch",
  inotifywatch: "watch",
  fatrace: "watch",
  fsmon: "watch",
  auditctl: "watch",
  opensnoop: "all",
  statsnoop: "all",
  execsnoop: "procs",
  forkstat: "procs",
  attach: "syscalls -p",
  run: "exec",
  record: "exec",
  history: "query",
  search: "query",
  log: "query",
  prune: "clean",
  daemon: "watch --daemon",
  status: "watch --status",
  stop: "watch --stop",
  version: "--version",
};

/** So many words of a command line are repeated in a hint. */
const MAX_WORDS = 6;

type Load = (name: string) => Promise<Command>;

const quoted = (words: readonly string[]) => {
  const bytes = words.map((word) => latin1Slice(Buffer.from(word).toString("latin1")));
  return Buffer.from(sliceToLatin1(shellQuote(bytes)), "latin1").toString();
};

/** Writes a command line for a hint. */
function lineText(...words: readonly string[]): string {
  const shown = words.slice(0, MAX_WORDS);
  const more = words.length > MAX_WORDS ? " …" : "";
  return `trace ${quoted(shown)}${more}`;
}

function isProgram(word: string): boolean {
  const lookup = findCommand(word, process.env.PATH, null);
  return "path" in lookup && pathExists(lookup.path) && !isDirectory(lookup.path);
}

/** @param names of the commands @throws UsageError always */
export async function refuseCommand(
  argv: readonly string[],
  names: readonly string[],
  load: Load,
): Promise<never> {
  const [word = "", ...rest] = argv;
  const hint = word.startsWith("-")
    ? await optionHint(argv, names, load)
    : wordHint(word, rest, names);
  const problem = word.startsWith("-") ? "expected a command first" : "no such command";
  const subject = word === "" ? "''" : word;
  throw new UsageError(`${subject}: ${problem}; ${hint}`);
}

/** Returns what to type for a word that is no command. */
function wordHint(word: string, rest: readonly string[], names: readonly string[]): string {
  if (Object.hasOwn(OTHER_NAMES, word))
    return `try ${lineText(...OTHER_NAMES[word].split(" "), ...rest)}`;
  const near = nearest(word, [...names, "help", "--help", "--version"]);
  const place = placeHint(word, rest);
  if (near !== undefined) return `did you mean ${near}?${place === null ? "" : ` Or ${place}`}`;
  return place ?? `expected one of ${names.join(", ")}`;
}

/** Returns what to type for the name of a file or program; null for another word. */
function placeHint(word: string, rest: readonly string[]): string | null {
  if (/^\d+$/.test(word)) return `to trace a running process: ${lineText("syscalls", "-p", word)}`;
  if (word.endsWith(".trace")) return `to see a record: ${lineText("show", word, ...rest)}`;
  const isPath = word.includes("/") || word === "." || word === "..";
  if (isPath && isDirectory(word)) return `to watch a directory: ${lineText("watch", word)}`;
  const runs = isPath || (word !== "" && isProgram(word));
  return runs ? `to record what a program does: ${lineText("exec", word, ...rest)}` : null;
}

/** Returns what to type for options that come before the command, or without one. */
async function optionHint(
  argv: readonly string[],
  names: readonly string[],
  load: Load,
): Promise<string> {
  const at = argv.findIndex((word) => names.includes(word));
  if (argv[0] === "--") {
    const words = argv.slice(1);
    return words.length ? `try ${lineText("exec", ...argv)}` : `one of ${names.join(", ")}`;
  }
  if (at > 0 && at < MAX_WORDS) {
    const moved = [argv[at], ...argv.slice(0, at), ...argv.slice(at + 1)];
    return `options follow it: ${lineText(...moved)}`;
  }
  for (const name of ["exec", "syscalls", "watch", "all"])
    if (understands(await load(name), argv)) return `try ${lineText(name, ...argv)}`;
  return `one of ${names.join(", ")}`;
}

/** Whether a command has these options, and the words that it needs. */
function understands({ definition, takesCommand }: Command, argv: readonly string[]): boolean {
  try {
    const { command, options } = splitArguments(argv, definition.args as never, takesCommand);
    if (!takesCommand) return true;
    return command.length > 0
      ? isProgram(command[0])
      : options.some((each) => /^--pid=/.test(each));
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}
