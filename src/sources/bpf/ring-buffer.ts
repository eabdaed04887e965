/**
 * Reads a BPF ring buffer in place: include/uapi/linux/bpf.h, kernel/bpf/ringbuf.c. The kernel maps
 * the data twice in a row, so that a record that wraps around is contiguous.
 */
import { check } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { foreign } from "../../ffi/memory.ts";
import {
  BPF_RINGBUF_BUSY_BIT,
  BPF_RINGBUF_DISCARD_BIT,
  BPF_RINGBUF_HDR_SZ,
} from "../../kernel/bpf.ts";

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;

/** How long `drainWaiting` waits: an eBPF program that is writing may be preempted that long. */
const MAX_WRITE_WAIT_MS = 100;
const WRITE_POLL_MS = 1;

/** The mapped parts of a ring buffer. */
export interface RingBufferMemory {
  /** The consumer position, in bytes since the ring was created; written by user space. */
  readonly consumed: BigUint64Array;
  /** The low half of the producer position; written by the kernel. */
  readonly produced: Uint32Array;
  /** Size of the data in bytes. */
  readonly size: number;
  /** The data, followed by as much of their second mapping as the longest record needs. */
  readonly bytes: Uint8Array;
}

function mmapRing(fd: number, size: number, protection: number, offset: number) {
  const address = libc.mmap(0, size, protection, MAP_SHARED, fd, BigInt(offset));
  return foreign(check(address, "mmap", "BPF ring"), size);
}

/**
 * Maps a map of type BPF_MAP_TYPE_RINGBUF.
 * @param size size of the data in bytes: a power of two and a multiple of the page size
 * @param maxRecord size of the longest record in bytes. The second mapping covers no more than it
 *   needs: Bun counts mapped memory, and would collect garbage at the start, which takes 2 ms.
 */
export function mapRingBuffer(fd: number, size: number, maxRecord: number): RingBufferMemory {
  const page = libc.getpagesize();
  const consumer = mmapRing(fd, page, PROT_READ | PROT_WRITE, 0);
  const wrapped = Math.min(size, Math.ceil((BPF_RINGBUF_HDR_SZ + maxRecord) / page) * page);
  const producer = mmapRing(fd, page + size + wrapped, PROT_READ, page);
  return {
    consumed: new BigUint64Array(consumer.bytes.buffer, 0, 1),
    produced: new Uint32Array(producer.bytes.buffer, 0, 1),
    size,
    bytes: producer.bytes.subarray(page),
  };
}

function isBusy(header: number): boolean {
  return (header & BPF_RINGBUF_BUSY_BIT) !== 0;
}

function isDiscarded(header: number): boolean {
  return (header & BPF_RINGBUF_DISCARD_BIT) !== 0;
}

/** Returns the length of a record without its header. */
function recordLength(header: number): number {
  return header & (BPF_RINGBUF_DISCARD_BIT - 1);
}

/** Returns the bytes that a record occupies in the ring, with header and padding. */
function recordSpace(header: number): number {
  return (recordLength(header) + BPF_RINGBUF_HDR_SZ + 7) & ~7;
}

export class RingBuffer {
  /** The memory of all records, also of those that wrap around. */
  readonly bytes: Uint8Array;
  /** Size of the data in bytes. */
  readonly size: number;
  /** Times that a record header or the producer position was invalid; the rest was then skipped. */
  corrupted = 0;
  private readonly words: Uint32Array;
  private readonly consumed: BigUint64Array;
  private readonly produced: Uint32Array;
  private readonly publishEvery: number;
  private position: number;

  constructor({ size, bytes, consumed, produced }: RingBufferMemory) {
    this.bytes = bytes;
    this.size = size;
    this.words = new Uint32Array(bytes.buffer, bytes.byteOffset, size / 4);
    this.consumed = consumed;
    this.produced = produced;
    this.publishEvery = this.size >> 3;
    this.position = Number(consumed[0]);
  }

  /**
   * Visits the complete records in order, as `bytes[at, at + length)`, and releases their space after
   * the visits. Reads at most one ring size, so that a fast producer cannot keep it here forever.
   * @returns false if it stopped at a record that is still being written; true if everything was read
   *   that was there at the call
   */
  drain(visit: (at: number, length: number) => void): boolean {
    const limit = this.position + this.size;
    while (this.position < limit) {
      const unread = this.unreadBytes();
      if (unread === 0) break;
      const complete = this.readUntil(this.position + unread, visit);
      this.publish();
      if (!complete) return false;
    }
    return true;
  }

  /**
   * Drains like `drain`, but waits for records that are still being written, at most
   * MAX_WRITE_WAIT_MS in all.
   * @param isDone ends the wait early if the visited records suffice
   * @returns false if a record was still being written in the end
   */
  drainWaiting(visit: (at: number, length: number) => void, isDone = () => false): boolean {
    const deadline = performance.now() + MAX_WRITE_WAIT_MS;
    for (;;) {
      if (this.drain(visit)) return true;
      if (isDone() || performance.now() >= deadline) return false;
      Bun.sleepSync(WRITE_POLL_MS);
    }
  }

  /** Returns the number of records that have not been read, complete or not. */
  unreadCount(): number {
    const end = this.position + Math.min(this.unreadBytes(), this.size);
    let count = 0;
    for (let at = this.position; at < end; at += recordSpace(this.header(at)))
      if (!isDiscarded(this.header(at))) count++;
    return count;
  }

  /** Returns the bytes between the consumer and the producer position. */
  private unreadBytes(): number {
    // A plain load, then a fence: JavaScriptCore's atomic load is a read-modify-write, and this page
    // is read-only. The low half of the position suffices, because no ring has 4 GiB.
    const unread = (this.produced[0] - this.position) >>> 0;
    Atomics.load(this.consumed, 0);
    return unread;
  }

  /** Reads up to a position. Returns false if it stopped at a record that is still being written. */
  private readUntil(end: number, visit: (at: number, length: number) => void): boolean {
    let published = this.position;
    while (this.position < end) {
      const header = this.header(this.position);
      const left = end - this.position;
      if (left > this.size || recordSpace(header) > left) {
        this.corrupted++;
        this.position = end;
        break;
      }
      if (isBusy(header)) return false;
      const at = this.position & (this.size - 1);
      if (!isDiscarded(header)) visit(at + BPF_RINGBUF_HDR_SZ, recordLength(header));
      this.position += recordSpace(header);
      if (this.position - published >= this.publishEvery) {
        this.publish();
        published = this.position;
      }
    }
    return true;
  }

  private header(position: number): number {
    return this.words[(position & (this.size - 1)) >> 2];
  }

  /** Releases what has been read to the kernel. */
  private publish(): void {
    Atomics.store(this.consumed, 0, BigInt(this.position));
  }
}
