/** Renders a summary in GitHub's markdown, for the page of a CI job. */
import { printable } from "../../../text/printable.ts";
import { choiceTexts } from "./chosen.ts";
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

/** A comment, which ends the text that could become a link: links are found after all entities. */
const BREAK = "<!-- -->";
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;" };

/**
 * Escapes all markup, because names are untrusted: that of GitHub Flavored Markdown, its links of bare
 * addresses, and what GitHub adds to it, such as formulas between dollar signs.
 */
export function cell(text: string): string {
  if (text === "") return "";
  const plain = text
    .replace(
      /\\(?![A-Za-z0-9 ])|[`*_[\]~|$#&<]/g,
      (character) => ENTITIES[character] ?? numeric(character),
    )
    .replace(/(www)\./gi, `$1${numeric(".")}`)
    .replace(/@/g, `${BREAK}${numeric("@")}`)
    .replace(/(https?|ftp|mailto|xmpp):/gi, `$1${BREAK}${numeric(":")}`);
  return `<code>${plain}</code>`;
}

function numeric(character: string): string {
  return `&#${character.charCodeAt(0)};`;
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
  const { processes } = report;
  const ran = processes === null ? "" : `${pluralize(processes, "process", "processes")} ran.\n`;
  const remarks = choiceTexts(view.chosen, run).map((text) => `\n${cell(printable(text))}\n`);
  return `### Files of the command\n\n${parts.join("\n")}\n${ran}${remarks.join("")}${alert(run)}`;
}
