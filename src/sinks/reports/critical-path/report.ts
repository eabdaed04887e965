/** The report of `trace summary --critical-path`: which processes determined how long a run took. */
import { criticalPath } from "../../../model/critical-path.ts";
import type { Run } from "../../../model/run.ts";

/** What one process did on the path, while no child of it was on it. Names are latin1. */
export interface ReportPart {
  /** Seconds since the start of the run. */
  readonly start: number;
  readonly seconds: number;
  readonly pid: number;
  readonly comm: string;
  /** Null before the process has executed a program. */
  readonly path: string | null;
  readonly argv: readonly string[];
  /** The program's name, or that of the process if it has executed none. */
  readonly program: string;
}

/** The time on the path of all processes of one program. */
export interface ReportProgram {
  readonly program: string;
  readonly seconds: number;
  readonly processes: number;
}

export interface PathReport {
  /** How long the run took. */
  readonly seconds: number;
  /** Number of processes on the path. */
  readonly processes: number;
  /** The one that took most time first. */
  readonly programs: readonly ReportProgram[];
  /** In the order of time, without gaps. */
  readonly parts: readonly ReportPart[];
}

/**
 * Returns the report on the first process of a run and its descendants.
 * @returns null if the run has no times, or no process whose end was recorded
 */
export function buildPathReport({ processes: { all } }: Run): PathReport | null {
  if (!all.some(({ ended }) => ended)) return null;
  const path = criticalPath(all[0], all);
  const begin = path[0]?.from ?? 0;
  const parts = path.map(({ process: { pid, comm }, exec, from, to }) => ({
    start: seconds(from - begin),
    seconds: seconds(to - from),
    pid,
    comm,
    path: exec?.path ?? null,
    argv: exec?.argv ?? [],
    program: exec?.program ?? comm,
  }));
  return {
    seconds: seconds((path.at(-1)?.to ?? begin) - begin),
    processes: new Set(path.map((part) => part.process)).size,
    programs: programsOf(parts),
    parts,
  };
}

/** To a microsecond, the precision of times in a record. */
function seconds(nanoseconds: number): number {
  return Math.round(nanoseconds / 1000) / 1e6;
}

function programsOf(parts: readonly ReportPart[]): ReportProgram[] {
  const programs = new Map<string, { seconds: number; pids: Set<number> }>();
  for (const part of parts) {
    const known = programs.get(part.program) ?? { seconds: 0, pids: new Set() };
    known.seconds += part.seconds;
    known.pids.add(part.pid);
    programs.set(part.program, known);
  }
  return Array.from(programs, ([program, { seconds, pids }]) => ({
    program,
    seconds: Math.round(seconds * 1e6) / 1e6,
    processes: pids.size,
  })).sort((a, b) => b.seconds - a.seconds);
}
