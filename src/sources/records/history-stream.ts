/** The lines of a history's files one after the other, by their offset in all of them together. */
import type { HistoryFile } from "./history-file.ts";
import { LineReader } from "./line-reader.ts";

/** Longer lines are skipped. */
const MAX_LINE_BYTES = 32 << 20;

export interface StreamLine {
  /** Borrowed: the line is `bytes[start, end)`, without its newline. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Offset of the line in the stream. */
  readonly offset: number;
  /** Offset behind its newline, which the last line of a file can lack. */
  readonly next: number;
}

export class HistoryStream {
  readonly size: number;
  private readonly files: readonly HistoryFile[];
  private readonly starts: readonly number[];
  /** Those that no visit uses. */
  private readonly readers: LineReader[] = [];

  /** @param files oldest first, at least one */
  constructor(files: readonly HistoryFile[]) {
    let size = 0;
    this.files = files;
    this.starts = files.map((file) => {
      size += file.size;
      return size - file.size;
    });
    this.size = size;
  }

  /** Returns the offset of a position in a file. */
  offsetOf(index: number, position: number): number {
    return this.starts[index] + position;
  }

  /** Says where an offset is, for messages. */
  describe(offset: number): string {
    const index = this.starts.findLastIndex((start) => start <= offset);
    return `${this.files[index].path}, byte ${offset - this.starts[index]}`;
  }

  /** Visits the lines that begin in `[from, to)`; visits can be nested. @param visit returns false to stop */
  visit(from: number, to: number, visit: (line: StreamLine) => boolean): void {
    let stopped = false;
    const reader = this.readers.pop() ?? new LineReader(MAX_LINE_BYTES);
    for (const [index, file] of this.files.entries()) {
      const begin = this.starts[index];
      if (stopped || begin >= to) break;
      if (begin + file.size <= from) continue;
      reader.visit(file, Math.max(0, from - begin), Math.min(file.size, to - begin), {
        line: (bytes, start, end, position) => {
          const offset = begin + position;
          const next = Math.min(offset + end + 1 - start, begin + file.size);
          stopped = !visit({ bytes, start, end, offset, next });
          return !stopped;
        },
        tooLong: () => {},
      });
    }
    this.readers.push(reader);
  }
}
