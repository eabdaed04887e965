/**
 * The critical path of a run: which processes determined how long it took. It is found from the end:
 * before its end, a process ran since the last of its children ended, before that the child ran, and
 * before the child was forked the process itself again. Only forks and exits are known, not what a
 * process waited for, so that a child that no process waited for may be on the path.
 */
import type { Exec, Process } from "./process.ts";

/** A time during which a process ran and none of its children is on the path. */
export interface PathPart {
  readonly process: Process;
  /** What it executed; null if that was nothing yet. */
  readonly exec: Exec | null;
  /** Nanoseconds, as the times of the processes. */
  readonly from: number;
  readonly to: number;
}

/** A process whose time is divided, from its end to its start. */
interface Walk {
  readonly process: Process;
  /** Its children that ended, the last one first. */
  readonly children: readonly Process[];
  next: number;
  /** The path after this time is known. */
  until: number;
}

/**
 * Returns the parts of the path in the order of time; they follow each other without gaps.
 * @param root the process whose run is explained
 * @param processes all that may descend from it
 */
export function criticalPath(root: Process, processes: readonly Process[]): PathPart[] {
  const endOf = endsOf(root, processes);
  const children = childrenOf(processes, endOf);
  const parts: PathPart[] = [];
  const walkOf = (process: Process): Walk => {
    const all = children.get(process) ?? [];
    return { process, children: all, next: 0, until: endOf(process) };
  };
  const stack = [walkOf(root)];
  for (let walk = stack.at(-1); walk; walk = stack.at(-1)) {
    const child = nextChild(walk, endOf);
    if (!child) {
      addParts(parts, walk.process, startOf(walk.process), walk.until);
      stack.pop();
      continue;
    }
    addParts(parts, walk.process, endOf(child), walk.until);
    walk.until = startOf(child);
    stack.push(walkOf(child));
  }
  return parts.reverse();
}

type EndOf = (process: Process) => number;

/**
 * Returns the ends of processes. Without its exit, a process ended at its last event; but if the
 * record was cut off before the root ended, it ran to the end of the record.
 */
function endsOf(root: Process, processes: readonly Process[]): EndOf {
  if (root.ended !== null) return ({ ended, last }) => ended ?? last;
  const latest = processes.reduce((max, { last }) => Math.max(max, last), root.last);
  return ({ ended }) => ended ?? latest;
}

/** Returns the last child that ended in the time that is not explained yet. */
function nextChild(walk: Walk, endOf: EndOf): Process | null {
  while (walk.next < walk.children.length) {
    const child = walk.children[walk.next++];
    if (endOf(child) <= walk.until && startOf(child) >= startOf(walk.process)) return child;
  }
  return null;
}

function childrenOf(processes: readonly Process[], endOf: EndOf): Map<Process, Process[]> {
  const children = new Map<Process, Process[]>();
  for (const process of processes) {
    const { parent } = process;
    if (!parent || endOf(process) < startOf(process)) continue;
    const siblings = children.get(parent);
    if (siblings) siblings.push(process);
    else children.set(parent, [process]);
  }
  for (const siblings of children.values()) siblings.sort((a, b) => endOf(b) - endOf(a));
  return children;
}

function startOf({ started, first }: Process): number {
  return started ?? first;
}

/**
 * Adds what a process did itself, the latest first: a part for each program that it executed. The
 * moment between its fork and its first program belongs to that.
 */
function addParts(parts: PathPart[], process: Process, from: number, to: number): void {
  const [first] = process.execs;
  let until = to;
  for (const exec of process.execs.toReversed()) {
    if (exec.time >= until) continue;
    const start = exec === first ? from : Math.max(exec.time, from);
    if (start < until) parts.push({ process, exec, from: start, to: until });
    until = start;
    if (start <= from) return;
  }
  if (from < until) parts.push({ process, exec: null, from, to: until });
}
