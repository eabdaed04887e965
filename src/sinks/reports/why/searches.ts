/** Lookups that failed: who looked for a path, in which order, and what was found instead. */
import type { Process } from "../../../model/process.ts";
import type { FailedLookup, Run } from "../../../model/run.ts";
import { RunFile } from "../../../model/volume.ts";

/** A lookup of a search. */
export interface Step {
  readonly path: string;
  /** Null for the one that found something. */
  readonly errno: string | null;
  readonly time: number;
}

export interface Search {
  readonly process: Process;
  readonly errno: string;
  readonly times: number;
  readonly time: number;
  /** What was looked up before and after for the same name, in order; the last may have been found. */
  readonly steps: readonly Step[];
}

/** Returns the last component up to its first dot: libm.so.6 and libm.a are looked up for one name. */
export function stemOf(path: string): string {
  const base = path.slice(path.lastIndexOf("/") + 1);
  const dot = base.indexOf(".", 1);
  return dot < 0 ? base : base.slice(0, dot);
}

export function searchesOf(run: Run, path: string): Search[] {
  const lookups = [...run.failedLookups.values()].filter((each) => each.path === path);
  return lookups
    .flatMap((lookup) =>
      run.edges.to(lookup).map(({ source, first, times }) => ({
        process: source,
        errno: lookup.errno,
        times,
        time: first,
        steps: stepsOf(run, source, path, first),
      })),
    )
    .sort((a, b) => a.time - b.time);
}

/** Returns the search that a failed lookup belongs to. @param time of the lookup */
function stepsOf(run: Run, process: Process, path: string, time: number): Step[] {
  const stem = stemOf(path);
  const steps: Step[] = [];
  for (const { action, target, first } of run.edges.from(process)) {
    const isFile = target instanceof RunFile;
    const where = isFile ? run.files.pathOf(target) : action === "failed" ? target : null;
    const name = typeof where === "string" ? where : (where as FailedLookup | null)?.path;
    if (name === undefined || stemOf(name) !== stem) continue;
    const errno = isFile ? null : (target as FailedLookup).errno;
    const isRepeated = steps.some((step) => step.path === name && step.errno === errno);
    if (!isRepeated) steps.push({ path: name, errno, time: first });
  }
  const executed = executedAfter(run, process, stem, time);
  if (executed) steps.push(executed);
  return searchAround(
    steps.sort((a, b) => a.time - b.time),
    time,
  );
}

/** Returns the steps after what was found before a time, up to what was found after it. */
function searchAround(steps: readonly Step[], time: number): Step[] {
  const isFound = (step: Step) => step.errno === null;
  const before = steps.findLastIndex((step) => isFound(step) && step.time < time);
  const found = steps.findIndex((step) => isFound(step) && step.time >= time);
  return steps.slice(before + 1, found < 0 ? undefined : found + 1);
}

/** Returns the program that a process, or a child of it, executed by the name. */
function executedAfter(run: Run, process: Process, stem: string, time: number): Step | null {
  const children = run.processes.all.filter(({ parent }) => parent === process);
  const found = [process, ...children]
    .flatMap(({ execs }) => execs)
    .filter((exec) => exec.time >= time && stemOf(exec.argv[0] ?? "") === stem)
    .sort((a, b) => a.time - b.time)[0];
  return found ? { path: found.path, errno: null, time: found.time } : null;
}
