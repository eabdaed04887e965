/**
 * Where the times of a history go back, so that what is between can be searched by time, and when it
 * was watched. The notes of its writers say both; where there are none, every line's time is read.
 */
import { Coverage } from "./coverage.ts";
import type { HistoryFile } from "./history-file.ts";
import { LineReader } from "./line-reader.ts";
import { type FileNotes, type LogNote, NoteFinder } from "./note-finder.ts";
import { LineTimeReader } from "./time-search.ts";
import { isWriterRunning } from "./writer.ts";

/** How many seconds times may go back without a boundary: a search tolerates it. */
export const CLOCK_SLACK_SECONDS = 60;

/** A part of a file whose times ascend, apart from the slack. */
export interface Segment {
  readonly from: number;
  readonly to: number;
}

export class HistoryIndex {
  readonly coverage: Coverage;
  private readonly notes: ReadonlyMap<HistoryFile, FileNotes>;
  private readonly reader = new LineReader();
  private readonly times = new LineTimeReader();

  /** @param files oldest first */
  constructor(files: readonly HistoryFile[], isRunning = isWriterRunning) {
    const finder = new NoteFinder();
    this.notes = new Map(files.map((file) => [file, finder.read(file)]));
    this.coverage = new Coverage([...this.notes.values()], this.firstTime(files), isRunning);
  }

  private firstTime(files: readonly HistoryFile[]): number | null {
    for (const file of files) {
      const time = this.times.first(file);
      if (time !== null) return time;
    }
    return null;
  }

  /** Returns how many events of a time could not be written. Null: from the beginning, to the end. */
  unwritten(since: number | null, until: number | null): number {
    return [...this.notes.values()]
      .flatMap((file) => file.unwritten)
      .filter(({ from, to }) => from < (until ?? Infinity) && to >= (since ?? 0))
      .reduce((sum, { count }) => sum + count, 0);
  }

  /** Returns the parts of a file that can be searched, in order. */
  segments(file: HistoryFile): Segment[] {
    const { watched, unnoted } = this.coverage;
    const isNoted = watched.length > 0 && unnoted.length === 0;
    const starts = isNoted ? this.notedStarts(file) : this.readStarts(file);
    return [0, ...starts].map((from, i) => ({ from, to: starts[i] ?? file.size }));
  }

  private notedStarts(file: HistoryFile): number[] {
    const { notes } = this.notes.get(file)!;
    return notes.filter((note) => note.start > 0 && goesBack(note)).map(({ start }) => start);
  }

  private readStarts(file: HistoryFile): number[] {
    const starts: number[] = [];
    let latest = Number.NEGATIVE_INFINITY;
    this.reader.visit(file, 0, file.size, {
      line: (bytes, start, end, position) => {
        const time = this.times.read(bytes, start, end);
        if (time === null) return true;
        const isBack = time < latest - CLOCK_SLACK_SECONDS;
        if (isBack) starts.push(position);
        if (isBack || time > latest) latest = time;
        return true;
      },
      tooLong: () => {},
    });
    return starts;
  }
}

function goesBack({ type, time, timeBefore, details }: LogNote): boolean {
  if (type === "CLOCK_STEP") return Number(details.milliseconds) < 0;
  return timeBefore !== null && time < timeBefore;
}
