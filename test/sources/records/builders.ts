/** Builds recorded lines as the sink of `trace watch -o` writes them. */

import type { ProcessInfo } from "../../../src/events/process-info.ts";
import { WATCH_COLUMNS } from "../../../src/events/watch-columns.ts";
import {
  type FileAttributes,
  type NoteDetails,
  WatchEvent,
} from "../../../src/events/watch-event.ts";
import { ndjson } from "../../../src/sinks/formats/ndjson.ts";
import { ByteSlice } from "../../../src/text/byte-slice.ts";

export interface Made {
  readonly type?: WatchEvent["type"];
  readonly seconds?: number;
  readonly nanoseconds?: number;
  readonly path?: string | Buffer;
  readonly oldPath?: string;
  readonly size?: number | null;
  readonly change?: number | null;
  readonly who?: Partial<ProcessInfo>;
  readonly user?: string;
  readonly details?: NoteDetails;
  readonly oldSize?: number;
  readonly attributes?: FileAttributes;
  readonly oldAttributes?: FileAttributes;
}

const PROCESS: ProcessInfo = {
  pid: 4711,
  ppid: 4700,
  comm: "sh",
  argv: ["sh", "-c", 'echo "hi" >a'],
  uid: 1000,
  started: 0,
  origin: "bpf",
};

const slice = (text: string | Buffer) =>
  typeof text === "string" ? ByteSlice.from(text) : new ByteSlice(text);

/** Builds an event with the given fields, and typical values for the others. */
export function eventOf(fields: Made): WatchEvent {
  const event = new WatchEvent();
  event.type = fields.type ?? "CLOSE_WRITE";
  event.time.seconds = fields.seconds ?? 1_777_000_000;
  event.time.nanoseconds = fields.nanoseconds ?? 0;
  Object.assign(event.path, slice(fields.path ?? "/tmp/a"));
  Object.assign(event.oldPath, slice(fields.oldPath ?? ""));
  event.size = fields.size ?? null;
  event.change = fields.change ?? null;
  const isChange = event.size !== null && event.change !== null;
  event.oldSize = fields.oldSize ?? (isChange ? event.size! - event.change! : null);
  event.attributes = fields.attributes ?? null;
  event.oldAttributes = fields.oldAttributes ?? null;
  event.processInfo = { ...PROCESS, ...fields.who };
  event.user = fields.user ?? "alice";
  event.details = fields.details ?? null;
  return event;
}

/** Returns the lines of events with the given fields. */
export function linesOf(events: readonly Made[]): Buffer<ArrayBuffer> {
  return written(events.map(eventOf));
}

/** All columns, of which only notes have details, as in a log. */
const COLUMNS = WATCH_COLUMNS.map((column) =>
  column.name === "details" ? { ...column, sparse: true } : column,
);

/** Returns the lines that the sink writes for events. */
export function written(events: readonly WatchEvent[]): Buffer<ArrayBuffer> {
  const parts: Buffer[] = [];
  const output = {
    write: (bytes: Uint8Array, length: number) =>
      void parts.push(Buffer.from(bytes.subarray(0, length))),
  };
  const sink = ndjson({ columns: COLUMNS, output, terminal: false });
  for (const event of events) sink.write(event);
  sink.close();
  return Buffer.concat(parts);
}

const WRITER = { boot: "8f3a", started: 42, scope: "descendants" };

/** A note of a log: by default of one writer, which is not running. */
export function noteOf(
  type: "WATCH_START" | "WATCH_END" | "CLOCK_STEP",
  seconds: number,
  { path = "/", pid = 2 ** 22 + 1, ...details }: { path?: string; pid?: number } & NoteDetails = {},
): Made {
  return { type, seconds, path, who: { pid, comm: "trace" }, details: { ...WRITER, ...details } };
}
