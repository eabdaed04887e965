/** The report of a summary: the lists that its text, markdown and JSON show. */

import type { ActionCount } from "../../../model/file.ts";
import type { Entry } from "../../../model/names.ts";
import type { SummaryAccumulator } from "./accumulator.ts";
import { pathGroup } from "./path-groups.ts";

/** A file, program or host. */
export interface ReportEntry {
  readonly path: string;
  readonly times: number;
  /** The first process. */
  readonly pid: number;
  readonly comm: string;
  /** The group that it is collapsed into: "/proc", "shared libraries"; path-groups.ts. */
  readonly group?: string;
  /** Of a failed lookup. */
  readonly errno?: string;
  /** Of a program: the arguments of its first execution. */
  readonly argv?: readonly string[];
}

export interface Report {
  readonly events: number;
  /** Number of processes, including the command itself. */
  readonly processes: number;
  /** Files that were read and not written before by the command. */
  readonly inputs: readonly ReportEntry[];
  /** Files that exist at the end and were written, created, renamed or linked. Directories end with "/". */
  readonly outputs: readonly ReportEntry[];
  /** Number of files that were created and removed. */
  readonly temporary: number;
  /** Files that existed before and were removed. */
  readonly removed: readonly ReportEntry[];
  /** Files that were not written, but whose mode, owner or times were changed. */
  readonly changed: readonly ReportEntry[];
  /** Failed lookups. */
  readonly probes: readonly ReportEntry[];
  readonly programs: readonly ReportEntry[];
  /** Addresses and sockets connected to. */
  readonly hosts: readonly ReportEntry[];
  /** Addresses and sockets bound to. */
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
  { files }: SummaryAccumulator,
  count: (entry: Entry) => ActionCount | null,
): ReportEntry[] {
  const entries: ReportEntry[] = [];
  for (const entry of files.tree.entries()) {
    const selected = count(entry);
    if (!selected) continue;
    const { path } = entry;
    entries.push(reportEntry(files.isDirectory(entry) ? `${path}/` : path, selected));
  }
  return sorted(entries);
}

function reportEntries(counts: Iterable<[string, ActionCount]>): ReportEntry[] {
  return sorted([...counts].map(([path, count]) => reportEntry(path, count)));
}

/** Omits directories that contain another output. */
function withoutParents(outputs: ReportEntry[]): ReportEntry[] {
  return outputs.filter(
    ({ path }, index) => !path.endsWith("/") || !outputs[index + 1]?.path.startsWith(path),
  );
}

export function buildReport(activity: SummaryAccumulator): Report {
  return {
    events: activity.events,
    processes: activity.forks + 1,
    inputs: reportEntries(activity.files.readFiles()),
    outputs: withoutParents(select(activity, ({ file, placed }) => file.written ?? placed)),
    temporary: activity.files.temporary,
    removed: reportEntries(activity.files.removed()),
    changed: select(activity, ({ file }) => (file.written ? null : file.changed)),
    probes: sorted(
      [...activity.failedLookups.values()].map((lookup) =>
        reportEntry(lookup.path, lookup, { errno: lookup.errno }),
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
