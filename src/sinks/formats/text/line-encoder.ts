/**
 * The bytes of lines that a person reads: values that stand under each other, names without what
 * would deceive the reader or drive the terminal, times of the day.
 */
import type { Time } from "../../../events/column.ts";
import type { ByteSlice } from "../../../text/byte-slice.ts";
import { codePoint, isHidden, sequenceLength } from "../../../text/utf8.ts";
import { widthOf } from "../../../text/width.ts";
import { BACKSLASH, DOT, Encoder, QUOTE, ZERO } from "../encoder.ts";
import type { ColumnLayout } from "./field.ts";

const SPACE = 0x20;
const COLON = 0x3a;

/** 1 for the bytes that do not stand for themselves in a name without quotes. */
const BARE_SPECIAL = special((byte) => byte <= SPACE || byte === QUOTE);
/** The same between quotes. */
const QUOTED_SPECIAL = special((byte) => byte < SPACE || byte === QUOTE);
/** The same where a name has a column for itself. */
const UNQUOTED_SPECIAL = special((byte) => byte < SPACE);

/** The letters of escapes of two bytes, by the byte that they stand for. */
const LETTERS: Readonly<Record<number, number>> = {
  9: 0x74, // \t
  10: 0x6e, // \n
  13: 0x72, // \r
  [QUOTE]: QUOTE,
  [BACKSLASH]: BACKSLASH,
};

function special(also: (byte: number) => boolean): Uint8Array {
  return new Uint8Array(256).map((_, byte) =>
    also(byte) || byte >= 0x7f || byte === BACKSLASH ? 1 : 0,
  );
}

export class LineEncoder extends Encoder {
  /** How far the line has come, in columns of a terminal. */
  private column = 0;
  /** Where the value began that is being written. */
  private valueStart = 0;
  private zoneQuarter = Number.NaN;
  private zoneOffset = 0;

  beginLine(): void {
    this.column = 0;
  }

  /** Goes to a place. What follows belongs to the value there; colours may stand before `value`. */
  moveTo(place: ColumnLayout): void {
    const gap = this.column === 0 ? 0 : place.gap;
    const spaces = Math.max(place.start - this.column, gap);
    this.insertSpaces(this.length, spaces);
    this.column += spaces;
  }

  /** From here on it is the value that is written, up to `endValue`. */
  beginValue(): void {
    this.valueStart = this.length;
  }

  /** Puts the value where it belongs. Returns true when the place has grown for it. */
  endValue(place: ColumnLayout): boolean {
    if (place.width === 0) {
      this.column++;
      return false;
    }
    const width = widthOf(this.bytes, this.valueStart, this.length);
    const grown = width > place.width && place.width < place.maxWidth;
    if (grown) place.width = Math.min(width, place.maxWidth);
    const missing = place.alignRight ? place.start + place.width - this.column - width : 0;
    if (missing > 0) this.insertSpaces(this.valueStart, missing);
    this.column += width + Math.max(missing, 0);
    return grown;
  }

  /** Spaces at a place of the buffer, from where the rest moves on. */
  private insertSpaces(at: number, count: number): void {
    this.reserve(count);
    const { bytes } = this;
    for (let i = this.length - 1; i >= at; i--) bytes[i + count] = bytes[i];
    for (let i = 0; i < count; i++) bytes[at + i] = SPACE;
    this.length += count;
  }

  /** A name: as it is where nothing in it could be mistaken, else in quotes and with escapes. */
  name(slice: ByteSlice): void {
    const before = this.length;
    if (slice.length > 0 && this.bare(slice)) return;
    this.length = before;
    this.byte(QUOTE);
    this.escaped(slice, QUOTED_SPECIAL);
    this.byte(QUOTE);
  }

  /** A name that has a column for itself, so that its spaces need no quotes. */
  unquoted(slice: ByteSlice): void {
    this.escaped(slice, UNQUOTED_SPECIAL);
  }

  private escaped({ bytes, start, length }: ByteSlice, table: Uint8Array): void {
    const end = start + length;
    for (let at = start; at < end; ) {
      at = this.copyToSpecial(bytes, at, end, table);
      if (at < end) at = this.character(bytes, at, end, true);
    }
  }

  /** Copies the name; false where it would need an escape or quotes. */
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

  /** One character beyond the plain ones. Returns where the next begins; `at` where it is hidden and not to be escaped. */
  private character(bytes: Uint8Array, at: number, end: number, escapes: boolean): number {
    const byte = bytes[at];
    const length = sequenceLength(bytes, at, end);
    if (length > 1 && !isHidden(codePoint(bytes, at, length)))
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

  /** The time of the day where we are, down to milliseconds: 12:03:04.123. */
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

  /** A span of time in seconds, down to milliseconds: 0.012. */
  span({ seconds, nanoseconds }: Time): void {
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

  /** Seconds that our clocks are ahead of UTC: they are set at quarters of an hour only. */
  private zoneOffsetAt(seconds: number): number {
    const quarter = Math.floor(seconds / 900);
    if (quarter !== this.zoneQuarter) {
      this.zoneQuarter = quarter;
      this.zoneOffset = -60 * new Date(seconds * 1000).getTimezoneOffset() || 0;
    }
    return this.zoneOffset;
  }
}
