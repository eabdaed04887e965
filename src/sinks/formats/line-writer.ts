/** Copies lines of a recorded file unchanged, which saves parsing and encoding them. */
import type { Output } from "../../core/sink.ts";

const FLUSH_AT = 256 << 10;
const LINE_FEED = 0x0a;

export class RawLineWriter {
  /** Number of lines that the output has accepted. */
  delivered = 0;
  private readonly output: Output;
  private bytes = new Uint8Array(2 * FLUSH_AT);
  private length = 0;
  private copied = 0;

  constructor(output: Output) {
    this.output = output;
  }

  /** Copies `bytes[start, end)` and a line feed. */
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

  /** Writes the remaining lines to the output. */
  close(): void {
    if (this.length > 0) this.output.write(this.bytes, this.length);
    this.delivered += this.copied;
    this.length = 0;
    this.copied = 0;
  }
}
