/** The report of a summary: the lists that its text, markdown and JSON show. */

import type { DigestRole, FileDigest } from "../../../events/file-digest.ts";
import type { ActionCount } from "../../../model/file.ts";
import type { Run } from "../../../model/run.ts";
import { type Entry, isBack, type Namespace, type ViewPath } from "../../../model/volume.ts";
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
  /** Of an input, an output or a program, if digests were wanted of it. */
  readonly digest?: EntryDigest;
}

export type EntryDigest = Omit<FileDigest, "role" | "path">;

/** What was done to the files of one mount namespace. */
export interface FileLists {
  /** Files that were read and not written before by the command. */
  readonly inputs: readonly ReportEntry[];
  /** Directories that existed before and whose entries were read. They end with "/". */
  readonly listed: readonly ReportEntry[];
  /** Files that exist at the end and were written, created, renamed or linked. Directories end with "/". */
  readonly outputs: readonly ReportEntry[];
  /** Files that existed before and were removed. */
  readonly removed: readonly ReportEntry[];
  /** Files that were not written, but whose mode, owner or times were changed. */
  readonly changed: readonly ReportEntry[];
  /** Failed lookups. */
  readonly probes: readonly ReportEntry[];
  readonly programs: readonly ReportEntry[];
}

/** The files that only processes of another mount namespace see, by their paths there. */
export interface NamespaceLists extends FileLists {
  /** The inode number of /proc/PID/ns/mnt. */
  readonly mntns: number;
}

export interface Report extends FileLists {
  readonly events: number;
  /** Number of processes, including the command itself; null if their events were not all recorded. */
  readonly processes: number | null;
  /** Number of files that were created and removed. */
  readonly temporary: number;
  /** Addresses and sockets connected to. */
  readonly hosts: readonly ReportEntry[];
  /** Addresses and sockets bound to. */
  readonly listened: readonly ReportEntry[];
  readonly mountNamespaces: readonly NamespaceLists[];
}

function reportEntry(
  path: string,
  { times, first }: ActionCount,
  more: Partial<ReportEntry> = {},
): ReportEntry {
  const group = pathGroup(path);
  return { path, times, pid: first.pid, comm: first.comm, ...(group ? { group } : {}), ...more };
}

/** Returns the digest of a file that the run itself sees, as a part of its entry. */
function digestOf(
  { digests, files }: Run,
  role: DigestRole,
  view: Namespace | null,
  path: string,
): Partial<ReportEntry> {
  const isSeen = view === null || view === files.namespaces[0];
  const found = isSeen ? digests.get(role, path) : undefined;
  if (!found) return {};
  const { role: _role, path: _path, ...digest } = found;
  return { digest };
}

function sorted(entries: ReportEntry[]): ReportEntry[] {
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
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

/** The paths of a run, each in the list of its mount namespace. */
class Lists {
  readonly inputs: ReportEntry[] = [];
  readonly listed: ReportEntry[] = [];
  readonly outputs: ReportEntry[] = [];
  readonly removed: ReportEntry[] = [];
  readonly changed: ReportEntry[] = [];
  readonly probes: ReportEntry[] = [];
  readonly programs: ReportEntry[] = [];

  sorted(): FileLists {
    for (const entries of Object.values(this)) sorted(entries);
    return { ...this, outputs: withoutParents(this.outputs) };
  }

  get isEmpty(): boolean {
    return Object.values(this).every((entries) => entries.length === 0);
  }
}

/** Adds what a name of the end shows. */
function addEntry(lists: Lists, run: Run, entry: Entry, where: ViewPath): void {
  const { written, changed } = entry.file;
  const made = written ?? (isBack(entry) ? null : entry.placed);
  const count = made ?? changed;
  if (!count || !where.mounted) return;
  const path = run.files.isDirectory(entry, where) ? `${where.path}/` : where.path;
  if (made) lists.outputs.push(reportEntry(path, made, digestOf(run, "output", where.view, path)));
  if (!written && changed) lists.changed.push(reportEntry(path, changed));
}

function listsByNamespace(run: Run): Lists[] {
  const { files, failedLookups, programs } = run;
  const namespaces = files.namespaces.map((view) => [view, new Lists()] as const);
  const byView = new Map<Namespace, Lists>(namespaces);
  const listsOf = (view: Namespace | null) => byView.get(view ?? files.namespaces[0])!;
  for (const [{ view, path }, count] of files.readFiles())
    listsOf(view).inputs.push(reportEntry(path, count, digestOf(run, "input", view, path)));
  for (const [{ view, path }, { times, first }] of files.listedDirectories()) {
    const directory = path === "/" ? path : `${path}/`;
    // Of a directory that was read in part, no listing has ended.
    listsOf(view).listed.push(reportEntry(directory, { times: Math.max(times, 1), first }));
  }
  for (const [{ view, path }, count] of files.removed())
    listsOf(view).removed.push(reportEntry(path, count));
  for (const [entry, where] of files.entries()) addEntry(listsOf(where.view), run, entry, where);
  for (const lookup of failedLookups.values())
    listsOf(lookup.view).probes.push(reportEntry(lookup.path, lookup, { errno: lookup.errno }));
  for (const program of programs.values()) {
    const { view, path, argv } = program;
    const digest = digestOf(run, "program", view, path);
    listsOf(view).programs.push(reportEntry(path, program, { argv, ...digest }));
  }
  return namespaces.map(([, lists]) => lists);
}

export function buildReport(activity: Run): Report {
  const [home, ...others] = listsByNamespace(activity);
  const [, ...views] = activity.files.namespaces;
  return {
    events: activity.events,
    processes: activity.forks + 1,
    ...home.sorted(),
    temporary: activity.files.temporary,
    hosts: reportEntries(activity.hosts),
    listened: reportEntries(activity.bound),
    mountNamespaces: others.flatMap((lists, index) =>
      lists.isEmpty ? [] : [{ mntns: Number(views[index].id), ...lists.sorted() }],
    ),
  };
}
