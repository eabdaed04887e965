/**
 * Encodes lines of text for people: aligned values, escaped names, times of day and durations.
 */
import type { Time } from "../../../events/column.ts";
import { ByteSlice } from "../../../text/byte-slice.ts";
import { beginsCommand, beginsLineCommand, isUnsafe } from "../../../text/printable.ts";
import { utf8Width } from "../../../text/terminal-width.ts";
import { codePoint, sequenceLength } from "../../../text/utf8.ts";
import { DOT, ZERO } from "../byte-buffer.ts";
import { BACKSLASH, Encoder, QUOTE } from "../encoder.ts";
import type { ColumnLayout } from "./field.ts";

const SPACE = 0x20;
const COLON = 0x3a;
const HASH = 0x23;
const NEWLINE = 0x0a;

/** 1 for the bytes that may need quotes or an escape in a name without quotes. */
const BARE_SPECIAL = special((byte) => byte <= SPACE || byte === QUOTE);
/** The same for a name in quotes. */
const QUOTED_SPECIAL = special((byte) => byte < SPACE || byte === QUOTE);
/** The same for a name in a column of its own. */
const UNQUOTED_SPECIAL = special((byte) => byte < SPACE);

/** The letters of two-byte escapes, by byte. */
const LETTERS: Readonly<Record<number, number>> = {
  9: 0x74, // \t
  10: 0x6e, // \n
  13: 0x72, // \r
  [QUOTE]: QUOTE,
  [BACKSLASH]: BACKSLASH,
};

function special(also: (byte: number) => boolean): Uint8Array {
  return new Uint8Array(256).map((_, byte) =>
    also(byte) || byte >= 0x7f || byte === BACKSLASH || byte === HASH ? 1 : 0,
  );
}

export class LineEncoder extends Encoder {
  /** The width of the line so far, in terminal columns. */
  private column = 0;
  /** The index in the buffer where the current value starts. */
  private valueStart = 0;
  private zoneQuarter = Number.NaN;
  private zoneOffset = 0;

  beginLine(): void {
    this.column = 0;
  }

  /** Moves to a column. Escape sequences may follow before `beginValue`. */
  moveTo(layout: ColumnLayout): void {
    const gap = this.column === 0 ? 0 : layout.gap;
    const spaces = Math.max(layout.start - this.column, gap);
    this.insertSpaces(this.length, spaces);
    this.column += spaces;
  }

  /** Marks the start of the value, which ends at `endValue`. */
  beginValue(): void {
    this.valueStart = this.length;
  }

  /** Aligns the value. Returns true if the column grew for it. */
  endValue(layout: ColumnLayout): boolean {
    if (layout.width === 0) {
      this.column++;
      return false;
    }
    const width = utf8Width(this.bytes, this.valueStart, this.length);
    const grown = width > layout.width && layout.width < layout.maxWidth;
    if (grown) layout.width = Math.min(width, layout.maxWidth);
    const padding = layout.alignRight ? layout.start + layout.width - this.column - width : 0;
    if (padding > 0) this.insertSpaces(this.valueStart, padding);
    this.column += width + Math.max(padding, 0);
    return grown;
  }

  /** Inserts spaces at an index of the buffer. */
  private insertSpaces(at: number, count: number): void {
    this.reserve(count);
    const { bytes } = this;
    for (let i = this.length - 1; i >= at; i--) bytes[i + count] = bytes[i];
    for (let i = 0; i < count; i++) bytes[at + i] = SPACE;
    this.length += count;
  }

  /** Writes a name; in quotes and with escapes if it would be ambiguous or unsafe without. */
  name(slice: ByteSlice): void {
    const start = this.length;
    if (slice.length > 0 && !this.isLineCommand(slice) && this.bare(slice)) return;
    this.length = start;
    this.byte(QUOTE);
    this.escaped(slice, QUOTED_SPECIAL);
    this.byte(QUOTE);
  }

  /** Writes a name in a column of its own, where spaces need no quotes. */
  unquoted(slice: ByteSlice): void {
    if (this.isLineCommand(slice)) this.escapedColon(slice);
    else this.escaped(slice, UNQUOTED_SPECIAL);
  }

