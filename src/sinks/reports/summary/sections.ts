/** What the text and the markdown of a summary have in common: its sections, each with its lines. */
import { Slice } from "../../../events/column.ts";
import { nameOf, shown } from "../../../text/printable.ts";
import { shellWords } from "../../../text/shell-quote.ts";
import { fold, type Line } from "./collapse.ts";
import type { Entry, Report } from "./report.ts";

export interface Row {
  /** The path, relative where it lies below the current directory. */
  readonly what: string;
  /** "3 times", "12 files". */
  readonly count: string;
  /** Who did it first. */
  readonly who: string;
}

export interface Section {
  readonly title: string;
  /** "5 files", "2 files (3 temporary)". */
  readonly total: string;
  readonly rows: readonly Row[];
}

export interface View {
  /** Absolute path of the directory that paths are shown relative to. */
  readonly directory: string;
  /** Show each file of groups and full directories. */
  readonly allFiles: boolean;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function relative(path: string, directory: string): string {
  const below = directory.endsWith("/") ? directory : `${directory}/`;
  return path.startsWith(below) && path !== below ? path.slice(below.length) : path;
}

function countOf({ files, times }: Line): string {
  if (files > 1) return plural(files, "file");
  return times > 1 ? plural(times, "time") : "";
}

function rowOf(line: Line, view: View): Row {
  const path = shown(relative(line.path, view.directory));
  return {
    what: line.errno ? `${line.errno}  ${path}` : path,
    count: countOf(line),
    who: `${shown(line.comm)}[${line.pid}]`,
  };
}

function files(
  title: string,
  entries: readonly Entry[],
  view: View,
  { noun = "file", remark = "" } = {},
): Section {
  const lines: readonly Line[] = view.allFiles
    ? entries.map((entry) => ({ ...entry, files: 1 }))
    : fold(entries, view.directory);
  const total = `${plural(entries.length, noun)}${remark}`;
  return { title, total, rows: lines.map((line) => rowOf(line, view)) };
}

const LONGEST_COMMAND = 60;

function commandLine(argv: readonly string[]): string {
  const words = shellWords(argv.map((word) => new Slice(Buffer.from(word, "latin1"))));
  const text = shown(nameOf(words.bytes, words.start, words.length));
  return text.length > LONGEST_COMMAND ? `${text.slice(0, LONGEST_COMMAND - 1)}…` : text;
}

function others(
  title: string,
  noun: readonly [string, string],
  entries: readonly Entry[],
  view: View,
): Section {
  const rows = entries.map((entry) => ({
    what: shown(relative(entry.path, view.directory)),
    count: entry.times > 1 ? plural(entry.times, "time") : "",
    who: entry.argv?.length ? commandLine(entry.argv) : `${shown(entry.comm)}[${entry.pid}]`,
  }));
  return { title, total: plural(entries.length, ...noun), rows };
}

const PROGRAMS = ["program", "programs"] as const;
const ADDRESSES = ["address", "addresses"] as const;

/**
 * The sections of a report in the order in which they are shown. Those without rows are left out,
 * but for the inputs and outputs: that there are none is worth saying.
 */
export function sections(report: Report, view: View): Section[] {
  const temporary = report.temporary ? ` (and ${report.temporary} temporary)` : "";
  const always = [
    files("Inputs", report.inputs, view),
    files("Outputs", report.outputs, view, { remark: temporary }),
  ];
  const sometimes = [
    files("Removed", report.removed, view),
    files("Changed attributes", report.changed, view),
    files("Looked for in vain", report.probes, view, { noun: "path" }),
    others("Programs run", PROGRAMS, report.programs, view),
    others("Connected to", ADDRESSES, report.hosts, view),
    others("Listened at", ADDRESSES, report.listened, view),
  ];
  return [...always, ...sometimes.filter((section) => section.rows.length > 0)];
}
