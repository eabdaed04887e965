/** Reads the events of a time span from a history that `trace watch` recorded. */

import type { Time } from "../../events/column.ts";
import type { Loss } from "../../events/loss.ts";
import { Q_OVERFLOW, type WatchEvent } from "../../events/watch-event.ts";
import { fileIdentity, type HistoryFile } from "./history-file.ts";
import { HistoryLineParser } from "./history-line-parser.ts";
import { LineReader } from "./line-reader.ts";
import { isBefore, TimeSearch } from "./time-search.ts";

/** How many seconds a clock may be set back without the search missing events. */
const CLOCK_SLACK_SECONDS = 60;

export interface TimeSpan {
  /** Inclusive; null for the beginning. */
  readonly since: Time | null;
  /** Exclusive; null for the end. */
  readonly until: Time | null;
}

/** A recorded line. Borrowed: valid until the next one. */
export interface RecordedLine {
  /** The file and offset from which the line can be read again. */
  readonly file: HistoryFile;
  readonly position: number;
  /** The line is `bytes[start, end)`, without its newline. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Both parameters are borrowed. */
export type HistoryVisitor = (event: WatchEvent, line: RecordedLine) => void;

const addSeconds = ({ seconds, nanoseconds }: Time, by: number): Time => ({
  seconds: seconds + by,
  nanoseconds,
});

export class HistoryReader {
  private readonly files: readonly HistoryFile[];
  private readonly reader = new LineReader();
  private readonly search = new TimeSearch();
  private readonly parser = new HistoryLineParser();
  private readonly latestTime: Time = { seconds: 0, nanoseconds: 0 };
  private malformed = 0;
  private truncated = 0;
  private overflows = 0;
  private clockSetBack = 0;
  private hasSearched = false;

  /** @param files oldest first */
  constructor(files: readonly HistoryFile[]) {
    this.files = files;
  }

  /** Whether an fd refers to one of the files. */
  includes(fd: number): boolean {
    return this.files.some(({ identity }) => identity === fileIdentity(fd));
  }

  /** Visits every event of a span, in recorded order. */
  visit(span: TimeSpan, visit: HistoryVisitor): void {
    for (const file of this.files) this.visitFile(file, span, visit);
  }

  private visitFile(file: HistoryFile, { since, until }: TimeSpan, visit: HistoryVisitor): void {
    const from = since ? this.search.position(file, addSeconds(since, -CLOCK_SLACK_SECONDS)) : 0;
    const to = until
      ? this.search.position(file, addSeconds(until, CLOCK_SLACK_SECONDS))
      : file.size;
    const { parser } = this;
    this.hasSearched = since !== null || until !== null;
    this.reader.visit(file, from, to, {
      line: (bytes, start, end, position) => {
        if (!parser.parse(bytes, start, end)) {
          this.countMalformed(start === end, position + end - start === file.size);
          return true;
        }
        const { event } = parser;
        const { time } = event;
        this.checkClock(time);
        if ((since && isBefore(time, since)) || (until && !isBefore(time, until))) return true;
        if (event.type === Q_OVERFLOW) this.overflows++;
        visit(event, { file, position, bytes, start, end });
        return true;
      },
      tooLong: () => this.malformed++,
    });
  }

  private countMalformed(isEmpty: boolean, isLast: boolean): void {
    if (isLast) this.truncated++;
    else if (!isEmpty) this.malformed++;
  }

  /** Counts how often the clock was set back by more than the slack. */
  private checkClock(time: Time): void {
    const { latestTime } = this;
    const isSetBack = isBefore(addSeconds(time, CLOCK_SLACK_SECONDS), latestTime);
    if (isSetBack) this.clockSetBack++;
    if (!isSetBack && isBefore(time, latestTime)) return;
    latestTime.seconds = time.seconds;
    latestTime.nanoseconds = time.nanoseconds;
  }

  /** Returns the events that are missing in what was visited so far, or may be. */
  losses(): Loss[] {
    const all: Loss[] = [
      { what: "times events were lost during recording", count: this.overflows },
      { what: "truncated lines at the end of a file", count: this.truncated },
      { what: "malformed lines", count: this.malformed },
      {
        what: "times the clock was set back by more than a minute",
        count: this.hasSearched ? this.clockSetBack : 0,
        reason: "events recorded then may be missing",
        remedy: { kind: "all-times" },
      },
    ];
    return all.filter(({ count }) => count > 0);
  }

  close(): void {
    for (const file of this.files) file.close();
  }
}
