/**
 * An append-only log of small numbers, a few bits each: runs of bytes, each of a key. Varints are
 * those of LEB128: seven bits a byte, the lowest first.
 */

const CHUNK_BITS = 18;
const CHUNK_SIZE = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_SIZE - 1;
const CONTINUED = 0x80;

/** Reads a run; the caller knows where it ends. */
export class RunReader {
  private readonly chunks: readonly Uint8Array[];
  private position: number;

  constructor(chunks: readonly Uint8Array[], position: number) {
    this.chunks = chunks;
    this.position = position;
  }

  byte(): number {
    const at = this.position++;
    return this.chunks[at >>> CHUNK_BITS][at & CHUNK_MASK];
  }

  /** Reads a safe integer that is not negative. */
  varint(): number {
    let value = this.byte();
    if (value < CONTINUED) return value;
    value -= CONTINUED;
    for (let scale = CONTINUED; ; scale *= CONTINUED) {
      const byte = this.byte();
      value += (byte & (CONTINUED - 1)) * scale;
      if (byte < CONTINUED) return value;
    }
  }

  signed(): number {
    const value = this.varint();
    const half = Math.floor(value / 2);
    return value === 2 * half ? half : -half - 1;
  }
}

export class ByteLog {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;
  /** Where each run starts, and the run before of its key, or -1. */
  private readonly starts: number[] = [];
  private readonly before: number[] = [];
  /** The last run of each key. */
  private readonly lastRun = new Map<number, number>();

  /** Begins a run. */
  begin(key: number): void {
    this.before.push(this.lastRun.get(key) ?? -1);
    this.lastRun.set(key, this.starts.push(this.length) - 1);
  }

  byte(byte: number): void {
    const at = this.length++ & CHUNK_MASK;
    if (at === 0) this.chunks.push(new Uint8Array(CHUNK_SIZE));
    this.chunks[this.chunks.length - 1][at] = byte;
  }

  /** @param value a safe integer that is not negative */
  varint(value: number): void {
    let rest = value;
    for (; rest >= CONTINUED; rest = Math.floor(rest / CONTINUED))
      this.byte((rest % CONTINUED) | CONTINUED);
    this.byte(rest);
  }

  /** @param value an integer below 2^52 in absolute value */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Returns readers of the runs of a key, oldest first. */
  of(key: number): RunReader[] {
    const readers: RunReader[] = [];
    for (let run = this.lastRun.get(key) ?? -1; run >= 0; run = this.before[run])
      readers.push(new RunReader(this.chunks, this.starts[run]));
    return readers.reverse();
  }
}
