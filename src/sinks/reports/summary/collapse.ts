/** Makes long lists of files short: groups and full directories become one line each. */
import type { ReportEntry } from "./report.ts";

/** One line of a list: a file, or a directory or group with so many files. */
export interface CollapsedLine {
  readonly path: string;
  readonly files: number;
  readonly times: number;
  readonly pid: number;
  readonly comm: string;
  readonly errno?: string;
}

/** Above so many lines directories are folded: below the current directory, and elsewhere. */
const MAX_LINES_INSIDE = 100;
const MAX_LINES_OUTSIDE = 20;

function entryLine(entry: ReportEntry): CollapsedLine {
  const { path, times, pid, comm, errno } = entry;
  return { path, files: 1, times, pid, comm, ...(errno ? { errno } : {}) };
}

/** Several lines as one, under another name. */
function merge(path: string, lines: readonly CollapsedLine[]): CollapsedLine {
  const sum = (of: (line: CollapsedLine) => number) =>
    lines.reduce((total, line) => total + of(line), 0);
  const errnos = new Set(lines.map((line) => line.errno));
  const [errno] = errnos.size === 1 ? errnos : [undefined];
  const { pid, comm } = lines[0];
  const files = sum((line) => line.files);
  return { path, files, times: sum((line) => line.times), pid, comm, ...(errno ? { errno } : {}) };
}

/** The directory that a line stands in, with its slash; "" where it has none. */
function parentOf({ path }: CollapsedLine): string {
  const slash = path.lastIndexOf("/", path.length - 2);
  return path.slice(0, slash + 1);
}

/** Folds the directory with the most lines, again and again, until few enough are left. */
function collapseDirectories(lines: readonly CollapsedLine[], most: number): CollapsedLine[] {
  let left = [...lines];
  while (left.length > most) {
    const directory = fullestDirectory(left);
    if (directory === null) break;
    const inside = left.filter((line) => line.path.startsWith(directory));
    left = left.filter((line) => !line.path.startsWith(directory));
    left.push(merge(directory, inside));
  }
  return left;
}

/** The directory that most lines stand directly in, of several the deepest; null if all have one. */
function fullestDirectory(lines: readonly CollapsedLine[]): string | null {
  let best: string | null = null;
  let most = 1;
  for (const [directory, { length }] of Map.groupBy(lines, parentOf)) {
    const deeper = length === most && best !== null && directory.length > best.length;
    if (directory.length < 2 || (length <= most && !deeper)) continue;
    best = directory;
    most = length;
  }
  return best;
}

function byPath(a: CollapsedLine, b: CollapsedLine): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/**
 * @param directory paths below it are what the reader cares for: they come first and stay longer
 * @returns the lines of files in order, those below the directory first, then those of groups
 */
export function collapse(entries: readonly ReportEntry[], directory: string): CollapsedLine[] {
  const isGrouped = (entry: ReportEntry) => entry.group !== undefined;
  const below = directory.endsWith("/") ? directory : `${directory}/`;
  const files = entries.filter((entry) => !isGrouped(entry)).map(entryLine);
  const inside = files.filter((line) => line.path.startsWith(below));
  const outside = files.filter((line) => !line.path.startsWith(below));
  const groups = Map.groupBy(entries.filter(isGrouped), (entry) => entry.group as string);
  return [
    ...collapseDirectories(inside, MAX_LINES_INSIDE).sort(byPath),
    ...collapseDirectories(outside, MAX_LINES_OUTSIDE).sort(byPath),
    ...[...groups].map(([group, members]) => merge(group, members.map(entryLine))).sort(byPath),
  ];
}
