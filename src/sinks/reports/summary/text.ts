/** Renders a summary as text. */
import { printable, printableLine } from "../../../text/printable.ts";
import { padToWidth, textWidth } from "../../../text/terminal-width.ts";
import { choiceTexts } from "./chosen.ts";
import { foldSections } from "./fold.ts";
import type { Report } from "./report.ts";
import { type CombinedRun, incompleteText } from "./run.ts";
import {
  pluralize,
  reportSections,
  type Section,
  type SectionRow,
  type SummaryView,
} from "./sections.ts";

/** Longer paths do not widen the column. */
const MAX_WIDTH = 60;

function table(rows: readonly SectionRow[]): string {
  const width = (of: (row: SectionRow) => string) =>
    Math.min(
      MAX_WIDTH,
      rows.reduce((max, row) => Math.max(max, textWidth(of(row))), 0),
    );
  const [what, count] = [width((row) => row.what), width((row) => row.count)];
  return rows
    .map((row) =>
      `  ${padToWidth(row.what, what)}  ${row.count.padStart(count)}  ${row.who}`.trimEnd(),
    )
    .map((line) => `${printableLine(line)}\n`)
    .join("");
}

function section({ title, total, rows }: Section): string {
  return `${title}: ${total}\n${rows.length ? table(rows) : ""}`;
}

export function renderText(report: Report, view: SummaryView, run: CombinedRun): string {
  const { processes } = report;
  const ran = processes === null ? "" : `${pluralize(processes, "process", "processes")} ran\n`;
  const remarks = [...choiceTexts(view.chosen, run), incompleteText(run)]
    .filter((text) => text !== null)
    .map((text) => `${printable(text)}\n`);
  const sections = reportSections(report, view);
  const rest = sections.length + (ran ? 1 : 0) + remarks.length + 1;
  const { fold } = view;
  const folded = fold ? foldSections(sections, fold.lines - rest) : sections;
  const hint = fold && folded !== sections ? `${fold.hint}\n` : "";
  return `${folded.map(section).join("\n")}\n${ran}${remarks.join("")}${hint}`;
}
