/** `trace check`: judges what a command does by a lock file. */
import { defineCommand } from "citty";
import { version } from "../../../package.json";
import { judge, type Violation } from "../../policy/judge.ts";
import { learn, union } from "../../policy/learn.ts";
import type { LockFile } from "../../policy/lock-file.ts";
import { Policy } from "../../policy/policy.ts";
import { SECTIONS } from "../../policy/sections.ts";
import { subjectsOf } from "../../policy/subjects.ts";
import { TaskFiles } from "../../policy/task-files.ts";
import { taskPolicy } from "../../policy/task-policy.ts";
import type { User } from "../../process/user.ts";
import { taskFormats } from "../../sinks/reports/task-config/formats.ts";
import { type CheckFormat, checkFormats } from "../../sinks/reports/violations/formats.ts";
import { renderSummaryPage } from "../../sinks/reports/violations/github.ts";
import { type CheckReport, ofPolicy, plural } from "../../sinks/reports/violations/report.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { logger, setQuiet } from "../messages.ts";
import { suggestion } from "../options/names.ts";
import { openOutput } from "../options/output.ts";
import { parseCommandUser } from "../options/user.ts";
import { FILES } from "../options/values.ts";
import { CHECK_RULES } from "../rules/lock.ts";
import { DEFAULT_LOCK, openLock, readLock, writeLock } from "./file.ts";
import { type Observed, observations } from "./observations.ts";
import { hasOptionPolicy, optionPolicy } from "./option-policy.ts";
import { OBSERVE_ARGS, OBSERVE_OPTIONS, parseTarget } from "./options.ts";
import { Repository } from "./repository.ts";
import {
  declaredTask,
  type NamedTask,
  parseTask,
  RUNNERS,
  type RunnerName,
} from "./task-runner.ts";
import { findWorkspace } from "./workspace.ts";

const PATTERN_HINT = "PATTERN";

const definition = defineCommand({
  meta: { name: "check", description: "Check that a command does only what a lock file allows" },
  args: {
    lock: {
      type: "string",
      valueHint: "FILE",
      description: `the lock file (default: ${DEFAULT_LOCK})`,
    },
    inputs: {
      type: "string",
      valueHint: PATTERN_HINT,
      description: "what may be read in the current directory, without a lock file; repeatable",
    },
    outputs: {
      type: "string",
      valueHint: PATTERN_HINT,
      description: "what may be written, without a lock file; repeatable",
    },
    network: {
      type: "string",
      valueHint: "none",
      description: "allow no addresses, without a lock file",
    },
    from: {
      type: "string",
      valueHint: Object.keys(RUNNERS).join("|"),
      description: "judge by what a task runner declares for a task: the first operand",
    },
    update: {
      type: "boolean",
      description: "add what is missing to the lock file, after showing it",
    },
    "report-only": {
      type: "boolean",
      description: "report violations, but exit with the status of the command",
    },
    format: {
      type: "string",
      valueHint: Object.keys(checkFormats).join("|"),
      default: "text",
      description: "format of the report",
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      description: "where to write the report (default: stderr; for records, stdout)",
    },
    ...OBSERVE_ARGS,
  },
  async run({ args, data }) {
    const task = args.from === undefined ? null : parseTask(args.from, data as CommandContext);
    const context = task?.context ?? (data as CommandContext);
    const target = parseTarget("check", context);
    setQuiet(args.quiet === true);
    const format = parseCheckFormat(args.format);
    const user = parseCommandUser(args.user);
    const judged = task ? policyOfTask(task, user) : policyOf(args, context.options);
    const lockFile = judged.lock && args.update ? openLock(judged.path, user) : null;
    const output = openOutput(args.output ?? ("files" in target ? "-" : "/dev/stderr"), user);
    const fds = [output.fd, ...(lockFile ? [lockFile.fd] : [])];
    const running = { args, inherited: context.inherited, user, fds, depth: judged.depth };
    const observed = await Array.fromAsync(observations(target, judged.path, running));
    const report = reportOf(judged, observed);
    writeReport(report, format, output, user);
    const status = "files" in target ? EXIT.ok : (report.status ?? EXIT.ok);
    if (lockFile && judged.lock && report.violations.length) {
      if (report.complete !== true && !args["allow-incomplete"]) return refuseUpdate(judged.path);
      for (const section of SECTIONS) judged.lock.add(section, report.additions[section]);
      writeLock(lockFile, judged.lock);
      logger.info(`${judged.path}: updated`);
      return status;
    }
    return exitStatus(report, status, args);
  },
});

interface JudgedTask {
  readonly runner: RunnerName;
  readonly name: string;
  readonly directory: string | null;
}

interface Judged {
  readonly policy: Policy;
  /** Null for a policy that options gave. */
  readonly lock: LockFile | null;
  /** The path of the lock file, or where it would be. */
  readonly path: string;
  /** The task that a runner declares; null for none. */
  readonly task: JudgedTask | null;
  /** How far the current directory is below that of `path`, for records of another checkout. */
  readonly depth: number;
}

