/** A summary for a person at a terminal. */
import type { Report } from "./report.ts";
import { plural, type Row, type Section, sections, type View } from "./sections.ts";

/** Longer paths do not push the columns beside them away. */
const WIDEST = 60;

function table(rows: readonly Row[]): string {
  const width = (of: (row: Row) => string) =>
    Math.min(WIDEST, Math.max(...rows.map((row) => of(row).length)));
  const [what, count] = [width((row) => row.what), width((row) => row.count)];
  return rows
    .map((row) => `  ${row.what.padEnd(what)}  ${row.count.padStart(count)}  ${row.who}`.trimEnd())
    .map((line) => `${line}\n`)
    .join("");
}

function section({ title, total, rows }: Section): string {
  return `${title}: ${total}\n${rows.length ? table(rows) : ""}`;
}

export function text(report: Report, view: View): string {
  const parts = sections(report, view).map(section);
  return `${parts.join("\n")}\n${plural(report.processes, "process", "processes")} ran\n`;
}
