/**
 * Encodes numbers, times and names straight into one growing buffer, without a string per event.
 *
 * Every method first reserves the maximum that it can write, so that nothing is written past the end
 * of the buffer. A name is copied in runs of plain bytes; only the bytes between runs are escaped.
 *
 * Members are `private` or `protected`, not `#`, which is 5 % faster per event (test/bench/sinks.ts).
 */

import type { Output } from "../../core/sink.ts";
import type { Time } from "../../events/column.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";
import { isUnsafe } from "../../text/printable.ts";
import { escapeUnit } from "../../text/surrogate-escape.ts";
import { codePoint, sequenceLength } from "../../text/utf8.ts";

/** Below this length, a loop over bytes is faster than one over 4-byte words. */
const MIN_WORDWISE_LENGTH = 16;

const MINUS = 0x2d;
export const DOT = 0x2e;
export const ZERO = 0x30;
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
const DEL = 0x7f;
const LOWER_U = 0x75;
const LOWER_X = 0x78;

const HEX = ascii("0123456789abcdef");

/** "00", "01" … "99", to write two digits at a time. */
const PAIRS = new Uint8Array(200).map((_, i) => ZERO + (i % 2 ? (i >> 1) % 10 : (i / 20) | 0));

/** 1 for the bytes that may need an escape in a JSON string. */
const JSON_SPECIAL = table(
  (byte) => byte < 0x20 || byte === QUOTE || byte === BACKSLASH || byte >= DEL,
);

/** 1 for the bytes that may need an escape in a quoted CSV cell on a terminal. */
const VISIBLE_SPECIAL = table((byte) => byte < 0x20 || byte === QUOTE || byte >= DEL);

