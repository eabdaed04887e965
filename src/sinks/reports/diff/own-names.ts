/**
 * Names that a run chose itself and that another run may choose otherwise: of temporary files, with
 * pids or times in them. They are compared by patterns, unless both runs have the same name.
 */
import type { Outcomes } from "../../../model/outcomes.ts";
import type { Process } from "../../../model/process.ts";
import { temporaryName } from "../../../policy/temporary-names.ts";

/** A name that differs in each run as far as its looks tell. */
interface OwnName {
  /** What the last component is compared by, instead of it. */
  readonly glob: string;
  /** The process that used the name first. */
  readonly by: Process;
}

export class OwnNames {
  private readonly names = new Map<string, OwnName>();
  /** Names that both runs have. */
  private readonly common = new Set<string>();

  /** @param isTemporary whether a path is in a directory of temporary files */
  constructor(run: Outcomes, isTemporary: (path: string) => boolean) {
    const pids = new Set(run.processes.all.map(({ pid }) => pid));
    const add = (path: string, by: Process, isGone: boolean) => {
      const scope = isTemporary(path) ? "tmp:" : "/";
      const name = { scope, rest: baseName(path) } as const;
      const glob = temporaryName(name, { gone: isGone ? 1 : 0, isOwn: true, pids });
      if (glob !== null) this.names.set(path, { glob: glob.slice(scope.length), by });
    };
    for (const [path, { created, exists, by }] of run.changes) if (created) add(path, by, !exists);
    // What was looked for and not found may have been created otherwise.
    for (const { path, result, by } of run.outcomes)
      if (result === "ENOENT" && isTemporary(path) && !this.names.has(path)) add(path, by, false);
  }

  get isEmpty(): boolean {
    return this.names.size === this.common.size;
  }

  /** Returns what the last component of a path is compared by. */
  componentOf(path: string): string {
    const own = this.names.get(path);
    return own && !this.common.has(path) ? own.glob : baseName(path);
  }

  /** Names that are compared by patterns. */
  *varying(): Iterable<string> {
    for (const path of this.names.keys()) if (!this.common.has(path)) yield path;
  }

  /** Compares a name as it is. */
  keep(path: string): void {
    this.common.add(path);
  }

  /** Whether a name has the pid of the process that used it first, or of one that led to it. */
  hasPid(path: string): boolean {
    const by = this.names.get(path)?.by;
    if (!by) return false;
    const pids = new Set([by, ...by.ancestors()].map(({ pid }) => pid));
    return Array.from(baseName(path).matchAll(/\d+/g), Number).some((number) => pids.has(number));
  }
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
