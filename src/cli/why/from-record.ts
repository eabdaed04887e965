/** Reads a record for `trace why`. */
import type { EventKind } from "../../events/event-kinds.ts";
import { Run } from "../../model/run.ts";
import { partialText } from "../../sinks/reports/summary/chosen.ts";
import { LINEAGE_COLUMNS, LINEAGE_KEYS } from "../../sinks/reports/summary/from-record.ts";
import type { Known } from "../../sinks/reports/why/explanation.ts";
import { relevanceOf } from "../../sinks/reports/why/relevance.ts";
import { type ReadRecord, readRecord, takerFor } from "../record/read-record.ts";

/** Without these events a link between a file and another may be missing. */
const NEEDED: readonly EventKind[] = [
  ...(["open", "exec", "interp", "fork", "exit", "rename", "unlink", "link"] as const),
  ...(["symlink", "truncate", "mount"] as const),
];

/**
 * Reads a record.
 * @param name "-" for standard input
 * @param path that is asked for, in latin1: other lookups are skipped
 * @throws UsageError that names the file
 */
export async function readKnown(name: string, path: string): Promise<Known> {
  const run = new Run(undefined, { found: true });
  const record = await readRecord(name, takerFor(run, relevanceOf(path)), {
    required: LINEAGE_KEYS,
    columns: LINEAGE_COLUMNS,
  });
  return { run, about: record.run, gaps: gapsOf(record) };
}

function gapsOf({ run, runs, header: { events } }: ReadRecord): string[] {
  const missing = events ? NEEDED.filter((kind) => !events.includes(kind)) : [];
  const partial = partialText(run);
  return [
    ...(missing.length ? [`was made without the events ${missing.join(", ")}`] : []),
    ...(partial === null ? [] : [partial]),
    ...(runs.some(({ complete }) => complete === null)
      ? ["does not say whether it is complete"]
      : []),
  ];
}
