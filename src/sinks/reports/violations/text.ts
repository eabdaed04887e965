/** Renders violations as text: at most about forty lines, however many there are. */
import { lossText } from "../../../events/loss.ts";
import { SECTIONS } from "../../../policy/sections.ts";
import { printable, printableLine } from "../../../text/printable.ts";
import { padToWidth, textWidth } from "../../../text/terminal-width.ts";
import { groupViolations, type ViolationLine } from "./groups.ts";
import { type CheckReport, entryLine, nearText, ofPolicy, plural, whenText } from "./report.ts";

const MAX_WIDTH = 60;
/** Lines of what to add, with the headings. */
const MAX_ADDITIONS = 10;
const MAX_CONFIG = 20;

export function renderText(report: CheckReport): string {
  return textLines(report)
    .map((line) => `${printableLine(line)}\n`)
    .join("");
}

/** Returns the lines, safe to be shown. */
export function textLines(report: CheckReport): string[] {
  const { violations } = report;
  if (violations.length === 0) return [...incompleteLines(report)];
  return [
    `${plural(violations.length, "violation")}${ofPolicy(report)}`,
    ...groupViolations(violations).flatMap(({ title, lines }) => [
      title,
      ...tableOf(lines, report.started),
    ]),
    ...additionLines(report),
    ...configLines(report),
    ...incompleteLines(report),
  ];
}

function tableOf(lines: readonly ViolationLine[], started: number): string[] {
  const width = Math.min(MAX_WIDTH, Math.max(...lines.map(({ what }) => textWidth(what))));
  return lines.map(({ violations: [first, ...others], what }) => {
    const { subject, near } = first;
    const { kind, time } = subject.access;
    const remarks = [
      whenText(time, started),
      ...([first, ...others].some((each) => each.subject.isSecret) ? ["secret"] : []),
      ...(near && others.length === 0 ? [`near ${nearText(near)}`] : []),
    ].filter((text) => text !== "");
    return `  ${kind.padEnd(8)}${padToWidth(what, width)}  ${remarks.join("; ")}`.trimEnd();
  });
}

function additionLines({ additions, lock }: CheckReport): string[] {
  const lines = SECTIONS.flatMap((section) =>
    additions[section].length
      ? [`  [${section}]`, ...additions[section].map((text) => `  ${entryLine(text)}`)]
      : [],
  );
  if (lines.length === 0 || lock === null) return [];
  const more = lines.length - MAX_ADDITIONS;
  const name = printable(Buffer.from(lock).toString("latin1"));
  return [
    `To allow ${lines.length === 2 ? "this" : "these"}, add to ${name}:`,
    ...(more > 1 ? [...lines.slice(0, MAX_ADDITIONS), `  … ${more} more lines`] : lines),
  ];
}

function configLines({ config, task }: CheckReport): string[] {
  if (task === null || config.length === 0) return [];
  const more = config.length - MAX_CONFIG;
  return [
    `To declare these, add to ${printable(Buffer.from(task).toString("latin1"))}:`,
    ...config.slice(0, more > 1 ? MAX_CONFIG : undefined).map((line) => `  ${printable(line)}`),
    ...(more > 1 ? [`  … ${more} more lines`] : []),
  ];
}

function incompleteLines({ complete, losses }: CheckReport): string[] {
  if (complete !== false) return [];
  const missing = (losses ?? []).map((loss) => lossText(loss)).join("; ");
  return [`INCOMPLETE: ${printable(missing)}: there may be more`];
}
