/**
 * Where a time begins in a recorded file, by binary search: a few dozen reads, however long it is.
 * Lines stand in the order of their times, but for what a clock that was set back has left.
 */
import type { Time } from "../../events/column.ts";
import type { HistoryFile } from "./history-file.ts";
import { HistoryLineParser } from "./history-line-parser.ts";
import { LineReader } from "./line-reader.ts";

/** What the search reads at a time; longer lines it passes over. */
const PROBE_BYTES = 64 << 10;

export function isBefore(a: Time, b: Time): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds);
}

export class TimeSearch {
  private readonly reader = new LineReader(PROBE_BYTES);
  private readonly line = new HistoryLineParser();

  /**
   * Where the first line begins that is not before a time; the file's size where all are. Lines
   * that are no events go with those before them.
   */
  position(file: HistoryFile, time: Time): number {
    let low = 0;
    let high = file.size;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const event = this.firstEventEnd(file, middle, high);
      if (event !== null && isBefore(this.line.event.time, time)) low = event;
      else high = middle;
    }
    return low;
  }

  /** Where the line of the first event ends that begins in `[from, to)`; null: there is none. */
  private firstEventEnd(file: HistoryFile, from: number, to: number): number | null {
    let found: number | null = null;
    this.reader.visit(file, this.reader.nextLineStart(file, from), to, {
      line: (bytes, start, end, position) => {
        if (!this.line.parse(bytes, start, end)) return true;
        found = position + end - start + 1;
        return false;
      },
      tooLong: () => {},
    });
    return found;
  }
}
