import { describe, expect, test } from "bun:test";
import * as uring from "../../../../src/kernel/io-uring.ts";
import {
  cqeStride,
  parseRingLayout,
  ringsSize,
  sqeStride,
  sqesSize,
} from "../../../../src/sources/ptrace/uring/layout.ts";
import { ringParams } from "./fake-ring.ts";

const { IO_URING_PARAMS: PARAMS, SQRING_OFFSETS, CQRING_OFFSETS } = uring;
const set = (offset: number, value: number) => (view: DataView) =>
  view.setUint32(offset, value, true);

test.each([
  ["too few bytes", () => new DataView(new ArrayBuffer(uring.IO_URING_PARAMS_SIZE - 1))],
  ["no entries", set(PARAMS.sq_entries, 0)],
  ["entries that are no power of two", set(PARAMS.sq_entries, 12)],
  ["too many entries", set(PARAMS.sq_entries, 2 * uring.IORING_MAX_ENTRIES)],
  ["completions that are no power of two", set(PARAMS.cq_entries, 20)],
  ["too many completions", set(PARAMS.cq_entries, 2 * uring.IORING_MAX_CQ_ENTRIES)],
  ["unknown flags", set(PARAMS.flags, 1 << 30)],
  ...(["head", "tail", "ring_mask"] as const).flatMap((field) => [
    [`a submission ${field} far away`, set(PARAMS.sq_off + SQRING_OFFSETS[field], 4096)] as const,
    [`a completion ${field} far away`, set(PARAMS.cq_off + CQRING_OFFSETS[field], 4096)] as const,
  ]),
  ["an array far away", set(PARAMS.sq_off + SQRING_OFFSETS.array, 1 << 24)],
  ["completions far away", set(PARAMS.cq_off + CQRING_OFFSETS.cqes, 1 << 24)],
] as const)("a struct with %s is not believed", (_, change) => {
  const params = ringParams(8);
  expect(parseRingLayout(params)).not.toBeNull();
  expect(parseRingLayout(change(params) ?? params)).toBeNull();
});

test("the largest ring is believed", () => {
  const params = ringParams(uring.IORING_MAX_ENTRIES);
  expect(parseRingLayout(params)?.cqEntries).toBe(uring.IORING_MAX_CQ_ENTRIES);
});

describe("the memory of a ring", () => {
  test("is where the program says only if the program provided it", () => {
    const params = (flags: number) => {
      const view = ringParams(8, flags);
      view.setBigUint64(PARAMS.cq_off + CQRING_OFFSETS.user_addr, 0x7000n, true);
      view.setBigUint64(PARAMS.sq_off + SQRING_OFFSETS.user_addr, 0x8000n, true);
      return parseRingLayout(view);
    };
    expect(params(0)).toMatchObject({ ringsAddress: 0, sqesAddress: 0 });
    expect(params(uring.IORING_SETUP_NO_MMAP)).toMatchObject({
      ringsAddress: 0x7000,
      sqesAddress: 0x8000,
    });
  });

  test.each([
    [0, 64, 16],
    [uring.IORING_SETUP_SQE128, 128, 16],
    [uring.IORING_SETUP_CQE32, 64, 32],
  ])("has entries and completions of the size that flags 0x%x request", (flags, sqe, cqe) => {
    const layout = parseRingLayout(ringParams(8, flags))!;
    expect([sqeStride(layout), cqeStride(layout)]).toEqual([sqe, cqe]);
    expect(sqesSize(layout)).toBe(8 * sqe);
    // The array of indexes is behind the completions.
    expect(ringsSize(layout)).toBe(layout.cqes + 16 * cqe + 4 * 8);
  });

  test("has no array of indexes if the program wants none", () => {
    const layout = parseRingLayout(ringParams(8, uring.IORING_SETUP_NO_SQARRAY))!;
    expect(ringsSize(layout)).toBe(layout.cqes + 16 * 16);
  });
});
