/** Reads another process's memory: process_vm_readv(2). */
import { libc } from "../../ffi/libc.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";

const PAGE = 4096;
const LARGEST = 1 << 20;
const IOVEC_SIZE = 16;

export class TraceeMemory {
  /** Whose memory is read. */
  pid = 0;
  private readonly vectors = allocate(2 * IOVEC_SIZE);
  private buffer: Memory = allocate(2 * PAGE);

  constructor() {
    this.vectors.view.setBigUint64(0, BigInt(this.buffer.address), true);
  }

  private raw(address: number, length: number): number {
    const { view, address: at } = this.vectors;
    view.setBigUint64(8, BigInt(length), true);
    view.setBigUint64(16, BigInt(address), true);
    view.setBigUint64(24, BigInt(length), true);
    return libc.process_vm_readv(this.pid, at, 1, at + IOVEC_SIZE, 1, 0);
  }

  /**
   * The bytes at an address, lent until the next read; null where not all of them can be read.
   * At most a mebibyte.
   */
  read(address: number, length: number): Memory | null {
    if (address === 0 || length > LARGEST || length < 0) return null;
    this.reserve(length);
    return this.raw(address, length) === length ? this.buffer : null;
  }

  private reserve(length: number): void {
    if (length <= this.buffer.bytes.length) return;
    this.buffer = allocate(2 ** Math.ceil(Math.log2(length)));
    this.vectors.view.setBigUint64(0, BigInt(this.buffer.address), true);
  }

  /**
   * A string up to its NUL, lent until the next read, as `bytes[0, length)`.
   * @param limit most bytes that are wanted; whether there are more is said by `cut`
   * @returns null where its first byte cannot be read
   */
  string(
    address: number,
    limit: number,
  ): { bytes: Uint8Array; length: number; cut: boolean } | null {
    if (address === 0) return null;
    this.reserve(limit + PAGE);
    let length = 0;
    while (length <= limit) {
      // Never across a page that may not be there.
      const step = Math.min(PAGE - ((address + length) % PAGE), limit + 1 - length);
      const { bytes } = this.buffer;
      this.vectors.view.setBigUint64(0, BigInt(this.buffer.address + length), true);
      const read = this.raw(address + length, step);
      this.vectors.view.setBigUint64(0, BigInt(this.buffer.address), true);
      if (read <= 0) return length === 0 ? null : { bytes, length, cut: true };
      const end = bytes.indexOf(0, length);
      if (end >= 0 && end < length + read)
        return { bytes, length: Math.min(end, limit), cut: end > limit };
      length += read;
    }
    return { bytes: this.buffer.bytes, length: limit, cut: true };
  }
}
