/**
 * Encodes names for the formats that programs read: quoted CSV cells and JSON strings. A name is
 * copied in runs of plain bytes; only the bytes between runs are escaped.
 */

import type { ByteSlice } from "../../text/byte-slice.ts";
import { isUnsafe } from "../../text/printable.ts";
import { escapeUnit } from "../../text/surrogate-escape.ts";
import { codePoint, sequenceLength } from "../../text/utf8.ts";
import { ByteBuffer } from "./byte-buffer.ts";

/** Below this length, a loop over bytes is faster than one over 4-byte words. */
const MIN_WORDWISE_LENGTH = 16;

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
const DEL = 0x7f;
const LOWER_U = 0x75;
const LOWER_X = 0x78;

const HEX = new TextEncoder().encode("0123456789abcdef");

/** 1 for the bytes that may need an escape in a JSON string. */
const JSON_SPECIAL = table(
  (byte) => byte < 0x20 || byte === QUOTE || byte === BACKSLASH || byte >= DEL,
);

/** 1 for the bytes that may need an escape in a quoted CSV cell whose names are escaped. */
const ESCAPED_SPECIAL = table(
  (byte) => byte === 0 || byte === QUOTE || byte === BACKSLASH || byte >= 0x80,
);

/** 1 for the bytes that may need an escape in a quoted CSV cell on a terminal. */
const VISIBLE_SPECIAL = table((byte) => byte < 0x20 || byte === QUOTE || byte >= DEL);

const VISIBLE_ESCAPED_SPECIAL = table(
  (byte) => byte < 0x20 || byte === QUOTE || byte === BACKSLASH || byte >= DEL,
);

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

function table(special: (byte: number) => boolean): Uint8Array {
  return new Uint8Array(256).map((_, byte) => (special(byte) ? 1 : 0));
}

export class Encoder extends ByteBuffer {
  /** Whether JSON is for a terminal. */
  escapesUnsafe = false;
  /** Whether bytes that are not UTF-8 are `\\xHH` and a backslash is two: backslash-escape.ts. */
  escapesNames = false;
  /** The memory of the last long name, which is nearly always that of the next one too. */
  private sourceBytes: Uint8Array = new Uint8Array(0);
  private sourceView: DataView = new DataView(this.sourceBytes.buffer);

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

  /** Writes a quoted CSV cell with escaped names: bytes that are not UTF-8 become `\\xHH`. */
  csvEscaped({ bytes, start, length }: ByteSlice): void {
    const end = start + length;
    const unsafe = this.escapesUnsafe;
    this.byte(QUOTE);
    for (let i = start; i < end; ) {
      i = this.copyToSpecial(bytes, i, end, unsafe ? VISIBLE_ESCAPED_SPECIAL : ESCAPED_SPECIAL);
      if (i >= end) break;
      const byte = bytes[i];
      const size = sequenceLength(bytes, i, end);
      if (byte === QUOTE || byte === BACKSLASH) {
        this.byte(byte);
        this.byte(byte);
        i++;
      } else if (unsafe && size > 0) i = this.visibleCharacter(bytes, i, end);
      else if (size > 1) i = this.copy(bytes, i, i + size);
      else this.hexByte(bytes[i++]);
    }
    this.byte(QUOTE);
  }

  /**
   * Writes a JSON string. Valid UTF-8 is unchanged, except that control characters (C0, DEL, C1) and
   * the line separators U+2028 and U+2029 are escaped, and on a terminal all that is unsafe there. Any
   * other byte becomes `\udcXX`, as in
   * Python's surrogateescape: `os.fsencode(json.loads(line)["fname"])` returns the name. With
   * `escapesNames` it becomes `\\xHH` in the string, and NUL, which databases refuse, too.
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
    if (this.escapesNames && this.nameEscaped(bytes, at, end)) return at + 1;
    const letter = JSON_LETTER[byte];
    if (letter !== 0) {
      this.byte(BACKSLASH);
      this.byte(letter);
      return at + 1;
    }
    const length = sequenceLength(bytes, at, end);
    if (length < 2) this.codeUnit(length === 0 ? escapeUnit(byte) : byte);
    else {
      const code = codePoint(bytes, at, length);
      if (isC1(code) || isLineSeparator(code) || (this.escapesUnsafe && isUnsafe(code)))
        this.codeUnits(code);
      else this.copy(bytes, at, at + length);
    }
    return at + Math.max(length, 1);
  }

  /** Writes the escape of a byte within a JSON string, where a backslash is two. */
  private nameEscaped(bytes: Uint8Array, at: number, end: number): boolean {
    const byte = bytes[at];
    if (byte !== BACKSLASH && byte !== 0 && sequenceLength(bytes, at, end) > 0) return false;
    this.byte(BACKSLASH);
    if (byte !== BACKSLASH) {
      this.hexByte(byte);
      return true;
    }
    this.byte(BACKSLASH);
    this.byte(BACKSLASH);
    this.byte(BACKSLASH);
    return true;
  }

  /** Writes a character as one or two UTF-16 code units. */
  private codeUnits(code: number): void {
    const character = String.fromCodePoint(code);
    for (let i = 0; i < character.length; i++) this.codeUnit(character.charCodeAt(i));
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
const isC1 = (code: number) => code < 0xa0;

/** Whether it ends a line in old JavaScript and for some readers. */
const isLineSeparator = (code: number) => code === 0x2028 || code === 0x2029;
