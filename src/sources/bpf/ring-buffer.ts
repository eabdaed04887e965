/**
 * The reader of a BPF ring buffer: include/uapi/linux/bpf.h, kernel/bpf/ringbuf.c. The ring is
 * mapped and read in place. Its data are mapped twice in a row, so that a record is contiguous.
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

/** A ring's three parts, as they are mapped. */
export interface RingBufferMemory {
  /** How far it has been read, in bytes since its beginning: ours to write. */
  readonly consumed: BigUint64Array;
  /** The low half of how far it has been written. */
  readonly produced: Uint32Array;
  /** Bytes of the data. */
  readonly size: number;
  /** The data, then again as much of them as the longest record needs. */
  readonly bytes: Uint8Array;
}

function mmapRing(fd: number, size: number, protection: number, offset: number) {
  const address = libc.mmap(0, size, protection, MAP_SHARED, fd, BigInt(offset));
  return foreign(check(address, "mmap", "BPF ring"), size);
}

/**
 * Maps a map of type BPF_MAP_TYPE_RINGBUF.
 * @param size of the data in bytes: a power of two, a multiple of the page size
 * @param longest of the records, in bytes. With the data mapped twice as a whole, Bun would count
 *   twice the memory, and collect its garbage at the start, which takes 2 ms.
 */
export function mapRingBuffer(fd: number, size: number, longest: number): RingBufferMemory {
  const page = libc.getpagesize();
  const consumer = mmapRing(fd, page, PROT_READ | PROT_WRITE, 0);
  const again = Math.min(size, Math.ceil((BPF_RINGBUF_HDR_SZ + longest) / page) * page);
  const producer = mmapRing(fd, page + size + again, PROT_READ, page);
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

/** Bytes of a record without its header. */
function recordLength(header: number): number {
  return header & (BPF_RINGBUF_DISCARD_BIT - 1);
}

/** Bytes that a record takes up in the ring. */
function recordSpace(header: number): number {
  return (recordLength(header) + BPF_RINGBUF_HDR_SZ + 7) & ~7;
}

export class RingBuffer {
  /** Records lie in here, also across the end of the data. */
  readonly bytes: Uint8Array;
  /** Bytes of the data. */
  readonly size: number;
  /** How often a header or the producer said what cannot be; all up to there was passed over. */
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
   * Visits each record that is complete, in order, as `bytes[at, at + length)`, and gives its room
   * back to the kernel after the visit. Never more than the ring holds: a machine that is faster
   * than us must not keep us here for ever.
   * @returns false when a record that is still being written was in the way; true when all has been
   *   read that was there at the call
   */
  drain(visit: (at: number, length: number) => void): boolean {
    const limit = this.position + this.size;
    while (this.position < limit) {
      const waiting = this.available();
      if (waiting === 0) break;
      const complete = this.read(this.position + waiting, visit);
      this.publish();
      if (!complete) return false;
    }
    return true;
  }

  /** How many records are there that have not been read. */
  unreadCount(): number {
    const end = this.position + Math.min(this.available(), this.size);
    let count = 0;
    for (let at = this.position; at < end; at += recordSpace(this.header(at)))
      if (!isDiscarded(this.header(at))) count++;
    return count;
  }

  /** Bytes that have been produced and not been read. */
  private available(): number {
    // A plain load, then a fence: an atomic load is a write in disguise, and this page is
    // read-only. The low half of the position suffices, as no ring has 4 GiB.
    const waiting = (this.produced[0] - this.position) >>> 0;
    Atomics.load(this.consumed, 0);
    return waiting;
  }

  /** Reads up to a position. Returns false when a record that is still being written is before it. */
  private read(end: number, visit: (at: number, length: number) => void): boolean {
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

  private publish(): void {
    Atomics.store(this.consumed, 0, BigInt(this.position));
  }
}
