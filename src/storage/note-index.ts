/**
 * Where the notes of a segment are, so that a reader finds them without reading the events between
 * them. A SEGMENT has it as text: the first byte and the end of each row of notes, counted from the
 * segment's first line: `0-812 9120-9500`.
 */

/** The longest text; a segment with more notes has no index. */
const MAX_LENGTH = 120;

/** Bytes of whole lines. */
export interface Range {
  readonly from: number;
  /** Behind the last newline. */
  readonly to: number;
}

export class NoteIndex {
  private ranges: { from: number; to: number }[] = [];

  /** Adds the line of a note, behind all others. */
  add(from: number, to: number): void {
    const last = this.ranges.at(-1);
    if (last?.to === from) last.to = to;
    else if (this.ranges.length < MAX_LENGTH) this.ranges.push({ from, to });
  }

  clear(): void {
    this.ranges = [];
  }

  /** Undefined if it is too long. */
  get text(): string | undefined {
    const text = this.ranges.map(({ from, to }) => `${from}-${to}`).join(" ");
    return text.length > MAX_LENGTH ? undefined : text;
  }
}

/** A text that is as long as one may be. */
export const LONGEST_INDEX = "-".repeat(MAX_LENGTH);

/**
 * Parses the text of an index.
 * @param size bytes of the segment
 * @returns null if it is none, or does not fit the segment
 */
export function parseNoteIndex(text: unknown, size: number): readonly Range[] | null {
  if (typeof text !== "string") return null;
  const ranges: Range[] = [];
  let end = 0;
  for (const part of text === "" ? [] : text.split(" ")) {
    const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(part) ?? [];
    const range = { from: Number(from), to: Number(to) };
    if (!(range.from >= end && range.to > range.from && range.to <= size)) return null;
    ranges.push(range);
    end = range.to;
  }
  return ranges;
}