/** @throws UsageError */
function policyOf({ lock }: { lock?: string }, options: readonly string[]): Judged {
  if (!hasOptionPolicy(options)) {
    const path = lock ?? DEFAULT_LOCK;
    const file = readLock(path);
    return { policy: new Policy(file.entries), lock: file, path, task: null, depth: 0 };
  }
  return { policy: optionPolicy(options), lock: null, path: DEFAULT_LOCK, task: null, depth: 0 };
}

/** @throws UsageError */
function policyOfTask({ runner, name }: NamedTask, user: User | null): Judged {
  const { declaration, root, directory } = declaredTask(runner, name, user);
  const policy = taskPolicy(declaration);
  const { depth } = findWorkspace(runner);
  return { policy, lock: null, path: `${root}/-`, task: { runner, name, directory }, depth };
}

/** Returns what would declare the violations of a task. */
function configLines({ task }: Judged, violations: readonly Violation[]): string[] {
  if (task === null) return [];
  const files = new TaskFiles(true);
  files.add(violations.map(({ subject }) => subject));
  const place = { ...findWorkspace(task.runner), package: task.directory };
  const { text } = taskFormats[task.runner](files, place);
  return text.trimEnd().split("\n");
}

function parseCheckFormat(text: string): CheckFormat {
  if (Object.hasOwn(checkFormats, text)) return text as CheckFormat;
  const names = Object.keys(checkFormats);
  throw new UsageError(`--format ${text}: no such format; ${suggestion(text, names)}`);
}

function reportOf(judged: Judged, observed: readonly Observed[]): CheckReport {
  const { policy, lock, path, task } = judged;
  const violations: Violation[] = [];
  const additions = observed.map(([{ run }, bases]) => {
    const found = judge(subjectsOf(run, bases), policy);
    violations.push(...found);
    return learn(
      found.map(({ subject }) => subject),
      bases,
    );
  });
  const [[first, bases]] = observed;
  const known = observed.every(([{ losses }]) => losses !== null);
  const losses = observed.flatMap(([each]) => each.losses ?? []);
  const repository = new Repository(bases);
  const started = first.started === null ? 0 : Date.parse(first.started) * 1e6;
  return {
    lock: lock && path,
    task: task && `${task.runner} ${task.name}`,
    config: configLines(judged, violations),
    lockInRepository: lock && repository.relative(path),
    headings: lock?.headings ?? {},
    command: first.command,
    status: first.status,
    complete: losses.length ? false : known ? true : null,
    losses: known || losses.length ? losses : null,
    started: observed.length === 1 ? started : 0,
    violations,
    additions: union(additions),
    inRepository: (file) => repository.find(file),
  };
}

function writeReport(
  report: CheckReport,
  format: CheckFormat,
  output: FileOutput,
  user: Parameters<typeof openOutput>[1],
): void {
  const write = (text: string, to: FileOutput) => {
    const bytes = new TextEncoder().encode(text);
    to.begin();
    to.write(bytes, bytes.length);
  };
  write(checkFormats[format](report, version), output);
  if (report.violations.length === 0 && report.complete === true)
    logger.info(`no violations${ofPolicy(report)}`);
  const page = process.env.GITHUB_STEP_SUMMARY;
  if (format === "github" && page)
    write(renderSummaryPage(report), openOutput(page, user, { append: true }));
}

function refuseUpdate(path: string): number {
  logger.error(`${path}: not updated, because the record is incomplete`);
  return EXIT.incomplete;
}

function exitStatus(
  { violations, complete }: CheckReport,
  status: number,
  args: { "report-only"?: boolean; "allow-incomplete"?: boolean },
): number {
  if (args["report-only"]) return status;
  if (violations.length) return EXIT.violation;
  if (complete === true || args["allow-incomplete"]) return status;
  const why = complete === null ? "does not say whether it is complete" : "is incomplete";
  logger.error(`the record ${why}: ${plural(0, "violation")} found, but there may be some`);
  return EXIT.incomplete;
}

export const check: Command = {
  definition,
  rules: CHECK_RULES,
  usage:
    "[options] -- COMMAND [ARG…]\n[options] FILE…\n[options] --from nx|turbo TASK -- COMMAND [ARG…]",
  operands: FILES,
  takesCommandAfterDashes: true,
  common: ["lock", "inputs", "outputs", "network", "from", "update", "format", "output"],
  groups: { "The command": OBSERVE_OPTIONS },
  details: `Runs COMMAND, or reads the records FILE, and reports what trace.lock does not allow: who did it, when, and the line that would allow it. trace lock writes the file.
`,
  examples: [
    "sudo trace check -- npm ci",
    "sudo trace check --format github -- make",
    "sudo trace check --inputs 'src/**' --outputs 'dist/**' -- npm run build",
    "sudo trace check --update -- make",
    "trace check --format json run.trace | jq -r '.violations[].path'",
  ],
  exitStatus:
    "that of the command if it did nothing that is not allowed; 4 it did; 3 the record is incomplete, so that nothing can be said; 2 bad option, or a faulty lock file; 125 trace itself failed.",
};
