/** Renders a critical path as text, markdown or JSON. */
import type { Output } from "../../../core/sink.ts";
import { backslashEscape, escapeStrings } from "../../../text/backslash-escape.ts";
import { printable, printableJson, printableLine } from "../../../text/printable.ts";
import { surrogateEscape } from "../../../text/surrogate-escape.ts";
import { padToWidth, textWidth } from "../../../text/terminal-width.ts";
import { choiceTexts } from "../summary/chosen.ts";
import { cell } from "../summary/markdown.ts";
import { type CombinedRun, incompleteText } from "../summary/run.ts";
import type { SummaryFormat } from "../summary/sink.ts";
import type { PathReport } from "./report.ts";
import { pathTables, type Row } from "./rows.ts";

export interface PathView {
  /** Whether short parts are shown, too. */
  readonly allParts: boolean;
  /** Whether the names in JSON are escaped by backslashes. */
  readonly escapes: boolean;
}

type Renderer = (report: PathReport, view: PathView, run: CombinedRun) => string;

const RENDERERS: Readonly<Record<SummaryFormat, Renderer>> = {
  text: renderText,
  markdown: renderMarkdown,
  json: renderJson,
};

/** Longer names do not widen a column. */
const MAX_WIDTH = 40;

/** @param right the columns that are aligned to the right */
function table(rows: readonly Row[], right: readonly number[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.min(
      MAX_WIDTH,
      rows.reduce((max, row) => Math.max(max, textWidth(row[column])), 0),
    ),
  );
  const lines = rows.map((row) =>
    row
      .map((text, column) => {
        const spaces = " ".repeat(Math.max(0, widths[column] - textWidth(text)));
        return right.includes(column) ? spaces + text : padToWidth(text, widths[column]);
      })
      .join("  ")
      .trimEnd(),
  );
  return lines.map((line) => printableLine(`  ${line}\n`)).join("");
}

function renderText(report: PathReport, { allParts }: PathView, run: CombinedRun): string {
  const { title, programs, parts } = pathTables(report, allParts);
  const remarks = [...choiceTexts(null, run), incompleteText(run)]
    .filter((text) => text !== null)
    .map((text) => `\n${printable(text)}\n`);
  return `${title}\n${table(programs, [0, 1])}\nIn the order of time:\n${table(parts, [0, 1])}${remarks.join("")}`;
}

function renderMarkdown(report: PathReport, { allParts }: PathView, run: CombinedRun): string {
  const { title, programs, parts } = pathTables(report, allParts);
  const lines = (rows: readonly Row[]) =>
    rows.map((row) => `| ${row.map(cell).join(" | ")} |\n`).join("");
  const incomplete = incompleteText(run);
  const alert = incomplete === null ? "" : `\n> [!WARNING]\n> ${cell(printable(incomplete))}\n`;
  const remarks = choiceTexts(null, run).map((text) => `\n${cell(printable(text))}\n`);
  return [
    `### ${title}\n\n| time | share | program | processes |\n|--:|--:|:--|--:|\n${lines(programs)}`,
    `\n| start | time | process | command |\n|--:|--:|:--|:--|\n${lines(parts)}${remarks.join("")}${alert}`,
  ].join("");
}

function renderJson(report: PathReport, { escapes }: PathView, run: CombinedRun): string {
  const toText = escapes ? backslashEscape : surrogateEscape;
  const head = escapes ? { ...(escapeStrings(run) as object), escaped: true } : run;
  const programs = report.programs.map((each) => ({ ...each, program: toText(each.program) }));
  const parts = report.parts.map(({ comm, path, argv, program, ...part }) => ({
    ...part,
    comm: toText(comm),
    program: toText(program),
    path: path === null ? null : toText(path),
    argv: argv.map(toText),
  }));
  const object = { ...head, criticalPath: { ...report, programs, parts } };
  return `${printableJson(JSON.stringify(object, null, 2))}\n`;
}

export function writeCriticalPath(
  report: PathReport,
  output: Output,
  format: SummaryFormat,
  view: PathView,
  run: CombinedRun,
): void {
  const bytes = new TextEncoder().encode(RENDERERS[format](report, view, run));
  output.write(bytes, bytes.length);
}
