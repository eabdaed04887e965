/** Renders a summary as one JSON object, with every file. */
import { surrogateEscape } from "../../../text/surrogate-escape.ts";
import type { Report, ReportEntry } from "./report.ts";

function escapeEntry({ path, argv, ...rest }: ReportEntry) {
  return {
    path: surrogateEscape(path),
    ...rest,
    ...(argv ? { argv: argv.map(surrogateEscape) } : {}),
  };
}

export function renderJson(report: Report): string {
  const escapedReport = Object.fromEntries(
    Object.entries(report).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(escapeEntry) : value,
    ]),
  );
  return `${JSON.stringify(escapedReport, null, 2)}\n`;
}
