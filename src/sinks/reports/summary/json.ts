/** Renders a summary as one JSON object, with every file. */
import { printableJson } from "../../../text/printable.ts";
import { surrogateEscape } from "../../../text/surrogate-escape.ts";
import type { Report, ReportEntry } from "./report.ts";
import type { CombinedRun } from "./run.ts";
import type { SummaryView } from "./sections.ts";

function escapeEntry({ path, argv, ...rest }: ReportEntry) {
  return {
    path: surrogateEscape(path),
    ...rest,
    ...(argv ? { argv: argv.map(surrogateEscape) } : {}),
  };
}

function escapeLists(lists: object): object {
  return Object.fromEntries(
    Object.entries(lists).map(([key, value]) => [
      key,
      Array.isArray(value)
        ? value.map(key === "mountNamespaces" ? escapeLists : escapeEntry)
        : value,
    ]),
  );
}

export function renderJson(report: Report, { chosen }: SummaryView, run: CombinedRun): string {
  const shown = chosen ? { shown: chosen.choice } : {};
  return `${printableJson(JSON.stringify({ ...run, ...shown, ...escapeLists(report) }, null, 2))}\n`;
}
