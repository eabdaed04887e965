/**
 * Finds a time in a part of a recorded file by binary search, in a few dozen reads for a part of any
 * size. Its lines are ordered by time; history-index.ts says where they are not.
 */
import type { Time } from "../../events/column.ts";
import type { HistoryFile } from "./history-file.ts";
import { HistoryLineParser } from "./history-line-parser.ts";
import { LineReader } from "./line-reader.ts";

/** Bytes of each read; longer lines are skipped. */
const PROBE_BYTES = 64 << 10;

export function isBefore(a: Time, b: Time): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds);
}

export class TimeSearch {
  private readonly reader = new LineReader(PROBE_BYTES);
  private readonly parser = new HistoryLineParser();

  /**
   * Returns the offset of the first line that is not before a time; `to` if there is none. Malformed
   * lines count as part of the line before.
   * @param from offset of a line's start
   */
  position(file: HistoryFile, time: Time, from = 0, to = file.size): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const eventEnd = this.firstEventEnd(file, middle, high);
      if (eventEnd !== null && isBefore(this.parser.event.time, time)) low = eventEnd;
      else high = middle;
    }
    return low;
  }

  /** Parses the first event that begins in `[from, to)`. @returns its end; null if there is none */
  private firstEventEnd(file: HistoryFile, from: number, to: number): number | null {
    let eventEnd: number | null = null;
    this.reader.visit(file, this.reader.nextLineStart(file, from), to, {
      line: (bytes, start, end, position) => {
        if (!this.parser.parse(bytes, start, end)) return true;
        eventEnd = position + end - start + 1;
        return false;
      },
      tooLong: () => {},
    });
    return eventEnd;
  }
}

/** What a line of a log begins with. */
const TIME_KEY = new TextEncoder().encode('{"time":');
const ZERO = 0x30;
const NINE = 0x39;

/** Reads the times of many lines, without parsing the rest of those of our own writer. */
export class LineTimeReader {
  private readonly parser = new HistoryLineParser();
  private readonly reader = new LineReader();

  /** Returns the time of a line in seconds since 1970; null if it is no event. */
  read(bytes: Uint8Array, start: number, end: number): number | null {
    let at = start;
    for (let i = 0; i < TIME_KEY.length; i++) if (bytes[at++] !== TIME_KEY[i]) at = end;
    let seconds = 0;
    for (; at < end && bytes[at] >= ZERO && bytes[at] <= NINE; at++)
      seconds = seconds * 10 + bytes[at] - ZERO;
    if (seconds > 0) return seconds;
    if (!this.parser.parse(bytes, start, end)) return null;
    const { time } = this.parser.event;
    return time.seconds + time.nanoseconds / 1e9;
  }

  /** Returns the time of the first event of a file; null if it has none. */
  first(file: HistoryFile): number | null {
    let first: number | null = null;
    this.reader.visit(file, 0, file.size, {
      line: (bytes, start, end) => {
        if (!this.parser.parse(bytes, start, end)) return true;
        const { time } = this.parser.event;
        first = time.seconds + time.nanoseconds / 1e9;
        return false;
      },
      tooLong: () => {},
    });
    return first;
  }
}
