/** A summary as one JSON object: every file, nothing folded. */
import { escaped } from "../../../text/printable.ts";
import type { Entry, Report } from "./report.ts";

function entryOf({ path, argv, ...rest }: Entry) {
  return { path: escaped(path), ...rest, ...(argv ? { argv: argv.map(escaped) } : {}) };
}

export function json(report: Report): string {
  const escapedReport = Object.fromEntries(
    Object.entries(report).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(entryOf) : value,
    ]),
  );
  return `${JSON.stringify(escapedReport, null, 2)}\n`;
}
