/**
 * Finds the members of a JSON object in bytes without making anything of them (RFC 8259): a
 * recorded line is looked at often, and seldom wanted.
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
const LITERALS = ["null", "true", "false"].map((word) => ascii.encode(word));
/** 1 for what may follow a backslash, but for u. */
const SIMPLE_ESCAPE = table('"\\/bfnrt');
const HEX_DIGIT = table("0123456789abcdefABCDEF");
/** 1 for what stands for itself in a string. */
const UNESCAPED = new Uint8Array(256).map((_, byte) =>
  byte < SPACE || byte === QUOTE || byte === BACKSLASH ? 0 : 1,
);
/** What lies deeper is no line of ours. */
const MAX_DEPTH = 16;

function table(characters: string): Uint8Array {
  const bytes = new Uint8Array(256);
  for (const byte of ascii.encode(characters)) bytes[byte] = 1;
  return bytes;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

export class JsonScanner {
  /** Where the value of each key begins; -1: the object has no such key. */
  readonly starts: Int32Array;
  /** Where it ends. */
  readonly ends: Int32Array;
  private readonly keys: readonly Uint8Array[];
  private bytes: Uint8Array = new Uint8Array(0);
  private end = 0;

  /** @param keys ASCII; the object may have others, which are passed over */
  constructor(keys: readonly string[]) {
    this.keys = keys.map((key) => ascii.encode(key));
    this.starts = new Int32Array(keys.length);
    this.ends = new Int32Array(keys.length);
  }

  /** Looks at `bytes[start, end)`. @returns false where that is not one JSON object */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes;
    this.end = end;
    this.starts.fill(-1);
    const at = this.skipWhitespace(start);
    if (this.byteAt(at) !== OPEN) return false;
    const after = this.object(at, 0);
    return after >= 0 && this.skipWhitespace(after) === end;
  }

  /** 0 beyond the end, which is no part of JSON. */
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

  /** This and what follows return where the value ends, or -1 where there is none. */
  private value(at: number, depth: number): number {
    const byte = this.byteAt(at);
    if (byte === QUOTE) return this.string(at);
    if (byte === MINUS || isDigit(byte)) return this.number(at);
    if (byte === OPEN) return depth < MAX_DEPTH ? this.object(at, depth + 1) : -1;
    if (byte === OPEN_LIST) return depth < MAX_DEPTH ? this.list(at, depth + 1) : -1;
    const word = LITERALS.find((each) => this.equals(each, at, at + each.length));
    return word ? at + word.length : -1;
  }

  /** @param depth 0: the object whose members are looked for */
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
   * Keeps where a value stands.
   * @param expected the key that comes next in a line as we write them
   * @returns which key it was; `expected` where it is none of ours
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

  private equals(word: Uint8Array, start: number, end: number): boolean {
    if (end - start !== word.length || end > this.end) return false;
    for (let i = 0; i < word.length; i++) if (this.bytes[start + i] !== word[i]) return false;
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

  /** @returns where its last character stands */
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
    // No zero before other digits.
    if (whole < 0 || (this.byteAt(at) === ZERO && whole > at + 1)) return -1;
    at = whole;
    if (this.byteAt(at) === DOT) at = this.digits(at + 1);
    if (at >= 0 && (this.byteAt(at) | 0x20) === LOWER_E) {
      const sign = this.byteAt(at + 1);
      at = this.digits(sign === PLUS || sign === MINUS ? at + 2 : at + 1);
    }
    return at;
  }

  /** At least one. */
  private digits(at: number): number {
    const start = at;
    while (isDigit(this.byteAt(at))) at++;
    return at > start ? at : -1;
  }
}
