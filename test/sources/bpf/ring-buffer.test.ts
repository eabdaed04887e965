/** Reads a BPF ring buffer whose memory the test writes, as the kernel does or with invalid contents. */
import { describe, expect, test } from "bun:test";
import {
  BPF_RINGBUF_BUSY_BIT,
  BPF_RINGBUF_DISCARD_BIT,
  BPF_RINGBUF_HDR_SZ,
} from "../../../src/kernel/bpf.ts";
import { RingBuffer } from "../../../src/sources/bpf/ring-buffer.ts";

const SIZE = 4096;

/** The producer of a ring of SIZE bytes: the kernel's side. */
class Writer {
  readonly memory = {
    consumed: new BigUint64Array(1),
    produced: new Uint32Array(1),
    size: SIZE,
    bytes: new Uint8Array(2 * SIZE),
  };
  private at: number;

  /** @param start initial position, in bytes since the ring was created */
  constructor(start = 0) {
    this.at = start;
    this.memory.consumed[0] = BigInt(start);
    this.memory.produced[0] = start % 2 ** 32;
  }

  /** Writes a byte to both mappings of the data. */
  private put(position: number, byte: number): void {
    const at = position % SIZE;
    this.memory.bytes[at] = byte;
    this.memory.bytes[at + SIZE] = byte;
  }

  /** Writes a header at a position; returns the position. */
  header(position: number, length: number, bits = 0): number {
    const word = new DataView(new ArrayBuffer(4));
    word.setUint32(0, (length | bits) >>> 0, true);
    for (let i = 0; i < 4; i++) this.put(position + i, word.getUint8(i));
    return position;
  }

  /** Adds a record; returns the position of its header. */
  record(text: string, bits = 0): number {
    const at = this.header(this.at, text.length, bits);
    for (let i = 0; i < text.length; i++) this.put(at + BPF_RINGBUF_HDR_SZ + i, text.charCodeAt(i));
    this.produce(Math.ceil((text.length + BPF_RINGBUF_HDR_SZ) / 8) * 8);
    return at;
  }

  produce(bytes: number): void {
    this.at += bytes;
    this.memory.produced[0] = this.at % 2 ** 32;
  }

  get consumed(): number {
    return Number(this.memory.consumed[0]);
  }
  get written(): number {
    return this.at;
  }
}

/** Returns the texts that a drain visits, and whether it was complete. */
function drain(ring: RingBuffer): { texts: string[]; complete: boolean } {
  const texts: string[] = [];
  const complete = ring.drain((at, length) => {
    expect(at + length).toBeLessThanOrEqual(ring.bytes.length);
    texts.push(Buffer.from(ring.bytes.slice(at, at + length)).toString("latin1"));
  });
  return { texts, complete };
}

test("an empty ring is complete", () => {
  const writer = new Writer();
  expect(drain(new RingBuffer(writer.memory))).toEqual({ texts: [], complete: true });
  expect(writer.consumed).toBe(0);
});

test("records of any length are read in order, and their space is released", () => {
  const writer = new Writer();
  const ring = new RingBuffer(writer.memory);
  const texts = ["", "a", "seven b", "eight by", "nine byte", "x".repeat(500)];
  for (const text of texts) writer.record(text);
  expect(drain(ring)).toEqual({ texts, complete: true });
  expect(writer.consumed).toBe(writer.written);
  writer.record("later");
  expect(drain(ring)).toEqual({ texts: ["later"], complete: true });
});

test("a full ring is read completely", () => {
  const writer = new Writer();
  const ring = new RingBuffer(writer.memory);
  for (let i = 0; i < SIZE / 16; i++) writer.record(String(i));
  expect(writer.written).toBe(SIZE);
  const { texts, complete } = drain(ring);
  expect(texts).toEqual(Array.from({ length: SIZE / 16 }, (_, i) => String(i)));
  expect(complete).toBe(true);
});

test("a record that wraps around is read in one piece", () => {
  const writer = new Writer();
  const ring = new RingBuffer(writer.memory);
  writer.record("x".repeat(SIZE - 64));
  drain(ring);
  const text = "0123456789".repeat(10);
  writer.record(text);
  expect(drain(ring).texts).toEqual([text]);
});

test("positions may exceed 32 bits", () => {
  for (const start of [2 ** 31 - 32, 2 ** 32 - 32, 2 ** 33 - 32, 2 ** 45 - 32]) {
    const writer = new Writer(start);
    const ring = new RingBuffer(writer.memory);
    const texts = ["before", "a record across it", "after"];
    for (const text of texts) writer.record(text);
    expect(drain(ring)).toEqual({ texts, complete: true });
    expect(writer.consumed).toBe(writer.written);
    expect(writer.consumed).toBeGreaterThan(start + 32);
  }
});

test("a discarded record is skipped", () => {
  const writer = new Writer();
  writer.record("before");
  writer.record("discarded", BPF_RINGBUF_DISCARD_BIT);
  writer.record("after");
  const ring = new RingBuffer(writer.memory);
  expect(ring.unreadCount()).toBe(2);
  expect(drain(ring)).toEqual({ texts: ["before", "after"], complete: true });
});

test("a record that is still being written ends the drain, and the next drain starts with it", () => {
  const writer = new Writer();
  const ring = new RingBuffer(writer.memory);
  writer.record("before");
  const busy = writer.record("written", BPF_RINGBUF_BUSY_BIT);
  writer.record("after");
  expect(drain(ring)).toEqual({ texts: ["before"], complete: false });
  expect(writer.consumed).toBe(busy);
  expect(ring.unreadCount()).toBe(2);
  expect(drain(ring)).toEqual({ texts: [], complete: false });
  writer.header(busy, "written".length);
  expect(drain(ring)).toEqual({ texts: ["written", "after"], complete: true });
  expect(ring.unreadCount()).toBe(0);
});

