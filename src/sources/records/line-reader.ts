/** The lines of a part of a file, through one buffer that is used again and again. */
import type { HistoryFile } from "./history-file.ts";

const LINE_FEED = 0x0a;

/** What is longer is not taken for a line: so much memory is used, and no more. */
export const MAX_LINE_BYTES = 1 << 20;

export interface LineVisitor {
  /**
   * @param bytes lent: `bytes[start, end)` is the line without its end
   * @param position of the line in the file
   * @returns false to end here
   */
  line(bytes: Uint8Array, start: number, end: number, position: number): boolean;
  /** A line that is longer than the buffer was passed over. */
  tooLong(): void;
}

export class LineReader {
  private readonly buffer: Buffer;

  /** @param longest how long a line may be: bytes of the buffer */
  constructor(longest = MAX_LINE_BYTES) {
    this.buffer = Buffer.allocUnsafe(longest);
  }

  /**
   * Visits the lines that begin in `[from, to)` of a file, and the last even where it has no end.
   * @param from where a line begins
   */
  visit(file: HistoryFile, from: number, to: number, visitor: LineVisitor): void {
    const { buffer } = this;
    let skipping = false;
    for (let position = from; position < to; ) {
      const length = file.read(buffer, position);
      if (length === 0) return;
      const last = length < buffer.length || position + length === file.size;
      let start = 0;
      while (start < length && position + start < to) {
        const found = buffer.indexOf(LINE_FEED, start);
        const end = found < 0 || found >= length ? length : found;
        if (end === length && !last) break;
        if (!skipping && !visitor.line(buffer, start, end, position + start)) return;
        skipping = false;
        start = end + 1;
      }
      if (start === 0) {
        // No line ends in the whole buffer.
        if (!skipping) visitor.tooLong();
        skipping = true;
        start = length;
      }
      position += start;
    }
  }

  /** Where the first line begins at or behind a place; the file's size where none does. */
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
