/**
 * The inputs and outputs of a task: the files of a workspace that task runners and build tools want to
 * be declared. Paths are relative to the root of the workspace, which is the base of the names.
 */
import type { Access } from "../model/accesses.ts";
import { subjectText } from "./learn.ts";
import type { Name } from "./names.ts";
import type { Subject } from "./subjects.ts";

/** Where every command may write what is no output. */
const SCRATCH = ["system:", "tmp:", "cache:"];
const NPM_CACHE = ".npm/";
/** Files of package managers, of git and of task runners, whose contents tasks do not declare. */
const TOOL_INPUT = /(?:^|\/)(?:node_modules|\.git|\.nx|\.turbo)(?:\/|$)/;
const TOOL_OUTPUT = /(?:^|\/)(?:node_modules\/\.[^/]+|\.git|\.nx|\.turbo)(?:\/|$)/;
/** Files at the root of a workspace that package managers and task runners read for each task. */
const ROOT_FILE =
  /^(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|bun\.lockb?|nx\.json|turbo\.jsonc?)$/;

/** Programs, or scripts, of package managers, and what they read themselves to run a script. */
const PACKAGE_MANAGER =
  /(?:^|\/)(?:npm|npx|pnpm|yarn|corepack|bun)(?:-cli)?(?:-[\d.]+)?(?:\.c?js)?$/;

const MANAGER_FILE = /(?:^|\/)(?:package\.json|\.npmrc|\.yarnrc(?:\.yml)?)$/;

/** Whether a name is of files that commands write besides their outputs. */
export function isScratch({ scope, rest }: Name): boolean {
  return SCRATCH.includes(scope) || (scope === "home:" && rest.startsWith(NPM_CACHE));
}

/**
 * Whether a task must declare a file as input: of the workspace, or a secret wherever it is.
 * @param runner whether a task runner of JavaScript hashes the files at the root itself
 */
export function isTaskInput(subject: Subject, runner = true): boolean {
  const { access, names, isSecret } = subject;
  const [name] = names;
  if (access.kind !== "read" && access.kind !== "run") return false;
  if (runner && isOfManager(access, name)) return false;
  if (isSecret) return access.kind === "read" || name.scope === "";
  if (name.scope !== "" || TOOL_INPUT.test(name.rest)) return false;
  return !runner || !ROOT_FILE.test(name.rest);
}

/** Whether a package manager reads its settings, or the package.json of a package. */
function isOfManager({ process: { execs }, time }: Access, { rest }: Name): boolean {
  if (!MANAGER_FILE.test(rest)) return false;
  const exec = execs.findLast((each) => each.time <= time);
  return exec?.argv.slice(0, 2).some((word) => PACKAGE_MANAGER.test(word)) ?? false;
}

/** Whether a task reads a file beside the workspace, which a task runner does not know. */
function isInputNearby({ access, names: [name] }: Subject): boolean {
  return access.kind === "read" && name.scope.startsWith("../") && !TOOL_INPUT.test(name.rest);
}

/** Whether a task must declare a file as output. Directories are those of their files. */
export function isTaskOutput(subject: Subject): boolean {
  const { access, names, isDirectory, isSecret } = subject;
  const [name] = names;
  if (access.kind !== "write" || isDirectory || isGone(subject)) return false;
  if (isSecret) return true;
  return name.scope === "" ? !TOOL_OUTPUT.test(name.rest) : !isScratch(name);
}

/** Whether a task removed a file of the workspace that existed before. */
export function isTaskRemoval({ access, names: [name], isSecret }: Subject): boolean {
  if (access.kind !== "remove") return false;
  return isSecret || (name.scope === "" && !TOOL_OUTPUT.test(name.rest));
}

/** Whether the run created a file that it removed again. */
function isGone({ access: { volume, file, path } }: Subject): boolean {
  return file?.origin === null && volume !== null && !volume.find(path);
}

/** A file that a task reads or writes. */
export interface TaskFile {
  /** A glob of lock files; latin1. */
  readonly text: string;
  /** Its path, with the root of the workspace as "/"; latin1. */
  readonly path: string;
  readonly isSecret: boolean;
  /** Whether the run created it. */
  readonly isCreated: boolean;
}

/** Collects what the runs of a task read and write. */
export class TaskFiles {
  private readonly read = new Map<string, TaskFile>();
  private readonly written = new Map<string, TaskFile>();
  /** Directories that were created, as texts. */
  readonly createdDirectories = new Set<string>();
  /** Texts of what is outside of the workspace, which tools cannot declare. */
  readonly outside = new Set<string>();
  private readonly runner: boolean;

  /** @param runner whether a task runner of JavaScript hashes the files at the root itself */
  constructor(runner: boolean) {
    this.runner = runner;
  }

  add(subjects: Iterable<Subject>): void {
    for (const subject of subjects) {
      if (isTaskInput(subject, this.runner) || isInputNearby(subject)) this.put(this.read, subject);
      if (isTaskOutput(subject)) this.put(this.written, subject);
      const { isDirectory, access, names } = subject;
      if (isDirectory && access.file?.origin === null && names[0].scope === "")
        this.createdDirectories.add(subjectText(subject));
    }
  }

  get inputs(): TaskFile[] {
    return sorted(this.read.values());
  }

  get outputs(): TaskFile[] {
    return sorted(this.written.values());
  }

  /** Texts of the files that existed before, and were read and written. */
  get changed(): string[] {
    return this.inputs.map(({ text }) => text).filter((text) => this.written.has(text));
  }

  private put(files: Map<string, TaskFile>, subject: Subject): void {
    const text = subjectText(subject);
    const { names, access, isSecret } = subject;
    if (names[0].scope !== "") this.outside.add(text);
    else {
      const isCreated = access.file?.origin === null;
      files.set(text, { text, path: `/${names[0].rest}`, isSecret, isCreated });
    }
  }
}

function sorted(files: Iterable<TaskFile>): TaskFile[] {
  return [...files].sort(({ text: a }, { text: b }) => (a < b ? -1 : a > b ? 1 : 0));
}