/** The letter of JSON's two-byte escape for each byte; 0 for none. */
const JSON_LETTER = new Uint8Array(256);
for (const [letter, byte] of Object.entries({
  b: 8,
  t: 9,
  n: 10,
  f: 12,
  r: 13,
  '"': QUOTE,
  "\\": BACKSLASH,
})) {
  JSON_LETTER[byte] = letter.charCodeAt(0);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function table(special: (byte: number) => boolean): Uint8Array {
  return new Uint8Array(256).map((_, byte) => (special(byte) ? 1 : 0));
}

/** Fixed ASCII text, stored as 32-bit words so that it is written four bytes at a time. */
export class Literal {
  readonly words: Int32Array;
  readonly length: number;

  /** @param text ASCII only */
  constructor(text: string) {
    const padded = new Uint8Array((text.length + 3) & ~3);
    padded.set(ascii(text));
    const view = new DataView(padded.buffer);
    this.words = new Int32Array(padded.length / 4).map((_, i) => view.getInt32(i * 4, true));
    this.length = text.length;
  }
}

export class Encoder {
  /** Number of bytes encoded but not drained; lower it to remove the last ones. */
  length = 0;
  protected bytes: Uint8Array;
  private view: DataView;
  /** The memory of the last long name, which is nearly always that of the next one too. */
  private sourceBytes: Uint8Array = new Uint8Array(0);
  private sourceView: DataView = new DataView(this.sourceBytes.buffer);

  /** @param capacity in bytes; the buffer grows if an event needs more */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(new ArrayBuffer(capacity));
    this.view = new DataView(this.bytes.buffer);
  }

  /** Writes all bytes to the output and discards them, also if the output throws. */
  drainTo(output: Output): void {
    const length = this.length;
    this.length = 0;
    if (length > 0) output.write(this.bytes, length);
  }

  literal(literal: Literal): void {
    const { words } = literal;
    this.reserve(words.length * 4);
    const view = this.view;
    const at = this.length;
    for (let i = 0; i < words.length; i++) view.setInt32(at + i * 4, words[i], true);
    this.length = at + literal.length;
  }

  /**
   * Writes an integer in decimal, with all its digits.
   * @throws RangeError if a number is not an integer
   */
  integer(value: number | bigint): void {
    if (typeof value !== "number") {
      this.text(value.toString());
      return;
    }
    const small = value | 0;
    if (small !== value) {
      this.wideInteger(value);
      return;
    }
    this.reserve(11);
    if (small < 0) this.bytes[this.length++] = MINUS;
    this.upTo32Bits(small < 0 ? -small : small);
  }

  /** Writes seconds with nine decimals; half a second before the epoch is `-0.500000000`. */
  time({ seconds, nanoseconds }: Time): void {
    if (seconds < 0) {
      this.byte(MINUS);
      seconds = -seconds;
      if (nanoseconds > 0) {
        seconds--;
        nanoseconds = 1e9 - nanoseconds;
      }
    }
    this.integer(seconds);
    this.reserve(10);
    this.bytes[this.length++] = DOT;
    this.nineDigits(nanoseconds);
  }

  /** Writes the bytes unchanged. */
  raw({ bytes, start, length }: ByteSlice): void {
    this.reserve(length);
    const out = this.bytes;
    const at = this.length;
    for (let i = 0; i < length; i++) out[at + i] = bytes[start + i];
    this.length = at + length;
  }

  /** Writes a quoted CSV cell: quotes are doubled, all other bytes are unchanged (RFC 4180). */
  csv({ bytes, start, length }: ByteSlice): void {
    const end = start + length;
    this.byte(QUOTE);
    for (let i = this.copyToQuote(bytes, start, end); i < end; ) {
      this.byte(QUOTE);
      this.byte(QUOTE);
      i = this.copyToQuote(bytes, i + 1, end);
    }
    this.byte(QUOTE);
  }

  /** Writes a quoted CSV cell for a terminal: unsafe characters and invalid UTF-8 become `\xHH`. */
  csvVisible({ bytes, start, length }: ByteSlice): void {
    const end = start + length;
    this.byte(QUOTE);
    for (let i = start; i < end; ) {
      i = this.copyToSpecial(bytes, i, end, VISIBLE_SPECIAL);
      if (i < end) i = this.visibleCharacter(bytes, i, end);
    }
    this.byte(QUOTE);
  }

  /**
   * Writes a JSON string. Valid UTF-8 is unchanged, except that control characters (C0, DEL, C1) and
   * the line separators U+2028 and U+2029 are escaped. Any other byte becomes `\udcXX`, as in
   * Python's surrogateescape: `os.fsencode(json.loads(line)["fname"])` returns the name.
   */
  json({ bytes, start, length }: ByteSlice): void {
    const end = start + length;
    this.byte(QUOTE);
    for (let i = start; i < end; ) {
      i = this.copyToJsonSpecial(bytes, i, end);
      if (i < end) i = this.jsonEscaped(bytes, i, end);
    }
    this.byte(QUOTE);
  }

  protected reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.bytes.length) this.grow(needed);
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(new ArrayBuffer(Math.max(needed, this.bytes.length * 2)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  protected byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** Writes a number that is not an int32. */
  private wideInteger(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.text(BigInt(value).toString());
      return;
    }
    this.reserve(17);
    if (value < 0) {
      this.bytes[this.length++] = MINUS;
      value = -value;
    }
    if (value <= 0xffffffff) {
      this.upTo32Bits(value);
      return;
    }
    const low = value % 1e9;
    this.upTo32Bits((value - low) / 1e9);
    this.nineDigits(low);
  }

  private text(digits: string): void {
    this.reserve(digits.length);
    for (let i = 0; i < digits.length; i++) this.bytes[this.length++] = digits.charCodeAt(i);
  }

  private upTo32Bits(value: number): void {
    const out = this.bytes;
    let at = this.length + digitCount(value);
    this.length = at;
    while (value >= 100) {
      const rest = (value / 100) >>> 0;
      const pair = (value - rest * 100) * 2;
      out[--at] = PAIRS[pair + 1];
      out[--at] = PAIRS[pair];
      value = rest;
    }
    if (value >= 10) {
      out[--at] = PAIRS[value * 2 + 1];
      out[--at] = PAIRS[value * 2];
    } else {
      out[--at] = ZERO + value;
    }
  }

  private nineDigits(value: number): void {
    const out = this.bytes;
    const at = this.length;
    for (let i = at + 7; i > at; i -= 2) {
      const rest = (value / 100) | 0;
      const pair = (value - rest * 100) * 2;
      out[i] = PAIRS[pair];
      out[i + 1] = PAIRS[pair + 1];
      value = rest;
    }
    out[at] = ZERO + value;
    this.length = at + 9;
  }

  /** Copies up to the next quote or the end, and returns its index in `bytes`. */
  private copyToQuote(bytes: Uint8Array, start: number, end: number): number {
    this.reserve(end - start);
    const shift = this.length - start;
    let i = start;
    if (end - start >= MIN_WORDWISE_LENGTH) {
      const source = this.viewOf(bytes);
      const target = this.view;
      for (const last = end - 4; i <= last; i += 4) {
        const word = source.getInt32(i, true);
        const quote = word ^ 0x22222222;
        if (((quote - 0x01010101) & ~quote & 0x80808080) !== 0) break;
        target.setInt32(i + shift, word, true);
      }
    }
    const out = this.bytes;
    for (; i < end; i++) {
      const byte = bytes[i];
      if (byte === QUOTE) break;
      out[i + shift] = byte;
    }
    this.length = i + shift;
    return i;
  }

  /** Copies up to the next byte that JSON escapes or that is not ASCII, or the end. */
  private copyToJsonSpecial(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < MIN_WORDWISE_LENGTH)
      return this.copyToSpecial(bytes, start, end, JSON_SPECIAL);
    this.reserve(end - start);
    const shift = this.length - start;
    const source = this.viewOf(bytes);
    const target = this.view;
    let i = start;
    for (const last = end - 4; i <= last; i += 4) {
      const word = source.getInt32(i, true);
      if (hasJsonSpecial(word)) break;
      target.setInt32(i + shift, word, true);
    }
    this.length = i + shift;
    return this.copyToSpecial(bytes, i, end, JSON_SPECIAL);
  }

  protected copyToSpecial(
    bytes: Uint8Array,
    start: number,
    end: number,
    special: Uint8Array,
  ): number {
    this.reserve(end - start);
    const out = this.bytes;
    const shift = this.length - start;
    let i = start;
    for (; i < end; i++) {
      const byte = bytes[i];
      if (special[byte] !== 0) break;
      out[i + shift] = byte;
    }
    this.length = i + shift;
    return i;
  }

  /** Returns a view of the borrowed memory, with the indexes of `bytes`. */
  private viewOf(bytes: Uint8Array): DataView {
    if (bytes !== this.sourceBytes) {
      this.sourceBytes = bytes;
      this.sourceView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.sourceView;
  }

  private visibleCharacter(bytes: Uint8Array, at: number, end: number): number {
    if (bytes[at] === QUOTE) {
      this.byte(QUOTE);
      this.byte(QUOTE);
      return at + 1;
    }
    const length = sequenceLength(bytes, at, end);
    const next = at + Math.max(length, 1);
    if (length > 1 && !isUnsafe(codePoint(bytes, at, length))) return this.copy(bytes, at, next);
    for (let i = at; i < next; i++) this.hexByte(bytes[i]);
    return next;
  }

  private jsonEscaped(bytes: Uint8Array, at: number, end: number): number {
    const byte = bytes[at];
    const letter = JSON_LETTER[byte];
    if (letter !== 0) {
      this.byte(BACKSLASH);
      this.byte(letter);
      return at + 1;
    }
    const length = sequenceLength(bytes, at, end);
    if (length < 2) this.codeUnit(length === 0 ? escapeUnit(byte) : byte);
    else if (isC1(bytes, at)) this.codeUnit(bytes[at + 1]);
    else if (isLineSeparator(bytes, at)) this.codeUnit(0x2028 + (bytes[at + 2] & 1));
    else this.copy(bytes, at, at + length);
    return at + Math.max(length, 1);
  }

  protected copy(bytes: Uint8Array, start: number, end: number): number {
    this.reserve(end - start);
    for (let i = start; i < end; i++) this.bytes[this.length++] = bytes[i];
    return end;
  }

  /** Writes `\xHH`. */
  protected hexByte(byte: number): void {
    this.reserve(4);
    const out = this.bytes;
    const at = this.length;
    out[at] = BACKSLASH;
    out[at + 1] = LOWER_X;
    out[at + 2] = HEX[byte >> 4];
    out[at + 3] = HEX[byte & 0xf];
    this.length = at + 4;
  }

  /** Writes `\uHHHH`, a UTF-16 code unit. */
  private codeUnit(unit: number): void {
    this.reserve(6);
    const out = this.bytes;
    const at = this.length;
    out[at] = BACKSLASH;
    out[at + 1] = LOWER_U;
    for (let i = 0; i < 4; i++) out[at + 2 + i] = HEX[(unit >> (12 - 4 * i)) & 0xf];
    this.length = at + 6;
  }
}

