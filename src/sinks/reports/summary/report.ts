/** What a command did, as lists: all that the text, the markdown and the JSON of a summary show. */
import type { Activity } from "./accumulator.ts";
import type { Count, FileState } from "./files.ts";
import { groupOf } from "./path-groups.ts";

/** A file, program or host. */
export interface Entry {
  readonly path: string;
  readonly times: number;
  /** The process that did it first. */
  readonly pid: number;
  readonly comm: string;
  /** What it belongs to where nobody asks for each: "/proc", "libraries", "locale". */
  readonly group?: string;
  /** Of a failed look. */
  readonly errno?: string;
  /** Of a program: the arguments of its first run. */
  readonly argv?: readonly string[];
}

export interface Report {
  readonly events: number;
  /** How many processes the command started, itself included. */
  readonly processes: number;
  /** Read, and not written before by the command itself. */
  readonly inputs: readonly Entry[];
  /** There at the end, and written, made, renamed or linked into place. Directories end with "/". */
  readonly outputs: readonly Entry[];
  /** How many files were made and removed again. */
  readonly temporary: number;
  /** There before and gone. */
  readonly removed: readonly Entry[];
  /** Not written, but with another mode, owner or times. */
  readonly changed: readonly Entry[];
  /** Looked for in vain. */
  readonly probes: readonly Entry[];
  readonly programs: readonly Entry[];
  /** Addresses and sockets connected to. */
  readonly hosts: readonly Entry[];
  /** Addresses and sockets that were bound. */
  readonly listened: readonly Entry[];
}

function entry(path: string, { times, first }: Count, more: Partial<Entry> = {}): Entry {
  const group = groupOf(path);
  return { path, times, pid: first.pid, comm: first.comm, ...(group ? { group } : {}), ...more };
}

function sorted(entries: Entry[]): Entry[] {
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function select(
  activity: Activity,
  count: (state: FileState) => Count | null,
  name: (path: string, state: FileState) => string = (path) => path,
): Entry[] {
  const found: Entry[] = [];
  for (const [path, state] of activity.files.entries()) {
    const chosen = count(state);
    if (chosen) found.push(entry(name(path, state), chosen));
  }
  return sorted(found);
}

function entriesOf(counts: ReadonlyMap<string, Count>): Entry[] {
  return sorted([...counts].map(([path, count]) => entry(path, count)));
}

/** A directory that was made says nothing when what was made in it is listed. */
function withoutParents(outputs: Entry[]): Entry[] {
  return outputs.filter(
    ({ path }, index) => !path.endsWith("/") || !outputs[index + 1]?.path.startsWith(path),
  );
}

export function report(activity: Activity): Report {
  return {
    events: activity.events,
    processes: activity.processes + 1,
    inputs: select(activity, (state) => state.read),
    outputs: withoutParents(
      select(
        activity,
        (state) => (state.exists ? state.written : null),
        (path, state) => (state.directory ? `${path}/` : path),
      ),
    ),
    temporary: activity.files.temporary,
    removed: entriesOf(activity.files.removed),
    changed: select(activity, (state) => (state.exists && !state.written ? state.changed : null)),
    probes: sorted(
      [...activity.probes.values()].map((probe) =>
        entry(probe.path, probe, { errno: probe.errno }),
      ),
    ),
    programs: sorted(
      [...activity.programs].map(([path, program]) => entry(path, program, { argv: program.argv })),
    ),
    hosts: entriesOf(activity.hosts),
    listened: entriesOf(activity.listened),
  };
}
