/** The sections of a summary, for its text and its markdown. */
import { latin1Slice, sliceToLatin1 } from "../../../text/latin1.ts";
import { directoryPrefix } from "../../../text/path.ts";
import { printable, printableText } from "../../../text/printable.ts";
import { shellQuote } from "../../../text/shell-quote.ts";
import { truncateToWidth } from "../../../text/terminal-width.ts";
import type { ShownPaths } from "./chosen.ts";
import { type CollapsedLine, collapse } from "./collapse.ts";
import type { FileLists, Report, ReportEntry } from "./report.ts";

export interface SectionRow {
  /** The path, relative if it is below the current directory. */
  readonly what: string;
  /** "3 times", "12 files". */
  readonly count: string;
  /** The first process. */
  readonly who: string;
}

export interface Section {
  readonly title: string;
  /** "5 files", "2 files (3 temporary)". */
  readonly total: string;
  readonly rows: readonly SectionRow[];
}

export interface SummaryView {
  /** The absolute path of the current directory. */
  readonly directory: string;
  /** Whether to show every file of groups and full directories. */
  readonly allFiles: boolean;
  /** The lines that text shall fit on, and what to add if it does not; null or absent for any length. */
  readonly fold?: { readonly lines: number; readonly hint: string } | null;
  /** Whether the names in JSON are escaped by backslashes. */
  readonly escapes?: boolean;
  /** What is shown; null or absent for all. */
  readonly chosen?: ShownPaths | null;
}

/** Singular and plural. */
type Noun = readonly [string, string];
const FILES: Noun = ["file", "files"];
const DIRECTORIES: Noun = ["directory", "directories"];
const PATHS: Noun = ["path", "paths"];
const PROGRAMS: Noun = ["program", "programs"];
const ADDRESSES: Noun = ["address", "addresses"];

export function pluralize(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function relativePath(path: string, directory: string): string {
  const prefix = directoryPrefix(directory);
  return path.startsWith(prefix) && path !== prefix ? path.slice(prefix.length) : path;
}

function countText({ files, times }: CollapsedLine, noun: Noun): string {
  if (files > 1) return pluralize(files, ...noun);
  return times > 1 ? pluralize(times, "time") : "";
}

/** Returns "sh[42]". A name that ends in "##" is no command of a CI job with what follows it. */
function processText({ comm, pid }: { readonly comm: string; readonly pid: number }): string {
  return printableText(`${printable(comm)}[${pid}]`);
}

/** Digits of a digest in text: JSON has them all. */
const DIGEST_DIGITS = 16;

/** Returns "  sha256:0123456789abcdef", "  changed"; "" for a line without a digest. */
function digestText({ digest }: CollapsedLine): string {
  if (!digest) return "";
  const { sha256, state } = digest;
  const mark = state === "exact" ? "" : `  ${state}`;
  return sha256 === null ? mark : `  sha256:${sha256.slice(0, DIGEST_DIGITS)}${mark}`;
}

function sectionRow(line: CollapsedLine, view: SummaryView, noun: Noun): SectionRow {
  const path = printable(relativePath(line.path, view.directory));
  return {
    what: line.errno ? `${line.errno}  ${path}` : path,
    count: countText(line, noun),
    who: `${processText(line)}${digestText(line)}`,
  };
}

function fileSection(
  title: string,
  entries: readonly ReportEntry[],
  view: SummaryView,
  { noun = FILES, remark = "" }: { noun?: Noun; remark?: string } = {},
): Section {
  const lines: readonly CollapsedLine[] = view.allFiles
    ? entries.map((entry) => ({ ...entry, files: 1 }))
    : collapse(entries, view.directory);
  const total = `${pluralize(entries.length, ...noun)}${remark}`;
  return { title, total, rows: lines.map((line) => sectionRow(line, view, noun)) };
}

const MAX_COMMAND_WIDTH = 60;

function commandLine(argv: readonly string[]): string {
  const text = printable(sliceToLatin1(shellQuote(argv.map(latin1Slice))));
  return truncateToWidth(text, MAX_COMMAND_WIDTH);
}

function otherSection(
  title: string,
  noun: Noun,
  entries: readonly ReportEntry[],
  view: SummaryView,
): Section {
  const rows = entries.map((entry) => ({
    what: printable(relativePath(entry.path, view.directory)),
    count: entry.times > 1 ? pluralize(entry.times, "time") : "",
    who: entry.argv?.length ? commandLine(entry.argv) : processText(entry),
  }));
  return { title, total: pluralize(entries.length, ...noun), rows };
}

/** @param where follows the titles: " in mount namespace 4026532177" */
function listSections(lists: FileLists, view: SummaryView, remark = "", where = ""): Section[] {
  return [
    fileSection(`Inputs${where}`, lists.inputs, view),
    fileSection(`Outputs${where}`, lists.outputs, view, { remark }),
    fileSection(`Directories listed${where}`, lists.listed, view, { noun: DIRECTORIES }),
    fileSection(`Removed${where}`, lists.removed, view),
    fileSection(`Changed attributes${where}`, lists.changed, view),
    fileSection(`Not found${where}`, lists.probes, view, { noun: PATHS }),
    otherSection(`Programs run${where}`, PROGRAMS, lists.programs, view),
  ];
}

/**
 * Returns the sections of a report in order. Sections without rows are omitted, except the inputs and
 * outputs.
 */
export function reportSections(report: Report, view: SummaryView): Section[] {
  const temporary = report.temporary ? ` (and ${report.temporary} temporary)` : "";
  const [inputs, outputs, ...sometimes] = [
    ...listSections(report, view, temporary),
    otherSection("Connected to", ADDRESSES, report.hosts, view),
    otherSection("Listened at", ADDRESSES, report.listened, view),
    ...report.mountNamespaces.flatMap((lists) =>
      listSections(lists, { ...view, directory: "/" }, "", ` in mount namespace ${lists.mntns}`),
    ),
  ];
  return [inputs, outputs, ...sometimes.filter((section) => section.rows.length > 0)];
}
