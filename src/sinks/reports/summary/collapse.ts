/** Shortens long lists of files: groups and full directories become one line each. */
import { directoryPrefix } from "../../../text/path.ts";
import type { EntryDigest, ReportEntry } from "./report.ts";

/** One line of a list: a file, or a directory or group of several. */
export interface CollapsedLine {
  readonly path: string;
  readonly files: number;
  readonly times: number;
  readonly pid: number;
  readonly comm: string;
  readonly errno?: string;
  readonly digest?: EntryDigest;
}

/** Directories are collapsed above these numbers of lines, below the current directory and elsewhere. */
const MAX_LINES_INSIDE = 100;
const MAX_LINES_OUTSIDE = 20;

function entryLine(entry: ReportEntry): CollapsedLine {
  const { path, times, pid, comm, errno, digest } = entry;
  const more = { ...(errno ? { errno } : {}), ...(digest ? { digest } : {}) };
  return { path, files: 1, times, pid, comm, ...more };
}

/** Merges several lines into one. */
function merge(path: string, lines: readonly CollapsedLine[]): CollapsedLine {
  const sum = (of: (line: CollapsedLine) => number) =>
    lines.reduce((total, line) => total + of(line), 0);
  const errnos = new Set(lines.map((line) => line.errno));
  const [errno] = errnos.size === 1 ? errnos : [undefined];
  const { pid, comm } = lines[0];
  const files = sum((line) => line.files);
  return { path, files, times: sum((line) => line.times), pid, comm, ...(errno ? { errno } : {}) };
}

/** Returns the directory of a path, with its slash; "" if it has none. */
function parentOf({ path }: CollapsedLine): string {
  const slash = path.lastIndexOf("/", path.length - 2);
  return path.slice(0, slash + 1);
}

/** Collapses the directory with the most lines until at most `maxLines` lines remain. */
function collapseDirectories(lines: readonly CollapsedLine[], maxLines: number): CollapsedLine[] {
  let remaining = [...lines];
  while (remaining.length > maxLines) {
    const directory = fullestDirectory(remaining);
    if (directory === null) break;
    const inside = remaining.filter((line) => line.path.startsWith(directory));
    remaining = remaining.filter((line) => !line.path.startsWith(directory));
    remaining.push(merge(directory, inside));
  }
  return remaining;
}

/** Returns the directory with the most lines directly in it, the deepest of several; null if none has two. */
function fullestDirectory(lines: readonly CollapsedLine[]): string | null {
  let best: string | null = null;
  let maxLength = 1;
  for (const [directory, { length }] of Map.groupBy(lines, parentOf)) {
    const deeper = length === maxLength && best !== null && directory.length > best.length;
    if (directory.length < 2 || (length <= maxLength && !deeper)) continue;
    best = directory;
    maxLength = length;
  }
  return best;
}

function byPath(a: CollapsedLine, b: CollapsedLine): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/**
 * Returns the lines of files, those below the directory first, then those of groups.
 * @param directory the current directory; paths below it are collapsed less
 */
export function collapse(entries: readonly ReportEntry[], directory: string): CollapsedLine[] {
  const isGrouped = (entry: ReportEntry) => entry.group !== undefined;
  const prefix = directoryPrefix(directory);
  const files = entries.filter((entry) => !isGrouped(entry)).map(entryLine);
  const inside = files.filter((line) => line.path.startsWith(prefix));
  const outside = files.filter((line) => !line.path.startsWith(prefix));
  const groups = Map.groupBy(entries.filter(isGrouped), (entry) => entry.group as string);
  return [
    ...collapseDirectories(inside, MAX_LINES_INSIDE).sort(byPath),
    ...collapseDirectories(outside, MAX_LINES_OUTSIDE).sort(byPath),
    ...[...groups].map(([group, members]) => merge(group, members.map(entryLine))).sort(byPath),
  ];
}
