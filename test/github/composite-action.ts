/**
 * Runs the steps of a composite action as GitHub's runner does: scripts with the shell of the step, in
 * its environment, with files for outputs, PATH and the page of the job. A step that uses another
 * action is only noted, with its inputs.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Contexts, expand, holds } from "./expressions.ts";

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export interface Job {
  /** The directory of the action. */
  readonly action: string;
  /** A directory for what the runner keeps; the workspace and the temporary directory are in it. */
  readonly directory: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** What a step's shell is run by: another user. */
  readonly as?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The repository of the action, if the runner tells it. */
  readonly repository?: string;
  /** The URL of the server. */
  readonly server?: string;
}

export interface JobResult {
  readonly succeeded: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the steps wrote to the log. */
  readonly log: string;
  readonly page: string;
  /** The steps that use other actions. */
  readonly used: readonly {
    readonly uses: string;
    readonly inputs: Readonly<Record<string, string>>;
  }[];
  /** PATH of the steps after the action. */
  readonly path: string;
}

const SHELLS: Readonly<Record<string, string>> = {
  sh: "sh -e {0}",
  bash: "bash --noprofile --norc -eo pipefail {0}",
};

/** Splits the template of a shell; the last word is the script. */
export function shellCommand(shell: string, script: string): string[] {
  const template = SHELLS[shell] ?? shell;
  return template.split(" ").map((word) => word.replace("{0}", script));
}

/** Reads NAME=VALUE lines. @throws Error for any other line */
function readOutputs(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  const pairs = lines.map((line) => {
    const [, name, value] = /^([\w-]+)=(.*)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`${line}: is no output`);
    return [name, value];
  });
  return Object.fromEntries(pairs);
}

export function readAction(path: string): Action {
  return parse(readFileSync(join(path, "action.yml"), "utf8"));
}

class Runner {
  readonly job: Job;
  readonly used: { uses: string; inputs: Record<string, string> }[] = [];
  readonly steps: Record<string, { outputs: Record<string, string> }> = {};
  succeeded = true;
  log = "";
  path: string;
  private readonly inputs: Record<string, string>;
  private count = 0;

  constructor(job: Job, action: Action) {
    this.job = job;
    this.path = job.env?.PATH ?? process.env.PATH!;
    const defaults = Object.entries(action.inputs).map(([name, input]) => [
      name,
      input.default ?? "",
    ]);
    this.inputs = { ...Object.fromEntries(defaults), ...job.inputs };
    for (const name of ["workspace", "temp", "files"]) this.makeDirectory(name);
    writeFileSync(this.file("page"), "");
    chmodSync(this.file("page"), 0o666);
  }

  /** Returns the path of a file of the runner. */
  file(name: string): string {
    return join(this.job.directory, "files", name);
  }

  contexts(): Contexts {
    const github = { action_repository: this.job.repository ?? "" };
    return { inputs: this.inputs, steps: this.steps, github };
  }

  run(step: Step): void {
    this.steps[step.id ?? `step${this.count++}`] ??= { outputs: {} };
    if (!holds(step.if ?? "success()", this.contexts(), this.succeeded)) return;
    if (step.uses !== undefined)
      this.used.push({ uses: step.uses, inputs: this.expandAll(step.with) });
    else this.runScript(step);
  }

  private makeDirectory(name: string): void {
    const path = join(this.job.directory, name);
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o777);
  }

  private expandAll(values: Step["with"] = {}): Record<string, string> {
    const pairs = Object.entries(values).map(([name, value]) => [
      name,
      expand(String(value), this.contexts()),
    ]);
    return Object.fromEntries(pairs);
  }

  private runScript({ id, shell, run, env }: Step): void {
    const script = this.file("script");
    writeFileSync(script, expand(run!, this.contexts()));
    for (const name of ["output", "path"]) {
      writeFileSync(this.file(name), "");
      chmodSync(this.file(name), 0o666);
    }
    const { as = [], directory } = this.job;
    const { exitCode, stdout, stderr } = Bun.spawnSync([...as, ...shellCommand(shell!, script)], {
      cwd: join(directory, "workspace"),
      env: {
        ...this.job.env,
        PATH: this.path,
        GITHUB_ACTION_PATH: this.job.action,
        GITHUB_OUTPUT: this.file("output"),
        GITHUB_PATH: this.file("path"),
        GITHUB_REPOSITORY: "owner/workflow",
        GITHUB_SERVER_URL: this.job.server ?? "https://host.invalid",
        GITHUB_STEP_SUMMARY: this.file("page"),
        RUNNER_TEMP: join(directory, "temp"),
        ...this.expandAll(env),
      },
      stdin: null,
    });
    this.log += stdout.toString() + stderr.toString();
    if (exitCode !== 0) this.succeeded = false;
    if (id !== undefined) this.steps[id] = { outputs: readOutputs(this.file("output")) };
    const added = readFileSync(this.file("path"), "utf8").split("\n").filter(Boolean);
    this.path = [...added.reverse(), this.path].join(":");
  }
}

export function runAction(job: Job): JobResult {
  const action = readAction(job.action);
  const runner = new Runner(job, action);
  for (const step of action.runs.steps) runner.run(step);
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [
    name,
    expand(value, runner.contexts()),
  ]);
  return {
    succeeded: runner.succeeded,
    outputs: Object.fromEntries(outputs),
    log: runner.log,
    page: readFileSync(runner.file("page"), "utf8"),
    used: runner.used,
    path: runner.path,
  };
}
