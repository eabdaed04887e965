/** Renders a summary as one JSON object, with every file. */
import { backslashEscape, escapeStrings } from "../../../text/backslash-escape.ts";
import { printableJson } from "../../../text/printable.ts";
import { surrogateEscape } from "../../../text/surrogate-escape.ts";
import type { Report, ReportEntry } from "./report.ts";
import type { CombinedRun } from "./run.ts";
import type { SummaryView } from "./sections.ts";

type Escape = (name: string) => string;

function escapeEntry(entry: ReportEntry, escape: Escape) {
  const { path, comm, argv } = entry;
  return {
    ...entry,
    path: escape(path),
    comm: escape(comm),
    ...(argv ? { argv: argv.map(escape) } : {}),
  };
}

function escapeLists(lists: object, escape: Escape): object {
  return Object.fromEntries(
    Object.entries(lists).map(([key, value]) => [
      key,
      Array.isArray(value)
        ? value.map((each) =>
            key === "mountNamespaces" ? escapeLists(each, escape) : escapeEntry(each, escape),
          )
        : value,
    ]),
  );
}

export function renderJson(
  report: Report,
  { chosen, escape }: SummaryView,
  run: CombinedRun,
): string {
  const head = { ...run, ...(chosen ? { shown: chosen.choice } : {}) };
  const object = {
    ...(escape ? { ...(escapeStrings(head) as object), escaped: true } : head),
    ...escapeLists(report, escape ? backslashEscape : surrogateEscape),
  };
  return `${printableJson(JSON.stringify(object, null, 2))}\n`;
}
