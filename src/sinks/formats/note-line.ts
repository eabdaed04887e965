/** Encodes a single note as a line of a log. */
import { LOG_COLUMNS } from "../../events/watch-columns.ts";
import type { WatchEvent } from "../../events/watch-event.ts";
import { ndjson } from "./ndjson.ts";

/** Returns the line with its newline. @param escapes whether names are escaped by backslashes */
export function noteLine(note: WatchEvent, escapes = false): Uint8Array {
  let line = new Uint8Array(0);
  const output = {
    write: (bytes: Uint8Array, length: number) => {
      line = bytes.slice(0, length);
    },
  };
  const sink = ndjson({ columns: LOG_COLUMNS, output, terminal: false, escapes });
  sink.write(note);
  sink.flush();
  return line;
}
