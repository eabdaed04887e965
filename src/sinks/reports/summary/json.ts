/** Renders a summary as one JSON object, with every file. */
import { backslashEscape, escapeStrings } from "../../../text/backslash-escape.ts";
import { printableJson } from "../../../text/printable.ts";
import { surrogateEscape } from "../../../text/surrogate-escape.ts";
import type { Report, ReportEntry } from "./report.ts";
import type { CombinedRun } from "./run.ts";
import type { SummaryView } from "./sections.ts";

type Escape = (name: string) => string;

function escapeEntry(entry: ReportEntry, toText: Escape) {
  const { path, comm, argv } = entry;
  return {
    ...entry,
    path: toText(path),
    comm: toText(comm),
    ...(argv ? { argv: argv.map(toText) } : {}),
  };
}

function escapeLists(lists: object, toText: Escape): object {
  return Object.fromEntries(
    Object.entries(lists).map(([key, value]) => [
      key,
      Array.isArray(value)
        ? value.map((each) =>
            key === "mountNamespaces" ? escapeLists(each, toText) : escapeEntry(each, toText),
          )
        : value,
    ]),
  );
}

export function renderJson(
  report: Report,
  { chosen, escapes }: SummaryView,
  run: CombinedRun,
): string {
  const head = { ...run, ...(chosen ? { shown: chosen.choice } : {}) };
  const object = {
    ...(escapes ? { ...(escapeStrings(head) as object), escaped: true } : head),
    ...escapeLists(report, escapes ? backslashEscape : surrogateEscape),
  };
  return `${printableJson(JSON.stringify(object, null, 2))}\n`;
}