function digitCount(value: number): number {
  if (value < 100000) {
    if (value < 100) return value < 10 ? 1 : 2;
    if (value < 10000) return value < 1000 ? 3 : 4;
    return 5;
  }
  if (value < 10000000) return value < 1000000 ? 6 : 7;
  if (value < 1000000000) return value < 100000000 ? 8 : 9;
  return 10;
}

/**
 * Whether one of the four bytes is a control character, a quote, a backslash, DEL or not ASCII.
 * `(x - 0x01010101) & ~x & 0x80808080` is 0 exactly if x has no byte of 0; with 0x20202020 instead,
 * exactly if it has no byte below 0x20.
 */
function hasJsonSpecial(word: number): boolean {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  const del = word ^ 0x7f7f7f7f;
  const matches =
    ((word - 0x20202020) & ~word) |
    ((quote - 0x01010101) & ~quote) |
    ((backslash - 0x01010101) & ~backslash) |
    ((del - 0x01010101) & ~del) |
    word;
  return (matches & 0x80808080) !== 0;
}

/** Whether it is U+0080 to U+009F; some of these control a terminal as ESC does. */
function isC1(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xc2 && bytes[at + 1] < 0xa0;
}

/** Whether it is U+2028 or U+2029, which end a line in old JavaScript and for some readers. */
function isLineSeparator(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xe2 && bytes[at + 1] === 0x80 && (bytes[at + 2] & 0xfe) === 0xa8;
}
