/**
 * Asks a task runner what a task may read and write: `nx show target`, `turbo run --dry=json`. It is
 * that of the workspace, and is run by the user who runs the command, before that.
 */
import type { TaskDeclaration } from "../../policy/task-policy.ts";
import { type Captured, captureCommand } from "../../process/capture-command.ts";
import { pathExists } from "../../process/paths.ts";
import type { User } from "../../process/user.ts";
import { textToLatin1 } from "../../text/latin1.ts";
import { normalizePath } from "../../text/path.ts";
import { printable } from "../../text/printable.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../errors.ts";
import { suggestion } from "../options/names.ts";
import { workspaceRoot } from "./workspace.ts";

/** Runs the task runner with arguments, and returns what it prints as JSON. */
type Ask = (...args: readonly string[]) => unknown;

interface Runner {
  /** What a message calls its tasks. */
  readonly hint: string;
  declarationOf(task: string, ask: Ask): Declared;
}

interface Declared {
  readonly declaration: TaskDeclaration;
  /** The directory of its package, relative to the root; null if that is not known. latin1. */
  readonly directory: string | null;
}

export const RUNNERS = {
  nx: { hint: "PROJECT:TARGET", declarationOf: nxDeclaration },
  turbo: { hint: "TASK", declarationOf: turboDeclaration },
} as const satisfies Record<string, Runner>;
export type RunnerName = keyof typeof RUNNERS;

/** Without a daemon that stays, without a display, without a connection. */
const QUIET = {
  ...{ NX_DAEMON: "false", NX_TUI: "false", NX_NO_CLOUD: "true", NX_INTERACTIVE: "false" },
  ...{ TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_COLOR: "1" },
  ...{ NO_UPDATE_NOTIFIER: "1", FORCE_COLOR: undefined },
};
const MAX_LINES = 8;

/** A task that the command line names, and what is left of that. */
export interface NamedTask {
  readonly runner: RunnerName;
  readonly name: string;
  readonly context: CommandContext;
}

/** Takes the task from the words of the command line. @throws UsageError */
export function parseTask(runner: string, context: CommandContext): NamedTask {
  if (!Object.hasOwn(RUNNERS, runner))
    throw new UsageError(
      `--from ${runner}: no such task runner; ${suggestion(runner, Object.keys(RUNNERS))}`,
    );
  const name = runner as RunnerName;
  const [task, ...before] = context.before ?? context.command;
  if (task === undefined)
    throw new UsageError(
      `--from ${name}: no task given; try: --from ${name} ${RUNNERS[name].hint}`,
    );
  if (task.startsWith("-")) throw new UsageError(`${task}: no such task`);
  const command = context.command.slice(1);
  const words = context.before ? { before, command } : { command };
  return { runner: name, name: task, context: { ...context, ...words } };
}

/** What a runner says of a task, and the root of its workspace. */
export interface DeclaredTask extends Declared {
  readonly root: string;
}

/** @throws UsageError if the runner is not installed or does not know the task */
export function declaredTask(runner: RunnerName, task: string, user: User | null): DeclaredTask {
  const root = workspaceRoot(runner);
  if (root === null)
    throw new UsageError(
      `--from ${runner}: no ${runner === "nx" ? "nx.json" : "turbo.json"} in the current directory or above it`,
    );
  const program = `${root}/node_modules/.bin/${runner}`;
  if (!pathExists(program))
    throw new UsageError(
      `--from ${runner}: ${program} does not exist; install the packages of the workspace`,
    );
  const ask: Ask = (...args) => {
    const env = Object.fromEntries(
      Object.entries({ ...process.env, ...QUIET }).filter(([, value]) => value !== undefined),
    );
    const captured = captureCommand([program, ...args], { directory: root, env, user });
    return parseAnswer(`${runner} ${args.join(" ")}`, captured);
  };
  return { ...RUNNERS[runner].declarationOf(task, ask), root };
}

/** @throws UsageError with what the runner said if it failed */
function parseAnswer(command: string, { status, stdout, stderr }: Captured): unknown {
  const start = stdout.search(/^\{/m);
  if (status === 0 && start >= 0) {
    try {
      return JSON.parse(stdout.slice(start));
    } catch {
      // It is not what we know.
    }
  }
  const why = status === 0 ? "printed no JSON" : `exited with status ${status}`;
  const lines = `${stderr}\n${stdout}`.split("\n").filter((line) => line.trim() !== "");
  const details = lines
    .slice(0, MAX_LINES)
    .map((line) => printable(Buffer.from(line).toString("latin1")));
  throw new UsageError(`${printable(Buffer.from(command).toString("latin1"))}: ${why}`, {
    details: details.join("\n"),
  });
}

/** Part of a task runner's answer. */
type Answer = Readonly<Record<string, unknown>>;

function object(value: unknown): Answer {
  return typeof value === "object" && value !== null ? (value as Answer) : {};
}

/** Returns the strings of a list; none if it is absent. */
function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The answer is of a version that we do not know. */
function refuse(runner: string, missing: string): never {
  throw new UsageError(`${runner}: its answer has no list "${missing}"; is its version supported?`);
}

/** The files of `nx show target inputs` are those that it hashes, and outputs of other tasks. */
function nxDeclaration(task: string, ask: Ask): Declared {
  const shown = (what: string) => object(ask("show", "target", what, task, "--json"));
  const { files, depOutputs } = shown("inputs");
  if (!Array.isArray(files)) refuse("nx", "files");
  const { outputPaths } = shown("outputs");
  if (!Array.isArray(outputPaths)) refuse("nx", "outputPaths");
  const inputs = [...strings(files), ...strings(depOutputs)];
  return { declaration: { inputs, outputs: strings(outputPaths) }, directory: null };
}

/** Hashes of other tasks are part of a task's hash, so that it may read their outputs. */
function turboDeclaration(task: string, ask: Ask): Declared {
  const { tasks, globalCacheInputs } = object(ask("run", task, "--dry=json"));
  if (!Array.isArray(tasks)) refuse("turbo", "tasks");
  const all = tasks.map(object);
  const isOwn = ({ taskId, task: name }: Answer) => taskId === task || name === task;
  const inputsOf = (each: Answer) => Object.keys(object(each.inputs)).map(pathBelow(each));
  const outputsOf = (each: Answer) => strings(each.outputs).map(pathBelow(each));
  const own = all.filter(isOwn);
  const globalFiles = Object.keys(object(object(globalCacheInputs).files));
  const declaration = {
    inputs: [...own.flatMap(inputsOf), ...globalFiles],
    outputs: own.flatMap(outputsOf),
    otherOutputs: all.filter((each) => !isOwn(each)).flatMap(outputsOf),
  };
  const directory = own.length === 1 ? textToLatin1(pathBelow(own[0])("")) : null;
  return { declaration, directory };
}

/** Returns a function that makes a path of a task's package relative to the root. */
function pathBelow({ directory }: Answer): (path: string) => string {
  const prefix = typeof directory === "string" ? directory : "";
  return (path) => normalizePath(`/${prefix}/${path}`).slice(1);
}
