/** Reads the lines of a part of a file through one reused buffer. */
import type { HistoryFile } from "./history-file.ts";

const LINE_FEED = 0x0a;

/** Longer lines are skipped, so that the buffer is bounded. */
export const MAX_LINE_BYTES = 1 << 20;

export interface LineVisitor {
  /**
   * Called for each line.
   * @param bytes borrowed: `bytes[start, end)` is the line without its newline
   * @param position offset of the line in the file
   * @returns false to stop reading
   */
  line(bytes: Uint8Array, start: number, end: number, position: number): boolean;
  /** Called for each line that is skipped because it is longer than the buffer. */
  tooLong(): void;
}

export class LineReader {
  private readonly buffer: Buffer;

  /** @param maxLineBytes size of the buffer, including the newline */
  constructor(maxLineBytes = MAX_LINE_BYTES) {
    this.buffer = Buffer.allocUnsafe(maxLineBytes);
  }

  /**
   * Visits the lines that begin in `[from, to)` of a file. The last line of the file may lack its
   * newline.
   * @param from offset of a line's start
   */
  visit(file: HistoryFile, from: number, to: number, visitor: LineVisitor): void {
    const { buffer } = this;
    let skipping = false;
    for (let position = from; position < to; ) {
      const length = file.read(buffer, position);
      if (length === 0) return;
      const isLast = length < buffer.length || position + length === file.size;
      let start = 0;
      while (start < length && position + start < to) {
        const newline = buffer.indexOf(LINE_FEED, start);
        const end = newline < 0 || newline >= length ? length : newline;
        if (end === length && !isLast) break;
        if (!skipping && !visitor.line(buffer, start, end, position + start)) return;
        skipping = false;
        start = end + 1;
      }
      if (start === 0) {
        // The whole buffer has no newline.
        if (!skipping) visitor.tooLong();
        skipping = true;
        start = length;
      }
      position += start;
    }
  }

  /** Returns the offset of the first line start at or after `position`; the file's size if none. */
  nextLineStart(file: HistoryFile, position: number): number {
    if (file.isLineStart(position)) return position;
    while (position < file.size) {
      const length = file.read(this.buffer, position);
      if (length === 0) break;
      const end = this.buffer.indexOf(LINE_FEED);
      if (end >= 0 && end < length) return position + end + 1;
      position += length;
    }
    return file.size;
  }
}
