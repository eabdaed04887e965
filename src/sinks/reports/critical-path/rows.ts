/** The rows of a critical path, for its text and its markdown. */
import { latin1Slice, sliceToLatin1 } from "../../../text/latin1.ts";
import { printable, printableText } from "../../../text/printable.ts";
import { shellQuote } from "../../../text/shell-quote.ts";
import { truncateToWidth } from "../../../text/terminal-width.ts";
import { pluralize } from "../summary/sections.ts";
import type { PathReport, ReportPart } from "./report.ts";

/** Shorter parts are shown together, unless all are shown: a share of the run. */
const MIN_SHARE = 0.01;
/** Parts that are shown even if they are shorter: the longest ones. */
const MIN_PARTS = 10;
/** Programs that are shown besides those that take that share. */
const MIN_PROGRAMS = 3;
const MAX_COMMAND_WIDTH = 100;

/** The cells of a row. */
export type Row = readonly string[];

export interface PathTables {
  /** "1.234 s, 12 processes, most time first". */
  readonly title: string;
  readonly programs: readonly Row[];
  readonly parts: readonly Row[];
}

function secondsText(seconds: number): string {
  return `${seconds.toFixed(3)} s`;
}

function shareText(seconds: number, all: number): string {
  return all > 0 ? `${((100 * seconds) / all).toFixed(1)} %` : "";
}

/** @param allParts whether short parts are shown, too */
export function pathTables(report: PathReport, allParts: boolean): PathTables {
  const { seconds, processes } = report;
  const count = pluralize(processes, "process", "processes");
  return {
    title: `Critical path: ${secondsText(seconds)}, ${count}`,
    programs: programRows(report, allParts),
    parts: partRows(report, allParts),
  };
}

function programRows({ programs, seconds: all }: PathReport, allParts: boolean): Row[] {
  const isShown = (seconds: number, index: number) =>
    allParts || index < MIN_PROGRAMS || seconds >= MIN_SHARE * all;
  const shown = programs.filter(({ seconds }, index) => isShown(seconds, index));
  const rest = programs.slice(shown.length);
  const rows = shown.map(({ program, seconds, processes }) => [
    ...[secondsText(seconds), shareText(seconds, all), printableText(printable(program))],
    pluralize(processes, "process", "processes"),
  ]);
  if (rest.length === 0) return rows;
  const sum = rest.reduce((total, { seconds }) => total + seconds, 0);
  const other = `… ${pluralize(rest.length, "other program")}`;
  return [...rows, [secondsText(sum), shareText(sum, all), other, ""]];
}

function partRows({ parts, seconds: all }: PathReport, allParts: boolean): Row[] {
  const longest = parts.map(({ seconds }) => seconds).sort((a, b) => b - a);
  const least = Math.min(MIN_SHARE * all, longest[MIN_PARTS - 1] ?? 0);
  const rows: Row[] = [];
  let short: ReportPart[] = [];
  const endShort = () => {
    if (short.length > 1) rows.push(shortRow(short));
    else rows.push(...short.map(partRow));
    short = [];
  };
  for (const part of parts) {
    if (!allParts && part.seconds < least) short.push(part);
    else {
      endShort();
      rows.push(partRow(part));
    }
  }
  endShort();
  return rows;
}

function partRow({ start, seconds, pid, comm, argv }: ReportPart): Row {
  const who = printableText(`${printable(comm)}[${pid}]`);
  return [secondsText(start), secondsText(seconds), who, commandText(argv)];
}

function shortRow(parts: readonly ReportPart[]): Row {
  const sum = parts.reduce((total, { seconds }) => total + seconds, 0);
  const what = `… ${pluralize(parts.length, "shorter part")}`;
  return [secondsText(parts[0].start), secondsText(sum), what, ""];
}

function commandText(argv: readonly string[]): string {
  const text = printable(sliceToLatin1(shellQuote(argv.map(latin1Slice))));
  return truncateToWidth(text, MAX_COMMAND_WIDTH);
}
