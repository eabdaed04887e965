/**
 * Finds the members of a JSON object (RFC 8259) in bytes without decoding them: many recorded lines
 * are scanned, and few are selected.
 */

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const LOWER_E = 0x65;
const LOWER_U = 0x75;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const ascii = new TextEncoder();
const LITERALS = ["null", "true", "false"].map((literal) => ascii.encode(literal));
/** 1 for the characters of an escape after its backslash, except u. */
const SIMPLE_ESCAPE = table('"\\/bfnrt');
const HEX_DIGIT = table("0123456789abcdefABCDEF");
/** 1 for bytes that a string may have unescaped. */
const UNESCAPED = new Uint8Array(256).map((_, byte) =>
  byte < SPACE || byte === QUOTE || byte === BACKSLASH ? 0 : 1,
);
/** Recorded lines are not nested deeper. */
const MAX_DEPTH = 16;

function table(characters: string): Uint8Array {
  const bytes = new Uint8Array(256);
  for (const byte of ascii.encode(characters)) bytes[byte] = 1;
  return bytes;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

export class JsonScanner {
  /** Offset of each key's value; -1 if the object does not have the key. */
  readonly starts: Int32Array;
  /** Offset of the end of each key's value. */
  readonly ends: Int32Array;
  private readonly keys: readonly Uint8Array[];
  private bytes: Uint8Array = new Uint8Array(0);
  private end = 0;

  /** @param keys ASCII; other keys of the object are skipped */
  constructor(keys: readonly string[]) {
    this.keys = keys.map((key) => ascii.encode(key));
    this.starts = new Int32Array(keys.length);
    this.ends = new Int32Array(keys.length);
  }

  /** Scans `bytes[start, end)`. @returns false if that is not exactly one JSON object */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes;
    this.end = end;
    this.starts.fill(-1);
    const at = this.skipWhitespace(start);
    if (this.byteAt(at) !== OPEN) return false;
    const after = this.object(at, 0);
    return after >= 0 && this.skipWhitespace(after) === end;
  }

  /** Returns 0 beyond the end, which is not valid in JSON. */
  private byteAt(at: number): number {
    return at < this.end ? this.bytes[at] : 0;
  }

  private skipWhitespace(at: number): number {
    for (; at < this.end; at++) {
      const byte = this.bytes[at];
      if (byte !== SPACE && byte !== TAB && byte !== LINE_FEED && byte !== RETURN) break;
    }
    return at;
  }

  // Each of the following methods returns the offset of its value's end, or -1 if it is invalid.

  private value(at: number, depth: number): number {
    const byte = this.byteAt(at);
    if (byte === QUOTE) return this.string(at);
    if (byte === MINUS || isDigit(byte)) return this.number(at);
    if (byte === OPEN) return depth < MAX_DEPTH ? this.object(at, depth + 1) : -1;
    if (byte === OPEN_LIST) return depth < MAX_DEPTH ? this.list(at, depth + 1) : -1;
    const literal = LITERALS.find((each) => this.equals(each, at, at + each.length));
    return literal ? at + literal.length : -1;
  }

  /** @param depth 0 for the object whose members are stored */
  private object(at: number, depth: number): number {
    at = this.skipWhitespace(at + 1);
    if (this.byteAt(at) === CLOSE) return at + 1;
    for (let expected = 0; ; expected++) {
      const keyEnd = this.string(at);
      if (keyEnd < 0) return -1;
      const colon = this.skipWhitespace(keyEnd);
      if (this.byteAt(colon) !== COLON) return -1;
      const start = this.skipWhitespace(colon + 1);
      const end = this.value(start, depth);
      if (end < 0) return -1;
      if (depth === 0) expected = this.store(expected, at + 1, keyEnd - 1, start, end);
      at = this.skipWhitespace(end);
      if (this.byteAt(at) === CLOSE) return at + 1;
      if (this.byteAt(at) !== COMMA) return -1;
      at = this.skipWhitespace(at + 1);
    }
  }

  /**
   * Stores the offsets of a value, if its key is one of `keys`.
   * @param expected index of the key that probably comes next: `keys` are in recorded order
   * @returns the index of the key; `expected` for other keys
   */
  private store(
    expected: number,
    keyStart: number,
    keyEnd: number,
    start: number,
    end: number,
  ): number {
    const { keys } = this;
    let index = expected;
    if (index >= keys.length || !this.equals(keys[index], keyStart, keyEnd))
      index = keys.findIndex((key) => this.equals(key, keyStart, keyEnd));
    if (index < 0) return expected;
    this.starts[index] = start;
    this.ends[index] = end;
    return index;
  }

  private equals(expected: Uint8Array, start: number, end: number): boolean {
    if (end - start !== expected.length || end > this.end) return false;
    for (let i = 0; i < expected.length; i++)
      if (this.bytes[start + i] !== expected[i]) return false;
    return true;
  }

  private list(at: number, depth: number): number {
    at = this.skipWhitespace(at + 1);
    if (this.byteAt(at) === CLOSE_LIST) return at + 1;
    for (;;) {
      const end = this.value(at, depth);
      if (end < 0) return -1;
      at = this.skipWhitespace(end);
      if (this.byteAt(at) === CLOSE_LIST) return at + 1;
      if (this.byteAt(at) !== COMMA) return -1;
      at = this.skipWhitespace(at + 1);
    }
  }

  private string(at: number): number {
    const { bytes, end } = this;
    if (this.byteAt(at) !== QUOTE) return -1;
    for (at++; at < end; at++) {
      if (UNESCAPED[bytes[at]] !== 0) continue;
      if (bytes[at] === QUOTE) return at + 1;
      if (bytes[at] !== BACKSLASH) return -1;
      at = this.escape(at);
      if (at < 0) return -1;
    }
    return -1;
  }

  /** @returns the offset of the escape's last character, or -1 */
  private escape(at: number): number {
    const letter = this.byteAt(at + 1);
    if (SIMPLE_ESCAPE[letter] !== 0) return at + 1;
    if (letter !== LOWER_U) return -1;
    for (let digit = at + 2; digit < at + 6; digit++)
      if (HEX_DIGIT[this.byteAt(digit)] === 0) return -1;
    return at + 5;
  }

  private number(at: number): number {
    if (this.byteAt(at) === MINUS) at++;
    const whole = this.digits(at);
    // Leading zeros are invalid.
    if (whole < 0 || (this.byteAt(at) === ZERO && whole > at + 1)) return -1;
    at = whole;
    if (this.byteAt(at) === DOT) at = this.digits(at + 1);
    if (at >= 0 && (this.byteAt(at) | 0x20) === LOWER_E) {
      const sign = this.byteAt(at + 1);
      at = this.digits(sign === PLUS || sign === MINUS ? at + 2 : at + 1);
    }
    return at;
  }

  /** Scans one or more digits. */
  private digits(at: number): number {
    const start = at;
    while (isDigit(this.byteAt(at))) at++;
    return at > start ? at : -1;
  }
}
