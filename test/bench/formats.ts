/**
 * What each format costs in trace itself: the CPU time to write one event of a real build, to a
 * record file and as CSV. The bytes are discarded. `bun test/bench/formats.ts RECORD` prints it for
 * the events of a record file.
 */
import { parseFileColumns } from "../../src/cli/options/columns.ts";
import type { Output, Sink } from "../../src/core/sink.ts";
import { FILE_EVENT_COLUMNS } from "../../src/events/columns.ts";
import { EventRecord } from "../../src/events/event-record.ts";
import { FileEvent } from "../../src/events/file-event.ts";
import { formats } from "../../src/sinks/formats/index.ts";
import { RecordFileWriter } from "../../src/sinks/formats/record.ts";
import { RecordFile } from "../../src/sources/records/record-file.ts";
import { run, TRACE } from "../root/support/harness.ts";
import type { Figures } from "./figures.ts";
import { buildCommand } from "./workloads.ts";

/** Keys of the figures. */
export const RECORD_EVENT = "writing an event to a record file, CPU, µs";
export const CSV_EVENT = "writing an event as CSV, CPU, µs";
export const CSV_EVENT_ALL = "writing an event as CSV with all columns, CPU, µs";

const REPEATS = 9;
/** CPU times are counted in steps of about a millisecond. */
const MIN_EVENTS = 100_000;

/** Records one after the other, as in the ring buffer. */
interface Records {
  readonly bytes: Uint8Array;
  readonly spans: readonly (readonly [at: number, length: number])[];
}

function recordsOf(path: string): Records {
  const file = new RecordFile(path);
  const parts: Uint8Array[] = [];
  const spans: [number, number][] = [];
  let at = 0;
  file.run(({ record }) => {
    const length = record.end - record.at;
    const padded = new Uint8Array((length + 7) & ~7);
    padded.set(record.bytes.subarray(record.at, record.end));
    parts.push(padded);
    spans.push([at, length]);
    at += padded.length;
  });
  file.close();
  return { bytes: new Uint8Array(Buffer.concat(parts)), spans };
}

const nowhere: Output = { write() {} };

const SINKS: Readonly<Record<string, () => Sink<FileEvent>>> = {
  [RECORD_EVENT]: () => new RecordFileWriter(nowhere, () => performance.now()),
  [CSV_EVENT]: () => csv(parseFileColumns(undefined)),
  [CSV_EVENT_ALL]: () => csv(FILE_EVENT_COLUMNS),
};

function csv(columns: typeof FILE_EVENT_COLUMNS): Sink<FileEvent> {
  return formats.csv.open({ columns, output: nowhere, terminal: false });
}

/** @returns CPU time of an event in µs */
function cost(sink: Sink<FileEvent>, { bytes, spans }: Records): number {
  const record = new EventRecord(bytes);
  const event = new FileEvent(record, { seconds: 0, nanoseconds: 0 });
  const rounds = Math.ceil(MIN_EVENTS / spans.length);
  const { user, system } = process.cpuUsage();
  for (let round = 0; round < rounds; round++)
    for (const [at, length] of spans) {
      record.moveTo(at, length);
      sink.write(event);
    }
  sink.flush();
  const after = process.cpuUsage();
  return (after.user + after.system - user - system) / (rounds * spans.length);
}

function measure(figures: Figures, path: string): void {
  const records = recordsOf(path);
  for (const [what, open] of Object.entries(SINKS)) {
    const sink = open();
    for (let i = 0; i < REPEATS; i++) figures.best(what, "trace", cost(sink, records));
    sink.close();
  }
}

/** Measures each format with the events of a build. */
export function formatCosts(figures: Figures, directory: string): void {
  const record = `${directory}/formats.trace`;
  const { status, stderr } = run([TRACE, "exec", "-o", record, "--", ...buildCommand(directory)]);
  if (status !== 0) throw new Error(stderr);
  measure(figures, record);
}

if (import.meta.main) {
  const { Figures } = await import("./figures.ts");
  const figures = new Figures();
  measure(figures, process.argv[2]);
  for (const what of Object.keys(SINKS))
    console.log(`${what}: ${figures.of(what).trace.toFixed(3)}`);
}
