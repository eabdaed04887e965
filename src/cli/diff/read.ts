/** Reads the two records of `trace diff`. */
import { Outcomes } from "../../model/outcomes.ts";
import type { RequiredKeys } from "../../sinks/reports/summary/from-record.ts";
import { UsageError } from "../errors.ts";
import { type ReadRecord, readRecord, takerFor } from "../record/read-record.ts";

/** A record of a run. */
export interface DiffRecord extends ReadRecord {
  readonly outcomes: Outcomes;
}

/** The columns that a record needs, by their keys in JSON. */
const KEYS: RequiredKeys = [
  ...(["event", "kind", "pid", "comm", "flags", "fname", "return", "fname2"] as const),
  ...(["path", "path2", "argv", "note", "time", "cwd", "status", "signal"] as const),
];

/** The same, as an argument of --columns. */
export const DIFF_COLUMNS = KEYS.map((key) => (key === "fname" ? "filename" : key)).join(",");

/** @throws UsageError that names the file */
export async function readRun(path: string): Promise<DiffRecord> {
  const outcomes = new Outcomes();
  const record = await readRecord(path, takerFor(outcomes), {
    required: KEYS,
    columns: DIFF_COLUMNS,
  });
  const { name, runs } = record;
  if (runs.length > 1)
    throw new UsageError(`${name}: has ${runs.length} runs; trace diff compares two records`);
  return { ...record, outcomes };
}
