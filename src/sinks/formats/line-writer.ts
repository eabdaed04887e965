/** Lines of a record as they are: what needs no other form is not made anew. */
import type { Output } from "../../core/sink.ts";

const FLUSH_AT = 256 << 10;
const LINE_FEED = 0x0a;

export class RawLineWriter {
  /** Lines that the output has taken. */
  delivered = 0;
  private readonly output: Output;
  private bytes = new Uint8Array(2 * FLUSH_AT);
  private length = 0;
  private copied = 0;

  constructor(output: Output) {
    this.output = output;
  }

  /** Copies `bytes[start, end)` and ends the line. */
  write(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.length + end - start + 1;
    if (needed > this.bytes.length) this.grow(needed);
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.bytes[needed - 1] = LINE_FEED;
    this.length = needed;
    this.copied++;
    if (needed >= FLUSH_AT) this.close();
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(needed * 2);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  /** Hands on what is left. */
  close(): void {
    if (this.length > 0) this.output.write(this.bytes, this.length);
    this.delivered += this.copied;
    this.length = 0;
    this.copied = 0;
  }
}
