/**
 * Finds a time in a recorded file by binary search, in a few dozen reads for a file of any size.
 * Lines are ordered by time, except where the clock was set back.
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
   * Returns the offset of the first line that is not before a time; the file's size if there is
   * none. Malformed lines count as part of the line before.
   */
  position(file: HistoryFile, time: Time): number {
    let low = 0;
    let high = file.size;
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
