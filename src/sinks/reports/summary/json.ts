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

export function renderJson(report: Report): string {
  return `${JSON.stringify(escapeLists(report), null, 2)}
`;
}
