/**
 * Reads a record into a model, whatever its format: a record file, CSV, JSON or NDJSON. Every command
 * that reads records does so here, and here it is said what a record lacks.
 */
import type { FileDigest } from "../../events/file-digest.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { MachineFiles } from "../../model/known-files.ts";
import type { RunEvent } from "../../model/run-event.ts";
import { partialText } from "../../sinks/reports/summary/chosen.ts";
import { EventFeeder, type Model } from "../../sinks/reports/summary/event-feeder.ts";
import {
  MissingColumnsError,
  type RequiredKeys,
  readSummaryRecord,
  SUMMARY_COLUMNS,
  type SummaryRecord,
  UnusableRecordError,
} from "../../sinks/reports/summary/from-record.ts";
import {
  type CombinedRun,
  combineRuns,
  type SummaryRun,
  summaryRun,
} from "../../sinks/reports/summary/run.ts";
import { FILE_KIND_SIZE, fileKind, notExpected } from "../../sources/records/file-kind.ts";
import { FILE_MAGIC_SIZE, isRecordFile } from "../../sources/records/record-format.ts";
import type { InputFile } from "../../storage/input.ts";
import { UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { completenessSummary, eventCount } from "../verdict.ts";
import { openInput, openRecordFile, usableAsync } from "./record-input.ts";
import { type RecordedHeader, recordedHeader } from "./recorded-header.ts";

/** What a record is read into. */
export interface RecordTaker {
  /** Takes an event of a record file, which is borrowed. */
  addEvent(event: FileEvent): void;
  /** Takes an event of another record. */
  add(event: RunEvent): void;
  readonly digests: { addAll(digests: Iterable<FileDigest>): void };
  /** Takes what answers from now on what no event says. */
  useMachine?(machine: MachineFiles): void;
}

/** What else there is to say of how a record is read. */
export interface ReadOptions {
  /** The columns that other records than record files must have; by default those of a summary. */
  readonly required?: RequiredKeys;
  /** What to record with if some are missing; an argument of `--columns`. */
  readonly columns?: string;
  /** Called before the events of a record file are read. @throws UsageError to refuse the record */
  readonly begin?: (header: RecordedHeader, run: SummaryRun) => void;
}

/** What a record says besides its events. */
export interface ReadRecord {
  /** As messages name it. */
  readonly name: string;
  /** How many events were read. */
  readonly events: number;
  /** Whether they have times. */
  readonly hasTimes: boolean;
  /** The runs of the file: one, or more if several NDJSON records were joined. */
  readonly runs: readonly SummaryRun[];
  /** All of them together. */
  readonly run: CombinedRun;
  /** Of its run, and empty if it has more than one. */
  readonly header: RecordedHeader;
}

/** Returns what takes events for a model. @param isWanted which events of a record file matter */
export function takerFor<L>(
  model: Model<L> & Pick<RecordTaker, "digests" | "useMachine">,
  isWanted?: (event: FileEvent) => boolean,
): RecordTaker {
  const feeder = new EventFeeder(model, isWanted);
  return {
    addEvent: (event) => feeder.add(event),
    add: (event) => {
      model.add(event);
    },
    digests: model.digests,
    useMachine: (machine) => model.useMachine?.(machine),
  };
}

/** @param path "-" for standard input @throws UsageError that names the file */
export async function readRecord(
  path: string,
  taker: RecordTaker,
  options: ReadOptions = {},
): Promise<ReadRecord> {
  const input = openInput(path);
  return usableAsync(async () =>
    isRecordFile(input.peek(FILE_MAGIC_SIZE))
      ? await readRecordFile(path, input, taker, options)
      : readLines(input, taker, options),
  );
}

/**
 * Reads records into one model, and says how much of each is missing.
 * @returns their runs together
 * @throws UsageError that names the file
 */
export async function readRecords(
  paths: readonly string[],
  taker: RecordTaker,
  required?: RequiredKeys,
): Promise<CombinedRun> {
  const all: SummaryRun[] = [];
  for (const path of paths) {
    const { name, events, run, runs } = await readRecord(path, taker, { required });
    reportMissing(name, events, run.losses);
    all.push(...runs);
  }
  return combineRuns(all);
}

async function readRecordFile(
  path: string,
  input: InputFile,
  taker: RecordTaker,
  { begin }: ReadOptions,
): Promise<ReadRecord> {
  const record = openRecordFile(path, input);
  const header = recordedHeader(record.header);
  begin?.(header, summaryRun(record.header, null, null));
  taker.useMachine?.(record.machine);
  await record.runAhead((event) => taker.addEvent(event));
  taker.digests.addAll(record.digests);
  record.close();
  const run = summaryRun(record.header, record.trailer, record.losses());
  const { eventCount: events } = record;
  return { name: input.name, events, hasTimes: true, runs: [run], run, header };
}

function readLines(
  input: InputFile,
  taker: RecordTaker,
  { required, columns = SUMMARY_COLUMNS, begin }: ReadOptions,
): ReadRecord {
  requireLines(input);
  const { events, runs, headers, digests } = parseLines(input, required, columns);
  input.close();
  const run = combineRuns(runs);
  const header = recordedHeader(runs.length === 1 ? headers[0] : null);
  if (begin) for (const each of runs) begin(header, each);
  for (const event of events) taker.add(event);
  taker.digests.addAll(digests);
  const hasTimes = events.some(({ time }) => time !== undefined);
  return { name: input.name, events: events.length, hasTimes, runs, run, header };
}

/** The kinds of files that can be records, besides record files. */
const LINES = ["CSV", "JSON", "NDJSON"];

/** @throws UsageError if a file is neither CSV, JSON nor NDJSON */
function requireLines(input: InputFile): void {
  const kind = fileKind(input.peek(FILE_KIND_SIZE));
  if (!LINES.includes(kind.text))
    throw new UsageError(`${input.name}: ${notExpected("a record of trace", kind)}`);
}

/** @throws UsageError that names the file */
function parseLines(
  input: InputFile,
  required: RequiredKeys | undefined,
  columns: string,
): SummaryRecord {
  try {
    return readSummaryRecord(input.readAll(), required);
  } catch (error) {
    if (!(error instanceof UnusableRecordError)) throw error;
    const isIncomplete = error instanceof MissingColumnsError;
    const advice = isIncomplete ? `; record with --events all --columns ${columns}` : "";
    throw new UsageError(`${input.name}: ${error.message}${advice}`, { cause: error });
  }
}

const NO_VERDICT = "only record files and NDJSON with --header say so";

/** Says how much of a record is missing, or that the record does not say it. */
export function reportMissing(name: string, events: number, losses: SummaryRun["losses"]): void {
  if (losses === null)
    logger.info(`${name}: ${eventCount(events)}, not known whether complete: ${NO_VERDICT}`);
  else if (losses.length) logger.warn(`${name}: ${completenessSummary(events, losses)}`);
}

/** Says that a record has only some of the events. */
export function reportPartial({ name, run }: Pick<ReadRecord, "name" | "run">): void {
  const partial = partialText(run);
  if (partial !== null) logger.warn(`${name}: ${partial}`);
}
