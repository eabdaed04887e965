/** What a command did, as lists: all that the text, the markdown and the JSON of a summary show. */

import type { ActionCount } from "../../../model/file.ts";
import type { Entry } from "../../../model/names.ts";
import type { SummaryAccumulator } from "./accumulator.ts";
import { pathGroup } from "./path-groups.ts";

/** A file, program or host. */
export interface ReportEntry {
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
  readonly inputs: readonly ReportEntry[];
  /** There at the end, and written, made, renamed or linked into place. Directories end with "/". */
  readonly outputs: readonly ReportEntry[];
  /** How many files were made and removed again. */
  readonly temporary: number;
  /** There before and gone. */
  readonly removed: readonly ReportEntry[];
  /** Not written, but with another mode, owner or times. */
  readonly changed: readonly ReportEntry[];
  /** Looked for in vain. */
  readonly probes: readonly ReportEntry[];
  readonly programs: readonly ReportEntry[];
  /** Addresses and sockets connected to. */
  readonly hosts: readonly ReportEntry[];
  /** Addresses and sockets that were bound. */
  readonly listened: readonly ReportEntry[];
}

function reportEntry(
  path: string,
  { times, first }: ActionCount,
  more: Partial<ReportEntry> = {},
): ReportEntry {
  const group = pathGroup(path);
  return { path, times, pid: first.pid, comm: first.comm, ...(group ? { group } : {}), ...more };
}

function sorted(entries: ReportEntry[]): ReportEntry[] {
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function select(
  activity: SummaryAccumulator,
  count: (entry: Entry) => ActionCount | null,
): ReportEntry[] {
  const found: ReportEntry[] = [];
  for (const entry of activity.files.tree.entries()) {
    const chosen = count(entry);
    if (chosen)
      found.push(
        reportEntry(activity.files.isDirectory(entry) ? `${entry.path}/` : entry.path, chosen),
      );
  }
  return sorted(found);
}

function reportEntries(counts: Iterable<[string, ActionCount]>): ReportEntry[] {
  return sorted([...counts].map(([path, count]) => reportEntry(path, count)));
}

/** A directory that was made says nothing when what was made in it is listed. */
function withoutParents(outputs: ReportEntry[]): ReportEntry[] {
  return outputs.filter(
    ({ path }, index) => !path.endsWith("/") || !outputs[index + 1]?.path.startsWith(path),
  );
}

export function buildReport(activity: SummaryAccumulator): Report {
  return {
    events: activity.events,
    processes: activity.processes + 1,
    inputs: reportEntries(activity.files.readFiles()),
    outputs: withoutParents(select(activity, ({ file, placed }) => file.written ?? placed)),
    temporary: activity.files.temporary,
    removed: reportEntries(activity.files.removed()),
    changed: select(activity, ({ file }) => (file.written ? null : file.changed)),
    probes: sorted(
      [...activity.failedLookups.values()].map((probe) =>
        reportEntry(probe.path, probe, { errno: probe.errno }),
      ),
    ),
    programs: sorted(
      [...activity.programs].map(([path, program]) =>
        reportEntry(path, program, { argv: program.argv }),
      ),
    ),
    hosts: reportEntries(activity.hosts),
    listened: reportEntries(activity.bound),
  };
}
