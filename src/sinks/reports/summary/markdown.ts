/** Renders a summary in GitHub's markdown, for the page of a CI job. */
import { printable } from "../../../text/printable.ts";
import type { Report } from "./report.ts";
import { type CombinedRun, incompleteText } from "./run.ts";
import {
  pluralize,
  reportSections,
  type Section,
  type SectionRow,
  type SummaryView,
} from "./sections.ts";

/** Sections with more rows are initially closed. */
const MAX_OPEN_ROWS = 20;

/** Escapes all markup, because names are untrusted. */
function cell(text: string): string {
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("|", "&#124;");
  return plain === "" ? "" : `<code>${plain.replaceAll("`", "&#96;")}</code>`;
}

/** Returns an alert of GitHub's markdown if events are missing. */
function alert(run: CombinedRun): string {
  const text = incompleteText(run);
  return text === null ? "" : `\n> [!WARNING]\n> ${cell(printable(text))}\n`;
}

function table(rows: readonly SectionRow[]): string {
  const lines = rows.map((row) => `| ${cell(row.what)} | ${row.count} | ${cell(row.who)} |\n`);
  return `| | | first |\n|:--|--:|:--|\n${lines.join("")}`;
}

function section({ title, total, rows }: Section): string {
  const open = rows.length <= MAX_OPEN_ROWS ? " open" : "";
  const body = rows.length ? `\n${table(rows)}` : "";
  return `<details${open}><summary><b>${title}</b>: ${total}</summary>\n${body}\n</details>\n`;
}

export function renderMarkdown(report: Report, view: SummaryView, run: CombinedRun): string {
  const parts = reportSections(report, view).map(section);
  const ran = pluralize(report.processes, "process", "processes");
  return `### Files of the command\n\n${parts.join("\n")}\n${ran} ran.\n${alert(run)}`;
}