  /** Whether a name would begin a line as a command. */
  private isLineCommand({ bytes, start, length }: ByteSlice): boolean {
    if (!beginsLineCommand(bytes, start, start + length)) return false;
    if (this.length === 0) return true;
    const lineStart = this.bytes.lastIndexOf(NEWLINE, this.length - 1) + 1;
    const before = Buffer.from(this.bytes.buffer, lineStart, this.length - lineStart);
    return before.toString().trim() === "";
  }

  private escapedColon({ bytes, start, length }: ByteSlice): void {
    const at = bytes.indexOf(COLON, start);
    this.escaped(new ByteSlice(bytes, start, at - start), UNQUOTED_SPECIAL);
    this.hexByte(COLON);
    this.escaped(new ByteSlice(bytes, at + 1, start + length - at - 1), UNQUOTED_SPECIAL);
  }

  private escaped({ bytes, start, length }: ByteSlice, table: Uint8Array): void {
    const end = start + length;
    for (let at = start; at < end; ) {
      at = this.copyToSpecial(bytes, at, end, table);
      if (at < end) at = this.character(bytes, at, end, true);
    }
  }

  /** Copies the name; returns false if it needs an escape or quotes. */
  private bare({ bytes, start, length }: ByteSlice): boolean {
    const end = start + length;
    for (let at = start; at < end; ) {
      at = this.copyToSpecial(bytes, at, end, BARE_SPECIAL);
      if (at === end) return true;
      const next = this.character(bytes, at, end, false);
      if (next === at) return false;
      at = next;
    }
    return true;
  }

  /**
   * Writes one special character. Returns the index of the next, or `at` if it needs an escape and
   * `escapes` is false.
   */
  private character(bytes: Uint8Array, at: number, end: number, escapes: boolean): number {
    const byte = bytes[at];
    if (byte === HASH && !beginsCommand(bytes, at, end)) return this.copy(bytes, at, at + 1);
    const length = sequenceLength(bytes, at, end);
    if (length > 1 && !isUnsafe(codePoint(bytes, at, length)))
      return this.copy(bytes, at, at + length);
    if (!escapes) return at;
    const letter = LETTERS[byte];
    if (letter !== undefined) {
      this.byte(BACKSLASH);
      this.byte(letter);
      return at + 1;
    }
    const next = at + Math.max(length, 1);
    for (let i = at; i < next; i++) this.hexByte(bytes[i]);
    return next;
  }

  /** Writes the local time of day with milliseconds: 12:03:04.123. */
  timeOfDay({ seconds, nanoseconds }: Time): void {
    const local = seconds + this.zoneOffsetAt(seconds);
    const day = local - Math.floor(local / 86400) * 86400;
    this.reserve(12);
    this.twoDigits((day / 3600) | 0);
    this.bytes[this.length++] = COLON;
    this.twoDigits(((day / 60) | 0) % 60);
    this.bytes[this.length++] = COLON;
    this.twoDigits(day % 60);
    this.milliseconds(nanoseconds);
  }

  /** Writes a duration in seconds with milliseconds: 0.012. */
  duration({ seconds, nanoseconds }: Time): void {
    this.integer(seconds);
    this.reserve(4);
    this.milliseconds(nanoseconds);
  }

  private milliseconds(nanoseconds: number): void {
    const value = (nanoseconds / 1e6) | 0;
    this.bytes[this.length++] = DOT;
    this.bytes[this.length++] = ZERO + ((value / 100) | 0);
    this.twoDigits(value % 100);
  }

  private twoDigits(value: number): void {
    this.bytes[this.length++] = ZERO + ((value / 10) | 0);
    this.bytes[this.length++] = ZERO + (value % 10);
  }

  /** Returns the local offset from UTC in seconds; it only changes at multiples of 15 minutes. */
  private zoneOffsetAt(seconds: number): number {
    const quarter = Math.floor(seconds / 900);
    if (quarter !== this.zoneQuarter) {
      this.zoneQuarter = quarter;
      this.zoneOffset = -60 * new Date(seconds * 1000).getTimezoneOffset() || 0;
    }
    return this.zoneOffset;
  }
}
