/** The policy of a task whose inputs and outputs are declared to a task runner. */
import { textToLatin1 } from "../text/latin1.ts";
import { Entry, entryText } from "./entry.ts";
import { bySection } from "./lock-file.ts";
import type { Name } from "./names.ts";
import { Policy } from "./policy.ts";
import type { Subject } from "./subjects.ts";
import { isTaskInput, isTaskOutput, isTaskRemoval } from "./task-files.ts";

/** What a task runner knows of a task. Paths are relative to the root of the workspace. */
export interface TaskDeclaration {
  /** The files that it hashes. */
  readonly inputs: readonly string[];
  /** Names, which stand for what is below them, too, and globs with ** and braces. */
  readonly outputs: readonly string[];
  /** Outputs of other tasks that it may read, likewise. */
  readonly otherOutputs?: readonly string[];
}

const SPECIAL = /[*?[\]{}()!\\]/;

/** A glob of a task runner, where * does not match "/". */
class RunnerGlob extends Entry {
  private readonly globs: readonly Bun.Glob[];

  constructor(pattern: string) {
    const fixed = pattern.slice(0, pattern.search(SPECIAL));
    super(`${entryText(nameOf(fixed))}*`);
    this.globs = [pattern, `${pattern.replace(/\/+$/, "")}/**`].map((each) => new Bun.Glob(each));
  }

  override matches({ scope, rest }: Name): boolean {
    if (scope !== "") return false;
    const path = Buffer.from(rest, "latin1").toString();
    return this.globs.some((glob) => glob.match(path));
  }
}

/**
 * Returns the policy of a task: what it reads in the workspace, and what it writes anywhere but in
 * temporary directories and caches. It may read its outputs.
 */
export function taskPolicy({ inputs, outputs, otherOutputs = [] }: TaskDeclaration): Policy {
  const written = outputs.flatMap(outputEntries);
  const files = inputs.map((path) => Entry.ofName(nameOf(path)));
  const read = [...files, ...written, ...otherOutputs.flatMap(outputEntries)];
  const entries = {
    ...bySection<readonly Entry[]>(() => []),
    ...{ reads: read, programs: read, writes: written },
  };
  return new Policy(entries, isTaskFile);
}

function isTaskFile(subject: Subject): boolean {
  return isTaskInput(subject) || isTaskOutput(subject) || isTaskRemoval(subject);
}

/** What is excluded from outputs is known not to be cached; it may be written. */
function outputEntries(text: string): Entry[] {
  const pattern = text.replace(/^!/, "").replace(/^\.\//, "").replace(/\/+$/, "");
  if (SPECIAL.test(pattern)) return [new RunnerGlob(pattern)];
  const name = entryText(nameOf(pattern));
  return [new Entry(name), new Entry(`${name}/*`)];
}

function nameOf(path: string): Name {
  return { scope: "", rest: textToLatin1(path) };
}
