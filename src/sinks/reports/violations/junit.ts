/** Renders violations as JUnit XML: a failed test case for each, one that passed if there is none. */
import { printable } from "../../../text/printable.ts";
import {
  type CheckReport,
  chainOf,
  chainText,
  entryLine,
  nearText,
  remedyText,
  whenText,
} from "./report.ts";
import { textLines } from "./text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** XML has no control characters and no noncharacters; printable text lacks the former. */
function xml(text: string): string {
  return text.replace(/[\ufffe\uffff]/g, "\ufffd").replace(/[&<>"]/g, (each) => ENTITIES[each]);
}

export function renderJunit(report: CheckReport): string {
  const { violations, complete, lock } = report;
  const name = xml(printable(Buffer.from(lock ?? "trace check").toString("latin1")));
  const cases = violations.map((violation) => {
    const { subject, text, near } = violation;
    const { kind, process, time } = subject.access;
    const links = chainOf(process, time);
    const title = xml(`${kind} ${entryLine(text)}`);
    const details = [
      chainText(links),
      `at ${whenText(time, report.started)}`,
      ...(near ? [`nearly allowed by ${nearText(near)}`] : []),
      `to allow it, ${remedyText(violation, report)}`,
    ];
    return (
      `    <testcase classname="${xml(chainText(links.slice(0, 1)))}" name="${title}">\n` +
      `      <failure message="undeclared ${title}">${xml(details.join("\n"))}</failure>\n` +
      "    </testcase>\n"
    );
  });
  if (complete === false)
    cases.push(
      `    <testcase classname="trace" name="the record is complete">\n` +
        `      <error message="${xml(textLines({ ...report, violations: [] }).join("; "))}"/>\n` +
        "    </testcase>\n",
    );
  if (cases.length === 0) cases.push(`    <testcase classname="trace" name="no violations"/>\n`);
  const errors = complete === false ? 1 : 0;
  const counts = `tests="${cases.length}" failures="${violations.length}" errors="${errors}"`;
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites ${counts}>\n  <testsuite name="${name}" ${counts}>\n` +
    `${cases.join("")}  </testsuite>\n</testsuites>\n`
  );
}
