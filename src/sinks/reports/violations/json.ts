/** Renders violations as one JSON object, or as one object a line. */
import { formatEntry } from "../../../policy/entry.ts";
import type { Violation } from "../../../policy/judge.ts";
import { printableJson } from "../../../text/printable.ts";
import { surrogateEscape } from "../../../text/surrogate-escape.ts";
import { type CheckReport, chainOf, isoTime } from "./report.ts";

export function renderJson(report: CheckReport): string {
  const { violations } = report;
  const object = { ...head(report), violations: violations.map((each) => item(each, report)) };
  return `${printableJson(JSON.stringify(object, null, 2))}\n`;
}

/** One line for each violation, then one with what is known of the run. */
export function renderNdjson(report: CheckReport): string {
  const objects = [
    ...report.violations.map((violation) => item(violation, report)),
    { result: { ...head(report), violations: report.violations.length } },
  ];
  return objects.map((object) => `${printableJson(JSON.stringify(object))}\n`).join("");
}

function head({ lock, task, command, status, complete, losses }: CheckReport) {
  return { lock, task, command, status, complete, losses };
}

/** Returns a duration to a microsecond: times are not more exact. */
function secondsBetween(start: number, end: number): number {
  return Math.round(Math.max(end - start, 0) / 1e3) / 1e6;
}

/** Returns a violation as an object; strings have U+DC00 + byte for bytes that are not UTF-8. */
export function item({ subject, section, text, near }: Violation, { started }: CheckReport) {
  const { access, path, isSecret } = subject;
  const { kind, time, times, process } = access;
  return {
    kind,
    section,
    path: surrogateEscape(path),
    entry: surrogateEscape(formatEntry(text)),
    secret: isSecret,
    times,
    time: isoTime(time),
    after: time === 0 || started === 0 ? null : secondsBetween(started, time),
    processes: chainOf(process, time).map(({ pid, comm, argv }) => ({
      pid,
      comm: surrogateEscape(comm),
      argv: argv.map(surrogateEscape),
    })),
    nearest: near && {
      section: near.section,
      entry: surrogateEscape(formatEntry(near.entry.text)),
      line: near.entry.line,
    },
  };
}
