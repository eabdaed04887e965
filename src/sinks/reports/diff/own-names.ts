/**
 * Names that a run chose itself and that another run may choose otherwise: of temporary files, with
 * pids or times in them. They are compared by patterns, unless both runs have the same name. Looks do
 * not tell whether letters are random; that both runs have names of the same shape does.
 */
import type { Outcomes } from "../../../model/outcomes.ts";
import type { Process } from "../../../model/process.ts";
import { temporaryName } from "../../../policy/temporary-names.ts";

interface OwnName {
  /** What the last component is compared by, instead of it; null for itself. */
  pattern: string | null;
  /** The process that used the name first. */
  readonly by: Process;
}

export class OwnNames {
  /** Those that vary as far as is known: the other run does not have them. */
  private readonly names = new Map<string, OwnName>();
  private readonly pids: ReadonlySet<number>;

  /** @param isTemporary whether a path is in a directory of temporary files */
  constructor(run: Outcomes, isTemporary: (path: string) => boolean) {
    this.pids = new Set(run.processes.all.map(({ pid }) => pid));
    for (const [path, { created, exists, by }] of run.changes) {
      if (!created) continue;
      const isIn = isTemporary(path);
      const pattern = this.patternOf(path, isIn, !exists);
      if (pattern !== null || isIn || !exists) this.names.set(path, { pattern, by });
    }
    // What was looked for and not found may have been created otherwise.
    for (const { path, result, by } of run.outcomes) {
      if (result !== "ENOENT" || this.names.has(path)) continue;
      const pattern = isTemporary(path)
        ? this.patternOf(path, true, false)
        : withoutPid(path, by, LONG_PID);
      if (pattern !== null) this.names.set(path, { pattern, by });
    }
  }

  /** Returns what a name is compared by as far as its looks tell; null for itself. */
  private patternOf(path: string, isIn: boolean, isGone: boolean): string | null {
    const scope = isIn ? "tmp:" : "/";
    const name = { scope, rest: baseName(path) } as const;
    const glob = temporaryName(name, { gone: isGone ? 1 : 0, isOwn: true, pids: this.pids });
    return glob === null ? null : glob.slice(scope.length);
  }

  get isEmpty(): boolean {
    return this.names.size === 0;
  }

  /** Names that the other run does not have. */
  get varying(): Iterable<string> {
    return this.names.keys();
  }

  isVarying(path: string): boolean {
    return this.names.has(path);
  }

  /** Returns what the last component of a path is compared by. */
  componentOf(path: string): string {
    return this.names.get(path)?.pattern ?? baseName(path);
  }

  /** Whether a name is compared by a pattern. */
  hasPattern(path: string): boolean {
    return (this.names.get(path)?.pattern ?? null) !== null;
  }

  setPattern(path: string, pattern: string): void {
    const own = this.names.get(path);
    if (own) own.pattern = pattern;
  }

  /** Compares a name as it is. */
  keep(path: string): void {
    this.names.delete(path);
  }

  /** Whether a name has the pid of the process that used it first, or of one that led to it. */
  hasPid(path: string): boolean {
    const by = this.names.get(path)?.by;
    if (!by) return false;
    return withoutPid(path, by, /\d+/g) !== null;
  }
}

/** Returns a name without the pid of a process, or of one that led to it; null for one without. */
function withoutPid(path: string, by: Process, numbers: RegExp): string | null {
  const name = baseName(path);
  if (!/\d/.test(name)) return null;
  const text = name.replace(numbers, (number) => (isPidOf(by, number) ? "[0-9]*" : number));
  return text === name ? null : text;
}

/** Whether a number is the pid of a process, or of one that led to it. */
function isPidOf(by: Process, number: string): boolean {
  const pid = Number(number);
  if (String(pid) !== number) return false;
  for (let each: Process | null = by; each; each = each.parent) if (each.pid === pid) return true;
  return false;
}

/** A short number of a name that is missing may be a version. */
const LONG_PID = /\d{3,}/g;

/** Characters of random names, and `?` of their patterns; mkstemp(3) has six. */
const RANDOM = /[\w?]{6,}/g;

/** Returns a name, or its pattern, without what may be random in it. */
export function shapeOf(name: string): string {
  return name.replace(RANDOM, (text) => "?".repeat(text.length));
}

/** Returns what names of one shape have in common, and `?` where they differ. */
export function commonPattern(names: readonly string[]): string {
  const [first, ...others] = names;
  return Array.from(first, (character, at) =>
    others.every((other) => other[at] === character) ? character : "?",
  ).join("");
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
