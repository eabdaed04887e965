/** A slice of bytes that may be borrowed. */

const utf8 = new TextEncoder();

/**
 * A window on memory that another object owns, such as the ring buffer or a scratch buffer. The
 * slice is borrowed: it is valid only until its source moves to the next event.
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

  /** Returns a slice that owns the UTF-8 bytes of a text, for words that never change. */
  static from(text: string): ByteSlice {
    return new ByteSlice(utf8.encode(text));
  }
}