describe("a drain that waits", () => {
  /** Reads with `drainWaiting`; returns the texts, whether it was complete, and its duration. */
  function drainWaiting(ring: RingBuffer, isDone?: () => boolean) {
    const texts: string[] = [];
    const start = performance.now();
    const complete = ring.drainWaiting((at, length) => {
      texts.push(Buffer.from(ring.bytes.slice(at, at + length)).toString("latin1"));
    }, isDone);
    return { texts, complete, ms: performance.now() - start };
  }

  function ringWithBusyRecord() {
    const writer = new Writer();
    writer.record("before");
    const busy = writer.record("written", BPF_RINGBUF_BUSY_BIT);
    writer.record("after");
    return { writer, busy, ring: new RingBuffer(writer.memory) };
  }

  test("reads a record once it is written, and those after it", () => {
    const { writer, busy, ring } = ringWithBusyRecord();
    let polls = 0;
    const isDone = () => {
      if (++polls === 3) writer.header(busy, "written".length);
      return false;
    };
    const { texts, complete } = drainWaiting(ring, isDone);
    expect({ texts, complete, polls }).toEqual({
      texts: ["before", "written", "after"],
      complete: true,
      polls: 3,
    });
  });

  test("ends as soon as the records suffice", () => {
    const { ring } = ringWithBusyRecord();
    let polls = 0;
    const { texts, complete } = drainWaiting(ring, () => ++polls === 2);
    expect({ texts, complete, polls }).toEqual({ texts: ["before"], complete: false, polls: 2 });
  });

  test("gives up on a record that is never written", () => {
    const { ring } = ringWithBusyRecord();
    const { texts, complete, ms } = drainWaiting(ring);
    expect({ texts, complete }).toEqual({ texts: ["before"], complete: false });
    expect(ms).toBeGreaterThanOrEqual(100);
    expect(ring.unreadCount()).toBe(2);
  });

  test("does not wait if every record is written", () => {
    const writer = new Writer();
    writer.record("record");
    const isDone = () => {
      throw new Error("waits");
    };
    const { texts, complete } = drainWaiting(new RingBuffer(writer.memory), isDone);
    expect({ texts, complete }).toEqual({ texts: ["record"], complete: true });
  });
});

test("space is released during a long drain, not only at its end", () => {
  const writer = new Writer();
  for (let i = 0; i < SIZE / 16; i++) writer.record("12345678");
  const seen: number[] = [];
  new RingBuffer(writer.memory).drain(() => seen.push(writer.consumed));
  expect(new Set(seen).size).toBeGreaterThanOrEqual(8);
  for (const [index, consumed] of seen.entries()) expect(consumed).toBeLessThanOrEqual(index * 16);
});

test("a producer that never pauses does not keep the reader in a drain", () => {
  const writer = new Writer();
  const ring = new RingBuffer(writer.memory);
  writer.record("12345678");
  let visits = 0;
  ring.drain(() => {
    visits++;
    if (visits < 10 * SIZE) writer.record("12345678");
  });
  expect(visits).toBeLessThanOrEqual((2 * SIZE) / 16);
});

test("a header whose length exceeds the produced bytes is counted, and the rest is skipped", () => {
  for (const length of [9, 4096, 8192, 0x3fffffff]) {
    const writer = new Writer();
    const ring = new RingBuffer(writer.memory);
    writer.record("before");
    writer.header(writer.written, length);
    writer.produce(16);
    expect(drain(ring)).toEqual({ texts: ["before"], complete: true });
    expect(ring.corrupted).toBe(1);
    writer.record("after");
    expect(drain(ring)).toEqual({ texts: ["after"], complete: true });
    expect(ring.corrupted).toBe(1);
  }
});

test("a busy header whose length exceeds the produced bytes is not waited for", () => {
  const writer = new Writer();
  writer.header(0, 4096, BPF_RINGBUF_BUSY_BIT);
  writer.produce(16);
  const ring = new RingBuffer(writer.memory);
  expect(ring.unreadCount()).toBe(1);
  expect(drain(ring)).toEqual({ texts: [], complete: true });
  expect(ring.corrupted).toBe(1);
});

test("memory of zeros is read as empty records, up to the produced bytes", () => {
  const writer = new Writer();
  writer.produce(SIZE);
  const ring = new RingBuffer(writer.memory);
  expect(ring.unreadCount()).toBe(SIZE / 8);
  expect(drain(ring)).toEqual({ texts: Array(SIZE / 8).fill(""), complete: true });
});

test("a producer position beyond the ring size is counted as corrupted", () => {
  for (const produced of [SIZE + 8, 2 ** 31, 2 ** 32 - 8]) {
    const writer = new Writer();
    writer.produce(produced);
    const ring = new RingBuffer(writer.memory);
    expect(ring.unreadCount()).toBeLessThanOrEqual(SIZE / 8);
    expect(drain(ring)).toEqual({ texts: [], complete: true });
    expect(ring.corrupted).toBe(1);
    expect(writer.consumed).toBe(produced);
  }
});

test("a position that is not a multiple of 8 causes no read outside the ring", () => {
  for (const odd of [1, 4, 7]) {
    const writer = new Writer(SIZE - 8 + odd);
    const ring = new RingBuffer(writer.memory);
    for (let i = 0; i < 20; i++) writer.record("x".repeat(i));
    drain(ring);
    writer.produce(odd);
    expect(drain(ring).complete).toBe(true);
    expect(writer.consumed).toBe(writer.written);
  }
});
