import { describe, expect, test } from "bun:test";
import * as uring from "../../../../src/kernel/io-uring.ts";
import { parseRingLayout } from "../../../../src/sources/ptrace/uring/layout.ts";
import {
  pendingEntries,
  readHeads,
  visitCompletions,
  visitSubmissions,
} from "../../../../src/sources/ptrace/uring/queues.ts";
import { Random } from "../../../random.ts";
import { FakeRing, ringParams } from "./fake-ring.ts";

function submitted(ring: FakeRing, from: number, count: number): bigint[] {
  const seen: bigint[] = [];
  visitSubmissions(ring.layout, ring.read, from, count, (sqe) =>
    seen.push(sqe.getBigUint64(uring.SQE.user_data, true)),
  );
  return seen;
}

function completed(ring: FakeRing, from: number, to: number): [bigint, number][] {
  const seen: [bigint, number][] = [];
  visitCompletions(ring.layout, ring.read, from, to, (userData, result) =>
    seen.push([userData, result]),
  );
  return seen;
}

describe("the layout of a ring", () => {
  test("is read from the parameters", () => {
    const layout = parseRingLayout(ringParams(8, uring.IORING_SETUP_SQE128));
    expect(layout).toMatchObject({ sqEntries: 8, cqEntries: 16, sqTail: 64, cqMask: 260 });
    expect(layout?.ringsAddress).toBe(0);
  });

  test.each([
    ["no entries", uring.IO_URING_PARAMS.sq_entries, 0],
    ["a number of entries that is no power of two", uring.IO_URING_PARAMS.sq_entries, 12],
    ["too many entries", uring.IO_URING_PARAMS.sq_entries, 65536],
    ["too many completions", uring.IO_URING_PARAMS.cq_entries, 0x80000000],
    ["a flag that is not known", uring.IO_URING_PARAMS.flags, 1 << 30],
    ["an offset beyond the ring", uring.IO_URING_PARAMS.sq_off, 0xfffffff0],
    ["an array beyond the ring", uring.IO_URING_PARAMS.sq_off + 24, 0xffffffff],
  ])("is not accepted with %s", (_, offset, value) => {
    const params = ringParams(8);
    params.setUint32(offset, value, true);
    expect(parseRingLayout(params)).toBeNull();
  });

  test("is not accepted if it is cut", () => {
    const params = ringParams(8);
    for (let length = 0; length < params.byteLength; length++)
      expect(parseRingLayout(new DataView(params.buffer, 0, length))).toBeNull();
  });
});

describe("the submission queue", () => {
  test.each([
    ["of 64 bytes", 0],
    ["of 128 bytes", uring.IORING_SETUP_SQE128],
  ])("has its entries %s in the order of its indexes", (_, flags) => {
    const ring = new FakeRing(8, flags);
    for (let index = 0; index < 8; index++) ring.entry(index, BigInt(100 + index));
    for (const [position, index] of [7, 2, 2, 0].entries()) ring.queue(6 + position, index);
    expect(submitted(ring, 6, 4)).toEqual([107n, 102n, 102n, 100n]);
  });

  test("without an array has its entries in their own order", () => {
    const ring = new FakeRing(8, uring.IORING_SETUP_NO_SQARRAY);
    for (let index = 0; index < 8; index++) ring.entry(index, BigInt(index));
    expect(submitted(ring, 0xffffffff, 3)).toEqual([7n, 0n, 1n]);
  });

  test("ends at an index that does not exist", () => {
    const ring = new FakeRing(8);
    ring.queue(1, 8);
    expect(submitted(ring, 0, 3)).toHaveLength(1);
  });

  test("has no more entries than it can hold, or are asked for", () => {
    const { layout } = new FakeRing(8);
    const heads = { sqHead: 0, sqTail: 5, cqHead: 0, cqTail: 0 };
    expect(pendingEntries(layout, heads, 3, 100)).toBe(2);
    expect(pendingEntries(layout, heads, 3, 1)).toBe(1);
    expect(pendingEntries(layout, heads, 6, 100)).toBe(8);
    expect(pendingEntries(layout, heads, 0xfffffffe, 100)).toBe(7);
  });
});

describe("the completion queue", () => {
  test.each([
    ["of 16 bytes", 0],
    ["of 32 bytes", uring.IORING_SETUP_CQE32],
  ])("has its entries %s, around its end", (_, flags) => {
    const ring = new FakeRing(2, flags);
    for (let position = 2; position < 6; position++)
      ring.complete(position, BigInt(position), -position);
    expect(completed(ring, 2, 6)).toEqual([2, 3, 4, 5].map((n) => [BigInt(n), -n]));
  });

  test("of more completions than it holds has only the last", () => {
    const ring = new FakeRing(2);
    for (let position = 0; position < 9; position++) ring.complete(position, BigInt(position), 0);
    expect(completed(ring, 0, 9).map(([userData]) => userData)).toEqual([5n, 6n, 7n, 8n]);
  });

  test("of mixed sizes skips the second half of a large entry, and fillers", () => {
    const ring = new FakeRing(4, uring.IORING_SETUP_CQE_MIXED);
    ring.complete(0, 1n, 10, uring.IORING_CQE_F_32);
    ring.complete(1, 99n, 0);
    ring.complete(2, 2n, 20, uring.IORING_CQE_F_SKIP);
    ring.complete(3, 3n, 30);
    expect(completed(ring, 0, 4)).toEqual([
      [1n, 10],
      [3n, 30],
    ]);
  });
});

test("the heads are not read from memory that is no ring of this layout", () => {
  const ring = new FakeRing(8);
  ring.set("sqTail", 3);
  ring.set("cqTail", 4);
  expect(readHeads(ring.layout, ring.read)).toEqual({ sqHead: 0, sqTail: 3, cqHead: 0, cqTail: 4 });
  expect(readHeads(new FakeRing(16).layout, ring.read)).toBeNull();
  expect(readHeads(ring.layout, () => null)).toBeNull();
});

test("a ring that lies causes no more work than it has entries, and no error", () => {
  const random = new Random(1);
  let accepted = 0;
  for (let round = 0; round < 3000; round++) {
    const params = random.changed(new Uint8Array(ringParams(1 << random.below(16)).buffer));
    const layout = parseRingLayout(new DataView(params.buffer));
    if (!layout) continue;
    accepted++;
    const memory = random.bytes(random.below(8192));
    let reads = 0;
    const read = (_: unknown, offset: number, length: number) => {
      reads++;
      // Some reads succeed that would be beyond the memory.
      if (random.below(4) === 0) return new DataView(new ArrayBuffer(length));
      const isInside = offset >= 0 && offset + length <= memory.length;
      return isInside ? new DataView(memory.buffer, offset, length) : null;
    };
    readHeads(layout, read);
    const heads = { sqHead: 0, sqTail: random.below(2 ** 32), cqHead: 0, cqTail: 0 };
    const count = pendingEntries(layout, heads, random.below(2 ** 32), random.below(2 ** 32));
    expect(count).toBeLessThanOrEqual(layout.sqEntries);
    let visits = 0;
    visitSubmissions(layout, read, random.below(2 ** 32), count, () => visits++);
    expect(visits).toBeLessThanOrEqual(count);
    const [from, to] = [random.below(2 ** 32), random.below(2 ** 32)];
    visits = 0;
    visitCompletions(layout, read, from, to, () => visits++);
    expect(visits).toBeLessThanOrEqual(layout.cqEntries);
    expect(reads).toBeLessThanOrEqual(layout.sqEntries + layout.cqEntries + 5);
  }
  expect(accepted).toBeGreaterThan(500);
});
