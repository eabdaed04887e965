/** Where entries of the queues are: around their ends, in pieces, and in memory that is not a ring's. */
import { expect, test } from "bun:test";
import * as uring from "../../../../src/kernel/io-uring.ts";
import {
  readHeads,
  visitCompletions,
  visitSubmissions,
} from "../../../../src/sources/ptrace/uring/queues.ts";
import { FakeRing } from "./fake-ring.ts";

function completions(ring: FakeRing, from: number, to: number): [data: number, at: number][] {
  const seen: [number, number][] = [];
  const isRead = visitCompletions(ring.layout, ring.read, from, to, (data, _result, _flags, at) =>
    seen.push([Number(data), at]),
  );
  expect(isRead).toBe(true);
  return seen;
}

test("entries are read again if they are not behind one another", () => {
  for (const indexes of [
    [0, 2, 7],
    [5, 1, 6],
    [7, 0, 1],
    [0, 2],
  ]) {
    const ring = new FakeRing(8);
    for (let index = 0; index < 8; index++) ring.entry(index, BigInt(100 + index));
    for (const [position, index] of indexes.entries()) ring.queue(position, index);
    const seen: number[] = [];
    const visit = (sqe: DataView) => seen.push(Number(sqe.getBigUint64(uring.SQE.user_data, true)));
    expect(visitSubmissions(ring.layout, ring.read, 0, indexes.length, visit)).toBe(true);
    expect(seen).toEqual(indexes.map((index) => 100 + index));
  }
});

test("completions have their positions, in queues that are longer than a piece", () => {
  const ring = new FakeRing(64);
  for (let at = 10; at < 110; at++) ring.complete(at, BigInt(at), 0);
  const expected = Array.from({ length: 100 }, (_, i) => [10 + i, 10 + i]);
  expect(completions(ring, 10, 110)).toEqual(expected as [number, number][]);
});

test("positions begin again after the largest number", () => {
  const ring = new FakeRing(8);
  const positions = [0xfffffffe, 0xffffffff, 0, 1];
  for (const at of positions) ring.complete(at, BigInt(at), 0);
  expect(completions(ring, 0xfffffffe, 2)).toEqual(positions.map((at) => [at, at]));
});

test("of more completions than there is room for, the last are still there", () => {
  const ring = new FakeRing(2);
  for (let at = 0; at < 7; at++) ring.complete(at, BigInt(at), 0);
  expect(completions(ring, 0, 7)).toEqual([3, 4, 5, 6].map((at) => [at, at]));
  // A program may write any number.
  expect(completions(ring, 7, 3)).toHaveLength(4);
});

test("memory whose masks are not those of the ring is none", () => {
  for (const field of ["sqMask", "cqMask"] as const) {
    const ring = new FakeRing(8);
    expect(readHeads(ring.layout, ring.read)).not.toBeNull();
    ring.rings.setUint32(ring.layout[field], 3, true);
    expect(readHeads(ring.layout, ring.read)).toBeNull();
  }
});

test("memory that ends with the last head is enough for the heads", () => {
  const ring = new FakeRing(8);
  const { cqMask } = ring.layout;
  expect(
    readHeads(ring.layout, (region, offset, length) =>
      offset + length > cqMask + 4 ? null : ring.read(region, offset, length),
    ),
  ).not.toBeNull();
});
