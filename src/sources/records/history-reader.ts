/** What `trace watch` recorded, of a span of time: from a file and those it was rotated into. */

import type { Time } from "../../events/column.ts";
import type { Loss } from "../../events/loss.ts";
import { Q_OVERFLOW, type WatchEvent } from "../../events/watch-event.ts";
import { fileIdentity, type HistoryFile } from "./history-file.ts";
import { HistoryLineParser } from "./history-line-parser.ts";
import { LineReader } from "./line-reader.ts";
import { isBefore, TimeSearch } from "./time-search.ts";

/** How far a clock may be set back without that a search misses what was recorded then, in seconds. */
const CLOCK_SLACK_SECONDS = 60;

export interface TimeSpan {
  /** Null: from the beginning. */
  readonly since: Time | null;
  /** The first time that does not belong to it; null: to the end. */
  readonly until: Time | null;
}

/** A line as it was recorded. It is lent: valid until the next one. */
export interface RecordedLine {
  /** Where it is to be had again. */
  readonly file: HistoryFile;
  readonly position: number;
  /** `bytes[start, end)`, without its end. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Both are lent. */
export type HistoryVisitor = (event: WatchEvent, line: RecordedLine) => void;

const addSeconds = ({ seconds, nanoseconds }: Time, by: number): Time => ({
  seconds: seconds + by,
  nanoseconds,
});

export class HistoryReader {
  private readonly files: readonly HistoryFile[];
  private readonly reader = new LineReader();
  private readonly search = new TimeSearch();
  private readonly line = new HistoryLineParser();
  private readonly latestTime: Time = { seconds: 0, nanoseconds: 0 };
  private malformed = 0;
  private truncated = 0;
  private overflows = 0;
  private setBack = 0;
  private searched = false;

  /** @param files the oldest first */
  constructor(files: readonly HistoryFile[]) {
    this.files = files;
  }

  /** Whether an open fd is of a file that is read. */
  includes(fd: number): boolean {
    return this.files.some(({ identity }) => identity === fileIdentity(fd));
  }

  /** Visits every event of a span, in the order in which they were recorded. */
  visit(span: TimeSpan, visit: HistoryVisitor): void {
    for (const file of this.files) this.visitFile(file, span, visit);
  }

  private visitFile(file: HistoryFile, { since, until }: TimeSpan, visit: HistoryVisitor): void {
    const from = since ? this.search.position(file, addSeconds(since, -CLOCK_SLACK_SECONDS)) : 0;
    const to = until
      ? this.search.position(file, addSeconds(until, CLOCK_SLACK_SECONDS))
      : file.size;
    const { line } = this;
    this.searched = since !== null || until !== null;
    this.reader.visit(file, from, to, {
      line: (bytes, start, end, position) => {
        if (!line.parse(bytes, start, end)) {
          this.countMalformed(start === end, position + end - start === file.size);
          return true;
        }
        const { time } = line.event;
        this.checkClock(time);
        if ((since && isBefore(time, since)) || (until && !isBefore(time, until))) return true;
        if (line.event.type === Q_OVERFLOW) this.overflows++;
        visit(line.event, { file, position, bytes, start, end });
        return true;
      },
      tooLong: () => this.malformed++,
    });
  }

  private countMalformed(empty: boolean, last: boolean): void {
    if (last) this.truncated++;
    else if (!empty) this.malformed++;
  }

  /** Counts how often the clock went back further than the search allows for. */
  private checkClock(time: Time): void {
    const { latestTime } = this;
    const setBack = isBefore(addSeconds(time, CLOCK_SLACK_SECONDS), latestTime);
    if (setBack) this.setBack++;
    if (!setBack && isBefore(time, latestTime)) return;
    latestTime.seconds = time.seconds;
    latestTime.nanoseconds = time.nanoseconds;
  }

  /** What could not be read so far, and what may not have been found. */
  losses(): Loss[] {
    const all: Loss[] = [
      { what: "times events were lost while recording", count: this.overflows },
      { what: "truncated at the end of a file", count: this.truncated },
      { what: "malformed lines", count: this.malformed },
      {
        what: "times the clock was set back by more than a minute",
        count: this.searched ? this.setBack : 0,
        reason: "events that were recorded then may be missing",
        remedy: { kind: "all-times" },
      },
    ];
    return all.filter(({ count }) => count > 0);
  }

  close(): void {
    for (const file of this.files) file.close();
  }
}
