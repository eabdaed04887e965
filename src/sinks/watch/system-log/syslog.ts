/** An event as a line for the system log, as the C library's syslog(3) sends it. */
import { syslogHeader } from "../../../daemon/syslog.ts";
import type { WatchEvent } from "../../../events/watch-event.ts";
import { Literal } from "../../formats/byte-buffer.ts";
import { Encoder } from "../../formats/encoder.ts";
import { SENT_COLUMNS } from "../columns.ts";
import { priorityOf } from "./journal.ts";
import { lineWriter } from "./pairs.ts";

export const SYSLOG_SOCKET = "/dev/log";

/** System logs take about this much: rsyslog 8 KiB. */
const MAX_LENGTH = 8000;
const CAPACITY = 16 << 10;
const CUT = new Literal("…");

/** Returns the number of bytes up to a limit that end no character in its middle. */
function cutLength(bytes: Uint8Array, max: number): number {
  let length = max;
  while (length > 0 && (bytes[length] & 0xc0) === 0x80) length--;
  return length;
}

/** Returns a function that encodes events; the bytes are valid until the next call. */
export function syslogEncoder(): (event: WatchEvent) => Uint8Array {
  const encoder = new Encoder(CAPACITY);
  encoder.escapesUnsafe = true;
  const line = lineWriter(SENT_COLUMNS);
  const headers = new Map<number, Literal>();
  let second = -1;
  /** The header is the same within a second. */
  const headerOf = (event: WatchEvent) => {
    const { seconds } = event.time;
    const priority = priorityOf(event);
    if (seconds !== second) headers.clear();
    second = seconds;
    let header = headers.get(priority);
    if (!header) {
      header = new Literal(syslogHeader(priority, new Date(seconds * 1000), process.pid));
      headers.set(priority, header);
    }
    return header;
  };
  return (event) => {
    encoder.length = 0;
    encoder.literal(headerOf(event));
    line(encoder, event);
    if (encoder.length > MAX_LENGTH) {
      encoder.length = cutLength(encoder.written(), MAX_LENGTH);
      encoder.literal(CUT);
    }
    return encoder.written();
  };
}
