/**
 * Renders violations as workflow commands of GitHub Actions, which become annotations, and as markdown
 * for the page of a job. What comes from names cannot end a command, begin another one, or be markup.
 */
import { printable } from "../../../text/printable.ts";
import { groupViolations } from "./groups.ts";
import { placeOf } from "./place.ts";
import { type CheckReport, nearText, plural, remedyText } from "./report.ts";
import { textLines } from "./text.ts";

/** Escapes the message of a workflow command. */
export function message(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Escapes a property of a workflow command. */
export function property(text: string): string {
  return message(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

export function renderGithub(report: CheckReport): string {
  const lines = groupViolations(report.violations).flatMap(({ title, lines }) =>
    lines.map(({ violations, what }) => {
      const [first] = violations;
      const { kind } = first.subject.access;
      const place = placeOf(first, report);
      const near = first.near ? `; nearly allowed by ${nearText(first.near)}` : "";
      const allow = violations.length === 1 ? `; to allow it, ${remedyText(first, report)}` : "";
      const properties = [
        ...(place ? [`file=${property(printable(place.file))}`, `line=${place.line}`] : []),
        `title=${property(`undeclared ${kind}: ${what}`)}`,
      ];
      return `::error ${properties.join(",")}::${message(`${title}${near}${allow}`)}\n`;
    }),
  );
  const lost = report.complete === false ? [`::error::${message(incomplete(report))}\n`] : [];
  return [...lines, ...lost].join("");
}

function incomplete(report: CheckReport): string {
  return textLines({ ...report, violations: [] }).join("; ");
}

/** Renders the section of a job's page. */
export function renderSummaryPage(report: CheckReport): string {
  const lines = textLines(report);
  const count = report.violations.length;
  const title = count === 0 ? "no violations" : plural(count, "violation");
  if (lines.length === 0) return `### trace check: ${title}\n`;
  return `### trace check: ${title}\n\n${codeBlock(lines)}`;
}

/** Renders lines as a block of code in markdown, whose fence no line of it can end. */
export function codeBlock(lines: readonly string[]): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []);
  const longest = Math.max(0, ...runs.map((run) => run.length));
  const fence = "`".repeat(Math.max(longest + 1, 3));
  return `${fence}text\n${lines.join("\n")}\n${fence}\n`;
}
