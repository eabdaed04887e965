/** Reads the events of a time span from a history that `trace watch` recorded. */

import type { Time } from "../../events/column.ts";
import type { Loss } from "../../events/loss.ts";
import { Q_OVERFLOW, type WatchEvent } from "../../events/watch-event.ts";
import { coverageLosses, findGaps } from "./coverage-gaps.ts";
import { fileIdentity, type HistoryFile } from "./history-file.ts";
import { CLOCK_SLACK_SECONDS, HistoryIndex, type Segment } from "./history-index.ts";
import { HistoryLineParser } from "./history-line-parser.ts";
import { LineReader } from "./line-reader.ts";
import { isBefore, TimeSearch } from "./time-search.ts";

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

const toSeconds = (time: Time | null) => time && time.seconds + time.nanoseconds / 1e9;

export class HistoryReader {
  private readonly files: readonly HistoryFile[];
  private readonly reader = new LineReader();
  private readonly search = new TimeSearch();
  private readonly parser = new HistoryLineParser();
  private readonly index: HistoryIndex;
  private malformed = 0;
  private truncated = 0;
  private overflows = 0;
  private span: TimeSpan = { since: null, until: null };

  /** @param files oldest first */
  constructor(files: readonly HistoryFile[]) {
    this.files = files;
    this.index = new HistoryIndex(files);
  }

  /** Whether an fd refers to one of the files. */
  includes(fd: number): boolean {
    return this.files.some(({ identity }) => identity === fileIdentity(fd));
  }

  /** Visits every event of a span, in recorded order. */
  visit(span: TimeSpan, visit: HistoryVisitor): void {
    this.span = span;
    const isWhole = span.since === null && span.until === null;
    for (const file of this.files) {
      const segments = isWhole ? [{ from: 0, to: file.size }] : this.index.segments(file);
      for (const segment of segments) this.visitSegment(file, segment, span, visit);
    }
  }

  private visitSegment(
    file: HistoryFile,
    segment: Segment,
    { since, until }: TimeSpan,
    visit: HistoryVisitor,
  ): void {
    const { parser } = this;
    const position = (time: Time, slack: number) =>
      this.search.position(file, addSeconds(time, slack), segment.from, segment.to);
    const from = since ? position(since, -CLOCK_SLACK_SECONDS) : segment.from;
    const to = until ? position(until, CLOCK_SLACK_SECONDS) : segment.to;
    this.reader.visit(file, from, to, {
      line: (bytes, start, end, position) => {
        if (!parser.parse(bytes, start, end)) {
          this.countMalformed(start === end, position + end - start === file.size);
          return true;
        }
        const { event } = parser;
        const { time } = event;
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

  /**
   * Returns what is missing in what was visited, or may be.
   * @param paths that were asked for: one character per byte, aliases of one path; none for all
   * @param name of the path
   */
  losses(paths: readonly string[] = [], name?: string): Loss[] {
    const all: Loss[] = [
      { what: "times events were lost during recording", count: this.overflows },
      {
        what: "events could not be written to the log",
        count: this.index.unwritten(toSeconds(this.span.since), toSeconds(this.span.until)),
      },
      { what: "truncated lines at the end of a file", count: this.truncated },
      { what: "malformed lines", count: this.malformed },
    ];
    const { since, until } = this.span;
    const asked = {
      since: toSeconds(since),
      until: toSeconds(until),
      paths,
      now: Date.now() / 1000,
    };
    const gaps = findGaps(this.index.coverage, asked);
    return [...all.filter(({ count }) => count > 0), ...coverageLosses(gaps, name)];
  }

  close(): void {
    for (const file of this.files) file.close();
  }
}
