/** Reads a record for `trace why`. */
import type { EventKind } from "../../events/event-kinds.ts";
import { Run } from "../../model/run.ts";
import { EventFeeder } from "../../sinks/reports/summary/event-feeder.ts";
import { LINEAGE_COLUMNS, LINEAGE_KEYS } from "../../sinks/reports/summary/from-record.ts";
import { combineRuns, type SummaryRun, summaryRun } from "../../sinks/reports/summary/run.ts";
import type { Known } from "../../sinks/reports/why/explanation.ts";
import { relevanceOf } from "../../sinks/reports/why/relevance.ts";
import { FILE_MAGIC_SIZE, isRecordFile } from "../../sources/records/record-format.ts";
import type { InputFile } from "../../storage/input.ts";
import { openRecordFile, usable } from "../record/record-input.ts";
import { parseRecord, requireLines } from "../record/summary.ts";

/** Without these events a link between a file and another may be missing. */
const NEEDED: readonly EventKind[] = [
  ...(["open", "exec", "interp", "fork", "exit", "rename", "unlink", "link"] as const),
  ...(["symlink", "truncate", "mount"] as const),
];

/**
 * Reads a record.
 * @param path that is asked for, in latin1: other lookups are skipped
 * @throws UsageError that names the file
 */
export function readKnown(name: string, input: InputFile, path: string): Known {
  const run = new Run(undefined, { found: true });
  return usable(() =>
    isRecordFile(input.peek(FILE_MAGIC_SIZE))
      ? fromRecordFile(name, input, run, path)
      : fromLines(input, run),
  );
}

function fromRecordFile(name: string, input: InputFile, run: Run, path: string): Known {
  const record = openRecordFile(name, input);
  const { header } = record;
  const isRelevant = relevanceOf(path);
  const feeder = new EventFeeder(run);
  record.run((event) => {
    if (isRelevant(event)) feeder.add(event);
  });
  record.close();
  const about = summaryRun(header, record.trailer, record.losses());
  return { run, about, gaps: gapsOf(about, header.events) };
}

function fromLines(input: InputFile, run: Run): Known {
  requireLines(input);
  const { events, runs } = parseRecord(input.name, input.readAll(), LINEAGE_KEYS, LINEAGE_COLUMNS);
  input.close();
  for (const event of events) run.add(event);
  const about = combineRuns(runs);
  return { run, about, gaps: gapsOf(about, null) };
}

/** @param events that were recorded; null if that is not known */
function gapsOf({ filters, complete }: SummaryRun, events: readonly string[] | null): string[] {
  const missing = events ? NEEDED.filter((kind) => !events.includes(kind)) : [];
  return [
    ...(missing.length ? [`was made without the events ${missing.join(", ")}`] : []),
    ...(filters?.length
      ? ["has only some of the events, chosen by path, process, flags or failure"]
      : []),
    ...(complete === null ? ["does not say whether it is complete"] : []),
  ];
}
