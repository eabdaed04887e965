/**
 * The reader of a BPF ring buffer: include/uapi/linux/bpf.h, kernel/bpf/ringbuf.c. The ring is
 * mapped and read in place. Its data are mapped twice in a row, so that a record is contiguous.
 */
import { check } from "../ffi/errno.ts";
import { libc } from "../ffi/libc.ts";
import { foreign } from "../ffi/memory.ts";
import {
  BPF_RINGBUF_BUSY_BIT,
  BPF_RINGBUF_DISCARD_BIT,
  BPF_RINGBUF_HDR_SZ,
} from "../kernel/bpf.ts";

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;

function map(fd: number, size: number, protection: number, offset: number) {
  const address = libc.mmap(0, size, protection, MAP_SHARED, fd, BigInt(offset));
  return foreign(check(address, "mmap", "BPF ring"), size);
}

export class Ring {
  /** The data, twice. Records lie in here. */
  readonly bytes: Uint8Array;
  /** Bytes of the data. */
  readonly size: number;
  private readonly words: Uint32Array;
  private readonly consumed: BigUint64Array;
  private readonly produced: Uint32Array;
  private readonly mask: number;
  private readonly publishEvery: number;
  private position: number;

  /** @param size of the data in bytes: a power of two, a multiple of the page size */
  constructor(fd: number, size: number) {
    this.size = size;
    this.mask = size - 1;
    this.publishEvery = size >> 3;
    const page = libc.getpagesize();
    const consumer = map(fd, page, PROT_READ | PROT_WRITE, 0);
    const producer = map(fd, page + 2 * size, PROT_READ, page);
    this.consumed = new BigUint64Array(consumer.bytes.buffer, 0, 1);
    this.produced = new Uint32Array(producer.bytes.buffer, 0, 1);
    this.bytes = producer.bytes.subarray(page);
    this.words = new Uint32Array(producer.bytes.buffer, page, size >> 1);
    this.position = Number(this.consumed[0]);
  }

  /**
   * Visits each record that is complete, in order, as `bytes[at, at + length)`, and gives its room
   * back to the kernel after the visit. Ends at a record that is still being written.
   */
  drain(visit: (at: number, length: number) => void): void {
    let published = this.position;
    for (;;) {
      // A plain load, then a fence: an atomic load is a write in disguise, and this page is
      // read-only. The low half of the position suffices, as no ring has 4 GiB.
      const waiting = (this.produced[0] - (this.position % 0x100000000)) >>> 0;
      Atomics.load(this.consumed, 0);
      if (waiting === 0) break;
      const end = this.position + waiting;
      while (this.position < end) {
        const at = this.position & this.mask;
        const header = this.words[at >> 2];
        if (header >= BPF_RINGBUF_BUSY_BIT) {
          this.publish();
          return;
        }
        const length = header % BPF_RINGBUF_DISCARD_BIT;
        if (header < BPF_RINGBUF_DISCARD_BIT) visit(at + BPF_RINGBUF_HDR_SZ, length);
        this.position += (length + BPF_RINGBUF_HDR_SZ + 7) & ~7;
        if (this.position - published >= this.publishEvery) {
          this.publish();
          published = this.position;
        }
      }
      this.publish();
      published = this.position;
    }
  }

  private publish(): void {
    Atomics.store(this.consumed, 0, BigInt(this.position));
  }
}
