/** `trace lock`: writes what a command does to files, programs and addresses as a policy. */
import { defineCommand } from "citty";
import { explain } from "../../policy/explain.ts";
import { learn, type Texts, union } from "../../policy/learn.ts";
import { LockFile } from "../../policy/lock-file.ts";
import { SECTIONS } from "../../policy/sections.ts";
import { type Subject, subjectsOf } from "../../policy/subjects.ts";
import { isEmptyFile, pathExists } from "../../process/paths.ts";
import { type TaskFormat, taskFormats } from "../../sinks/reports/task-config/formats.ts";
import { entryLine } from "../../sinks/reports/violations/report.ts";
import { findFiles } from "../../storage/find-files.ts";
import { latin1Slice, sliceToLatin1, textToLatin1 } from "../../text/latin1.ts";
import { shellQuote } from "../../text/shell-quote.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { logger, setQuiet } from "../messages.ts";
import { suggestion } from "../options/names.ts";
import { parseNumber } from "../options/number.ts";
import { parseCommandUser } from "../options/user.ts";
import { FILES } from "../options/values.ts";
import { LOCK_RULES } from "../rules/lock.ts";
import { DEFAULT_LOCK, openLock, readLock, writeLock } from "./file.ts";
import { observations } from "./observations.ts";
import type { Observation } from "./observe.ts";
import { OBSERVE_ARGS, OBSERVE_OPTIONS, parseTarget } from "./options.ts";
import { writeTaskConfig } from "./task-config.ts";
import { isUsable } from "./usable.ts";

const definition = defineCommand({
  meta: { name: "lock", description: "Write down what a command reads, writes, runs and contacts" },
  args: {
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      description: `the file to write (default: ${DEFAULT_LOCK}, or - for other formats); - is stdout`,
    },
    runs: {
      type: "string",
      valueHint: "N",
      description: "run the command N times, and allow what any of the runs does",
    },
    merge: {
      type: "boolean",
      description: "add to the lock file, from which nothing is removed then",
    },
    format: {
      type: "string",
      valueHint: ["lock", ...Object.keys(taskFormats)].join("|"),
      default: "lock",
      description: "write inputs and outputs for the configuration of another tool, to stdout",
    },
    explain: {
      type: "boolean",
      description: "say on stderr what each glob grants beyond what was seen",
    },
    ...OBSERVE_ARGS,
  },
  async run({ args, data }) {
    const context = data as CommandContext;
    const target = parseTarget("lock", context);
    setQuiet(args.quiet === true);
    const format = parseLockFormat(args.format);
    const runs = parseNumber("--runs", args.runs ?? "1", 1);
    const user = parseCommandUser(args.user);
    if (format !== "lock") {
      const running = { args, inherited: context.inherited, user };
      return writeTaskConfig(format, target, running, runs);
    }
    const path = args.output ?? DEFAULT_LOCK;
    const exists = path !== "-" && pathExists(path) && !isEmptyFile(path);
    const old = exists ? readLock(path) : null;
    // A command runs only if its lock can be written; a record that is refused leaves no file.
    const opened = "files" in target ? null : openLock(path, user);
    const learnt = new Learnt();
    const fds = opened ? [opened.fd] : [];
    const running = { args, inherited: context.inherited, user, fds };
    for await (const [observation, bases] of observations(target, path, running, runs)) {
      if (!isUsable(observation, args["allow-incomplete"])) return EXIT.incomplete;
      learnt.add(observation, bases);
    }
    const { texts, status } = learnt;
    const lock = old ?? LockFile.empty();
    for (const section of SECTIONS) {
      if (!args.merge) lock.retain(section, new Set(texts[section]));
      lock.add(section, texts[section]);
    }
    if (learnt.command !== null && !(old && args.merge)) lock.setCommand(learnt.command);
    writeLock(opened ?? openLock(path, user), lock);
    learnt.report(path, args.explain === true);
    return status;
  },
});

/** @throws UsageError */
function parseLockFormat(text: string): TaskFormat | "lock" {
  const names = ["lock", ...Object.keys(taskFormats)];
  if (names.includes(text)) return text as TaskFormat | "lock";
  throw new UsageError(`--format ${text}: no such format; ${suggestion(text, names)}`);
}

/** What was learnt of all runs. */
class Learnt {
  /** As it is quoted for a shell; latin1. */
  command: string | null = null;
  /** That of the first run that failed. */
  status = 0;
  private readonly runs: Texts[] = [];
  private readonly subjects: Subject[] = [];
  private hasRun = false;

  add({ run, command, status, name }: Observation, bases: Parameters<typeof subjectsOf>[1]): void {
    const subjects = subjectsOf(run, bases);
    this.subjects.push(...subjects);
    this.runs.push(learn(subjects, bases));
    if (name === null) this.hasRun = true;
    if (name === null && status) this.status ||= status;
    if (command?.length) this.command ??= quoted(command);
  }

  get texts(): Texts {
    return union(this.runs);
  }

  report(path: string, explains: boolean): void {
    const { texts, status, subjects } = this;
    const count = SECTIONS.reduce((sum, section) => sum + texts[section].length, 0);
    if (path !== "-") logger.info(`${path}: ${count} entries`);
    if (this.hasRun && status !== 0)
      logger.warn(
        `the command exited with status ${status}; the lock allows what it did until then`,
      );
    const secrets = new Set(
      subjects
        .filter(({ isSecret, access }) => isSecret && access.kind !== "lookup")
        .map(({ names }) => names[0]),
    );
    for (const { scope, rest } of secrets)
      logger.warn(`the lock allows a secret: ${entryLine(scope + rest)}`);
    if (explains) for (const line of explain(texts, subjects, findFiles)) logger.info(line);
  }
}

function quoted(command: readonly string[]): string {
  return sliceToLatin1(shellQuote(command.map((word) => latin1Slice(textToLatin1(word)))));
}

export const lock: Command = {
  definition,
  rules: LOCK_RULES,
  usage: "[options] -- COMMAND [ARG…]\n[options] FILE…",
  operands: FILES,
  takesCommandAfterDashes: true,
  common: ["output", "runs", "merge", "explain", "allow-incomplete"],
  groups: { "The command": OBSERVE_OPTIONS },
  details: `Runs COMMAND, and writes the smallest readable policy that covers what it did, or what the records FILE say. trace check judges by it. FILE is a record file (run.trace), or CSV, JSON or NDJSON.
`,
  examples: [
    "sudo trace lock -- make",
    "trace lock -o trace.lock run.trace",
    "sudo trace lock --runs 3 --explain -- npm ci",
  ],
  exitStatus:
    "that of the command; 0 for records; 2 bad option, or FILE is no such record; 3 the record is incomplete; 125 trace itself failed.",
};
