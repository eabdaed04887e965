/** Reads the two records of `trace diff`. */
import { Outcomes } from "../../model/outcomes.ts";
import { EventFeeder } from "../../sinks/reports/summary/event-feeder.ts";
import type { RequiredKeys } from "../../sinks/reports/summary/from-record.ts";
import { combineRuns, type SummaryRun, summaryRun } from "../../sinks/reports/summary/run.ts";
import { FILE_MAGIC_SIZE, isRecordFile } from "../../sources/records/record-format.ts";
import type { InputFile } from "../../storage/input.ts";
import { UsageError } from "../errors.ts";
import { openInput, openRecordFile, usable } from "../record/record-input.ts";
import { parseRecord, requireLines } from "../record/summary.ts";

/** A record of a run. */
export interface DiffRecord {
  readonly name: string;
  readonly outcomes: Outcomes;
  readonly run: SummaryRun;
  /** Of the file; its values are not trusted. Empty if it has none. */
  readonly header: Readonly<Record<string, unknown>>;
  /** Whether its events have times. */
  readonly hasTimes: boolean;
}

/** The columns that a record needs, by their keys in JSON. */
const KEYS: RequiredKeys = [
  ...(["event", "kind", "pid", "comm", "flags", "fname", "return", "fname2"] as const),
  ...(["path", "path2", "argv", "note", "time", "cwd", "status", "signal"] as const),
];

/** The same, as an argument of --columns. */
export const DIFF_COLUMNS = KEYS.map((key) => (key === "fname" ? "filename" : key)).join(",");

/** @throws UsageError that names the file */
export function readRecord(path: string): DiffRecord {
  const input = openInput(path);
  return usable(() =>
    isRecordFile(input.peek(FILE_MAGIC_SIZE))
      ? fromRecordFile(path, input)
      : fromLines(path, input),
  );
}

function fromRecordFile(name: string, input: InputFile): DiffRecord {
  const record = openRecordFile(name, input);
  const outcomes = new Outcomes();
  const feeder = new EventFeeder(outcomes);
  record.run((event) => feeder.add(event));
  outcomes.digests.addAll(record.digests);
  record.close();
  const { trailer } = record;
  const run = summaryRun(record.header, trailer, record.losses());
  return { name, outcomes, run, header: { ...record.header }, hasTimes: true };
}

function fromLines(name: string, input: InputFile): DiffRecord {
  requireLines(input);
  const { events, runs, headers, digests } = parseRecord(
    input.name,
    input.readAll(),
    KEYS,
    DIFF_COLUMNS,
  );
  input.close();
  if (runs.length > 1)
    throw new UsageError(`${input.name}: has ${runs.length} runs; trace diff compares two records`);
  const outcomes = new Outcomes();
  for (const event of events) outcomes.add(event);
  outcomes.digests.addAll(digests);
  const hasTimes = events.some(({ time }) => time !== undefined);
  return { name, outcomes, run: combineRuns(runs), header: headers[0] ?? {}, hasTimes };
}
