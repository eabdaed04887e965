/** The processes of a page, and what each did. */
import { criticalPath } from "../../../model/critical-path.ts";
import type { Edge } from "../../../model/edges.ts";
import { ACTIONS } from "../../../model/edges.ts";
import type { Process } from "../../../model/process.ts";
import type { Run } from "../../../model/run.ts";
import { commandLine } from "./command-line.ts";
import { EDGE_REPEATED, type ProcessColumns } from "./data.ts";
import type { TextTable } from "./path-table.ts";

const MICROSECOND = 1000;
const UNKNOWN = -1;

/** Returns when the first process was seen, in nanoseconds since 1970; null without times. */
export function startOf({ processes }: Run): number | null {
  let start = Number.POSITIVE_INFINITY;
  // A process of trace all may have started long before the recording.
  for (const { first } of processes.all) if (first > 0 && first < start) start = first;
  return Number.isFinite(start) ? Math.floor(start / MICROSECOND) * MICROSECOND : null;
}

/** Returns a function that converts a time to microseconds since the start. */
function relativeTo(start: number | null) {
  return (time: number | null): number =>
    time === null || time === 0 || start === null
      ? UNKNOWN
      : Math.max(0, Math.floor((time - start) / MICROSECOND));
}

/** @param start as of `startOf` */
export function processColumns(
  { processes }: Run,
  start: number | null,
  texts: TextTable,
): { readonly columns: ProcessColumns; readonly end: number } {
  const { all } = processes;
  const at = relativeTo(start);
  const column = (of: (process: Process) => number) => all.map(of);
  const last = column((each) => at(each.last));
  const ended = column((each) => at(each.ended));
  const columns = {
    pids: column(({ pid }) => pid),
    parents: column(({ parent }) => parent?.index ?? UNKNOWN),
    comms: column(({ comm }) => texts.add(comm)),
    started: column((each) => at(each.started)),
    first: column(({ first }) => at(first)),
    last,
    ended,
    statuses: column(({ status }) => status ?? UNKNOWN),
    signals: column(({ signal }) => signal ?? UNKNOWN),
    execCounts: column(({ execCount }) => execCount),
    execs: all.map(({ execs }) =>
      execs.flatMap(({ time, path, argv, cwd }) => [
        at(time),
        texts.add(path),
        texts.add(commandLine(argv)),
        cwd === null ? UNKNOWN : texts.add(cwd),
      ]),
    ),
  };
  const end = all.reduce((latest, _, index) => Math.max(latest, last[index], ended[index]), 0);
  return { columns, end };
}

/** @param start as of `startOf` @returns as PageData.critical */
export function criticalColumns({ processes: { all } }: Run, start: number | null): number[] {
  if (start === null || !all.some(({ ended }) => ended)) return [];
  const at = relativeTo(start);
  return criticalPath(all[0], all).flatMap(({ process: { index }, from, to }) => [
    index,
    at(from),
    at(to),
  ]);
}

const CODES = new Map(ACTIONS.map((action, code) => [action, code]));

/** @param start as of `startOf` @returns as PageData.edges */
export function edgeColumns({ processes, edges }: Run, start: number | null): number[][] {
  const at = relativeTo(start);
  return processes.all.map((process) => {
    const numbers: number[] = [];
    let before = 0;
    for (const edge of edges.from(process)) {
      const first = at(edge.first);
      numbers.push(...numbersOf(edge, first - before));
      before = first;
    }
    return numbers;
  });
}

function numbersOf(
  { action, target, times, first, last }: Edge<Process, { index: number }>,
  delta: number,
): number[] {
  const code = CODES.get(action)! * 2;
  if (times === 1) return [code, target.index, delta];
  const span = Math.max(0, Math.round((last - first) / MICROSECOND));
  return [code | EDGE_REPEATED, target.index, delta, times, span];
}
