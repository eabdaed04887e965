/** Renders differences for people: the first one in time is the first line. */
import { lossText } from "../../../events/loss.ts";
import { printable, printableLine } from "../../../text/printable.ts";
import { commandText, plural } from "../violations/report.ts";
import { culprit, type DiffReport, type DiffRun, differenceText } from "./report.ts";

/** Differences that are shown unless all are wanted. */
export const MAX_SHOWN = 30;

export function renderText(report: DiffReport, showsAll = false): string {
  return textLines(report, showsAll)
    .map((line) => `${printableLine(line)}\n`)
    .join("");
}

/** Returns the lines, safe to be shown. */
export function textLines(report: DiffReport, showsAll = false): string[] {
  const { differences, hasTimes, a, b } = report;
  const shown = showsAll ? differences : differences.slice(0, MAX_SHOWN);
  const lines: string[] = [];
  let latest = "";
  for (const difference of shown) {
    lines.push(differenceText(difference));
    const who = culprit(difference);
    if (who !== latest && who !== "")
      lines.push(`    ${hasTimes ? `${(difference.at / 1e9).toFixed(3)} s, ` : ""}${who}`);
    latest = who;
  }
  const more = differences.length - shown.length;
  if (more > 0) lines.push(`… ${more} more`);
  if (differences.length > 0) lines.push(plural(differences.length, "difference"), ...legend(a, b));
  return [...lines, ...incompleteLines("A", a), ...incompleteLines("B", b)];
}

function legend(a: DiffRun, b: DiffRun): string[] {
  return [`A is ${runText(a)}`, `B is ${runText(b)}`, ...directories(a, b)];
}

function runText({ name, command, started }: DiffRun): string {
  const parts = [
    printable(name),
    ...(command?.length ? [commandText(command.map(toLatin1))] : []),
    ...(started === null ? [] : [printable(toLatin1(started))]),
  ];
  return parts.join(", ");
}

function directories(a: DiffRun, b: DiffRun): string[] {
  if (a.cwd === null || b.cwd === null || a.cwd === b.cwd) return [];
  const [inA, inB] = [a.cwd, b.cwd].map((cwd) => commandText([toLatin1(cwd)]));
  return [`The working directories differ: ${inA} in A, ${inB} in B`];
}

function incompleteLines(side: string, { complete, losses }: DiffRun): string[] {
  if (complete !== false) return [];
  const missing = (losses ?? []).map((loss) => lossText(loss)).join("; ");
  return [
    `${side} is INCOMPLETE: ${printable(toLatin1(missing))}: not all that differs may be here`,
  ];
}

const toLatin1 = (text: string) => Buffer.from(text).toString("latin1");
