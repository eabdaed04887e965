/** Random numbers, bytes and texts, the same for the same seed. */
import { EVENT_SIZE } from "../src/events/event-record.ts";

/** mulberry32. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** Returns an integer from 0 to `limit` - 1. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** Returns a copy with a few bits, bytes or words changed, sometimes longer or shorter. */
  changed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const length = this.pick([0, 0, 0, 0, 1, -1, 64, -this.below(bytes.length + 1)]) + bytes.length;
    const copy = new Uint8Array(Math.max(0, length));
    copy.set(bytes.subarray(0, copy.length));
    const view = new DataView(copy.buffer);
    // Most fields that can be invalid are in the header.
    const near = () => this.below(this.pick([EVENT_SIZE, copy.length]) + 1);
    for (let times = 1 + this.below(4); times > 0; times--) {
      const at = near();
      const how = this.below(4);
      if (how === 0 && at < copy.length) copy[at] ^= 1 << this.below(8);
      if (how === 1 && at < copy.length) copy[at] = this.pick([0, 1, 0x7f, 0x80, 0xff]);
      if (how === 2 && at + 2 <= copy.length)
        view.setUint16(at & ~1, this.pick([0, 1, 16, 4096, 0x7fff, 0xffff]), true);
      if (how === 3 && at + 8 <= copy.length) copy.set(this.bytes(8), at);
    }
    return copy;
  }

  text(alphabet: readonly string[], max: number): string {
    return Array.from({ length: this.below(max + 1) }, () => this.pick(alphabet)).join("");
  }
}
