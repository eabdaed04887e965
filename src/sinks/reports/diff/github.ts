/** Renders differences as workflow commands of GitHub Actions, and as markdown for the page of a job. */
import { codeBlock, message, property } from "../violations/github.ts";
import { plural } from "../violations/report.ts";
import { culprit, type DiffReport, differenceText } from "./report.ts";
import { textLines } from "./text.ts";

/** GitHub shows this many annotations of a step. */
const MAX_ANNOTATIONS = 10;

export function renderGithub(report: DiffReport): string {
  const { differences } = report;
  const lines = differences.slice(0, MAX_ANNOTATIONS).map((difference, index) => {
    const command = index === 0 ? "error" : "warning";
    const title = index === 0 ? "first difference" : "difference";
    const who = culprit(difference);
    const text = differenceText(difference) + (who === "" ? "" : ` (${who})`);
    return `::${command} title=${property(`trace diff: ${title}`)}::${message(text)}\n`;
  });
  const lost = textLines({ ...report, differences: [] });
  return [...lines, ...lost.map((line) => `::error::${message(line)}\n`)].join("");
}

/** Renders the section of a job's page. */
export function renderSummaryPage(report: DiffReport): string {
  const count = report.differences.length;
  const title = count === 0 ? "no differences" : plural(count, "difference");
  const lines = textLines(report);
  return `### trace diff: ${title}\n${lines.length ? `\n${codeBlock(lines)}` : ""}`;
}
