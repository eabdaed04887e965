/**
 * Which parts of a file have to be read for its notes. The end of a segment says where the notes of
 * the segment are (storage/note-index.ts), and how long it is, so that the end of the segment before
 * is found too. What no such line describes, or one that does not fit the file, is read as a whole.
 */
import { type Anchor, anchorOfLine, LineHash, typeOfLine } from "../../storage/hash-chain.ts";
import { parseNoteIndex, type Range } from "../../storage/note-index.ts";
import type { HistoryFile } from "./history-file.ts";

const LINE_FEED = 0x0a;
const SEGMENT_MARK = Buffer.from(',"type":"SEGMENT",');
/** Lines of our own notes are shorter. */
const NOTE_BYTES = 8 << 10;
/** Enough for most lines. */
const CONTEXT_BYTES = 16 << 10;
/** How much of a file is searched for the end of its last segment. */
const SEARCH_BYTES = 64 << 20;
const MAX_PART_BYTES = 1 << 20;

/** The line of a SEGMENT or CLEANED, and its place in the file. */
interface AnchorLine extends Anchor, Range {
  readonly bytes: Uint8Array;
}

function readRange(file: HistoryFile, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  return bytes.subarray(0, file.read(bytes, from));
}

/** Returns the line that ends at an offset, if it is an anchor. */
function anchorBefore(file: HistoryFile, to: number): AnchorLine | null {
  const start = Math.max(0, to - NOTE_BYTES);
  const bytes = readRange(file, start, to);
  if (bytes.at(-1) !== LINE_FEED) return null;
  const at = bytes.lastIndexOf(LINE_FEED, -2) + 1;
  if (at === 0 && start > 0) return null;
  const line = bytes.subarray(at, -1);
  const anchor = anchorOfLine(line, 0, line.length);
  return anchor && { ...anchor, bytes: line, from: start + at, to };
}

/** Finds the end of the last segment that has one. */
function lastSegment(file: HistoryFile): AnchorLine | null {
  const limit = Math.max(0, file.size - SEARCH_BYTES);
  let size = CONTEXT_BYTES;
  for (let end = file.size; end > limit; size = Math.min(2 * size, MAX_PART_BYTES)) {
    const from = Math.max(limit, end - size);
    // A line that begins in the part can end behind it.
    const bytes = readRange(file, from, Math.min(file.size, end + NOTE_BYTES));
    let at = bytes.lastIndexOf(SEGMENT_MARK, end - from - 1);
    for (; at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(SEGMENT_MARK, at - 1)) {
      const newline = bytes.indexOf(LINE_FEED, at);
      const anchor = newline < 0 ? null : anchorBefore(file, from + newline + 1);
      if (anchor?.type === "SEGMENT") return anchor;
    }
    end = from;
  }
  return null;
}

/** Returns the hash behind an anchor. */
function hashBehind(line: AnchorLine): string {
  const hash = new LineHash();
  hash.pass(line, line.bytes, 0, line.bytes.length);
  return hash.hex;
}

/** Whether a segment begins behind the anchor of the one before. */
function continues({ details }: AnchorLine, before: AnchorLine): boolean {
  const { segment } = before.details;
  const next = before.type === "SEGMENT" ? segment + 1 : segment;
  return details.segment === next && details.previous === hashBehind(before);
}

/** Whether a file begins as it was written. */
function isWhole(file: HistoryFile): boolean {
  const first = readRange(file, 0, Math.min(file.size, NOTE_BYTES));
  return typeOfLine(first, 0, first.length) !== "CLEANED";
}

/**
 * Returns the parts of a file that have all its notes, and before each row of them the line before,
 * in order. Each begins with a line.
 */
export function noteRanges(file: HistoryFile): Range[] {
  const last = lastSegment(file);
  if (!last) return [{ from: 0, to: file.size }];
  const ranges: Range[] = [{ from: last.from, to: file.size }];
  for (let line: AnchorLine | null = last; line; ) {
    const { bytes, notes } = line.details;
    const from: number = line.from - bytes;
    const before: AnchorLine | null = from > 0 ? anchorBefore(file, from) : null;
    const isKnown: boolean =
      from === 0 ? isWhole(file) : before !== null && continues(line, before);
    const indexed = isKnown ? parseNoteIndex(notes, bytes) : null;
    const rows = indexed?.map((each) => ({ from: from + each.from, to: from + each.to }));
    const isSound = rows?.every((row) => file.isLineStart(row.from) && file.isLineStart(row.to));
    if (rows && isSound) ranges.push(...rows.reverse());
    else ranges.push({ from: isKnown ? from : 0, to: line.from });
    line = isKnown ? before : null;
    if (line) ranges.push({ from: line.type === "SEGMENT" ? line.from : 0, to: line.to });
    if (line?.type === "CLEANED") line = null;
  }
  return withContext(file, ranges.reverse());
}

/** Extends each part by the lines before it, and joins those that overlap. */
function withContext(file: HistoryFile, ranges: readonly Range[]): Range[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of ranges) {
    const last = joined.at(-1);
    const start = Math.max(contextStart(file, from), last?.to ?? 0);
    if (last && start <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from: start, to });
  }
  return joined;
}

/** Returns the start of a line at least one line before an offset, or 0. */
function contextStart(file: HistoryFile, offset: number): number {
  for (let size = CONTEXT_BYTES; ; size *= 4) {
    const from = offset - size;
    if (from <= 0) return 0;
    const bytes = readRange(file, from, offset - 1);
    const newline = bytes.indexOf(LINE_FEED);
    if (newline >= 0) return from + newline + 1;
  }
}
