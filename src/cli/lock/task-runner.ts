/**
 * Asks a task runner what a task may read and write: `nx show target`, `turbo run --dry=json`. It is
 * that of the workspace, and is run by the user who runs the command, before that.
 */
import type { TaskDeclaration } from "../../policy/task-policy.ts";
import { type Captured, captureCommand } from "../../process/capture-command.ts";
import { pathExists } from "../../process/paths.ts";
import type { User } from "../../process/user.ts";
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
  declarationOf(task: string, ask: Ask): TaskDeclaration;
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
export interface DeclaredTask {
  readonly declaration: TaskDeclaration;
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
  return { declaration: RUNNERS[runner].declarationOf(task, ask), root };
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

/** Returns the strings of a list; none if it is absent. */
function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The files of `nx show target inputs` are those that it hashes, and outputs of other tasks. */
function nxDeclaration(task: string, ask: Ask): TaskDeclaration {
  const shown = (what: string) =>
    ask("show", "target", what, task, "--json") as Readonly<Record<string, unknown>>;
  const { files, depOutputs } = shown("inputs");
  const { outputPaths } = shown("outputs");
  return { inputs: [...strings(files), ...strings(depOutputs)], outputs: strings(outputPaths) };
}

interface TurboTask {
  readonly taskId?: string;
  readonly task?: string;
  readonly directory?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly outputs?: unknown;
  readonly dependencies?: unknown;
}

interface TurboPlan {
  readonly tasks?: readonly TurboTask[];
  readonly globalCacheInputs?: { readonly files?: Readonly<Record<string, string>> };
}

/** Hashes of other tasks are part of a task's hash, so that it may read their outputs. */
function turboDeclaration(task: string, ask: Ask): TaskDeclaration {
  const { tasks = [], globalCacheInputs } = ask("run", task, "--dry=json") as TurboPlan;
  const isOwn = ({ taskId, task: name }: TurboTask) => taskId === task || name === task;
  const own = tasks.filter(isOwn);
  const inputs = own.flatMap((each) => {
    const below = pathBelow(each);
    return Object.keys(each.inputs ?? {}).map(below);
  });
  const outputsOf = (each: TurboTask) => strings(each.outputs).map(pathBelow(each));
  return {
    inputs: [...inputs, ...Object.keys(globalCacheInputs?.files ?? {})],
    outputs: own.flatMap(outputsOf),
    otherOutputs: tasks.filter((each) => !isOwn(each)).flatMap(outputsOf),
  };
}

/** Returns a function that makes a path of a package relative to the root. */
function pathBelow({ directory = "" }: TurboTask): (path: string) => string {
  const parts = directory.split("/").filter((part) => part !== "" && part !== ".");
  return (path) => {
    const all = [...parts];
    for (const part of path.split("/"))
      if (part === "..") all.pop();
      else if (part !== ".") all.push(part);
    return all.join("/");
  };
}
