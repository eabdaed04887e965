/** Recorded lines to read back: as the sink of `trace watch -o` writes them. */

import { WATCH_COLUMNS, WatchEvent, type WatchProcess } from "../../../src/events/watch-event.ts";
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
  readonly who?: Partial<WatchProcess>;
  readonly user?: string;
}

const WHO: WatchProcess = {
  pid: 4711,
  ppid: 4700,
  comm: "sh",
  argv: ["sh", "-c", 'echo "hi" >a'],
  uid: 1000,
  origin: "bpf",
};

const slice = (text: string | Buffer) =>
  typeof text === "string" ? ByteSlice.from(text) : new ByteSlice(text);

/** An event with what is told of it, and likely values for the rest. */
export function eventOf(made: Made): WatchEvent {
  const event = new WatchEvent();
  event.type = made.type ?? "CLOSE_WRITE";
  event.time.seconds = made.seconds ?? 1_777_000_000;
  event.time.nanoseconds = made.nanoseconds ?? 0;
  Object.assign(event.path, slice(made.path ?? "/tmp/a"));
  Object.assign(event.oldPath, slice(made.oldPath ?? ""));
  event.size = made.size ?? null;
  event.change = made.change ?? null;
  event.processInfo = { ...WHO, ...made.who };
  event.user = made.user ?? "alice";
  return event;
}

/** The bytes of their lines. */
export function linesOf(events: readonly Made[]): Buffer<ArrayBuffer> {
  return written(events.map(eventOf));
}

/** What the sink makes of events. */
export function written(events: readonly WatchEvent[]): Buffer<ArrayBuffer> {
  const parts: Buffer[] = [];
  const output = {
    write: (bytes: Uint8Array, length: number) =>
      void parts.push(Buffer.from(bytes.subarray(0, length))),
  };
  const sink = ndjson({ columns: WATCH_COLUMNS, output, terminal: false });
  for (const event of events) sink.write(event);
  sink.close();
  return Buffer.concat(parts);
}
