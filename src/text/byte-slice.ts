/** Borrowed bytes. */

const utf8 = new TextEncoder();

/**
 * Bytes that are lent: a window on memory that belongs to somebody else (the ring buffer, a
 * scratch buffer), valid only until the event that it came from is given back.
 */
export class ByteSlice {
  bytes: Uint8Array;
  start: number;
  length: number;

  constructor(bytes: Uint8Array = new Uint8Array(0), start = 0, length = bytes.length) {
    this.bytes = bytes;
    this.start = start;
    this.length = length;
  }

  /** A slice that owns the UTF-8 bytes of a text, for words that never change. */
  static from(text: string): ByteSlice {
    return new ByteSlice(utf8.encode(text));
  }
}
