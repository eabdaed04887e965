/**
 * Reads the submission and the completion queue of a ring: io_uring(7). The memory is the tracee's,
 * which can write anything at any time: the work is bounded by the entries of the ring.
 */
import * as uring from "../../../kernel/io-uring.ts";
import { cqeStride, type RingLayout, sqeStride } from "./layout.ts";

export type RingRegion = "rings" | "sqes";

/**
 * Reads bytes of a region. The result is borrowed: valid until the next read.
 * @returns null if not all of them can be read
 */
export type ReadRing = (region: RingRegion, offset: number, length: number) => DataView | null;

export interface RingHeads {
  readonly sqHead: number;
  readonly sqTail: number;
  readonly cqHead: number;
  readonly cqTail: number;
}

/** Entries that are read at once. */
const CHUNK = 64;

/** @returns null if they cannot be read, or are not those of a ring with this layout */
export function readHeads(layout: RingLayout, read: ReadRing): RingHeads | null {
  const { sqHead, sqTail, sqMask, cqHead, cqTail, cqMask } = layout;
  const view = read("rings", 0, Math.max(sqHead, sqTail, sqMask, cqHead, cqTail, cqMask) + 4);
  if (!view) return null;
  const u32 = (offset: number) => view.getUint32(offset, true);
  if (u32(sqMask) !== layout.sqEntries - 1 || u32(cqMask) !== layout.cqEntries - 1) return null;
  return { sqHead: u32(sqHead), sqTail: u32(sqTail), cqHead: u32(cqHead), cqTail: u32(cqTail) };
}

/** Returns how many entries the kernel would take from `from` on, of at most `wanted`. */
export function pendingEntries(
  layout: RingLayout,
  { sqTail }: RingHeads,
  from: number,
  wanted: number,
): number {
  const available = (sqTail - from) >>> 0;
  // The kernel clamps to the size of the queue: io_sqring_entries().
  return Math.min(available, layout.sqEntries, wanted);
}

/**
 * Visits entries of the submission queue as struct io_uring_sqe, up to the first that the kernel
 * drops because its index is invalid. The view is borrowed.
 * @returns false if one could not be read
 */
export function visitSubmissions(
  layout: RingLayout,
  read: ReadRing,
  from: number,
  count: number,
  visit: (sqe: DataView) => void,
): boolean {
  const indexes = readIndexes(layout, read, from, count);
  if (!indexes) return false;
  const stride = sqeStride(layout);
  let first = 0;
  let chunk: Uint8Array | null = null;
  for (const index of indexes) {
    if (index >= layout.sqEntries) break;
    if (chunk === null || index < first || (index - first + 1) * stride > chunk.length) {
      const length = Math.min(CHUNK, count, layout.sqEntries - index);
      const view = read("sqes", index * stride, length * stride);
      if (!view) return false;
      // A visitor may read too.
      chunk = copyOf(view, length * stride);
      first = index;
    }
    visit(new DataView(chunk.buffer, (index - first) * stride, stride));
  }
  return true;
}

function readIndexes(
  layout: RingLayout,
  read: ReadRing,
  from: number,
  count: number,
): Uint32Array | null {
  const { sqEntries, array, flags } = layout;
  const indexes = new Uint32Array(count);
  const mask = sqEntries - 1;
  for (let done = 0; done < count; ) {
    const start = (from + done) & mask;
    const length = Math.min(count - done, sqEntries - start);
    if (flags & uring.IORING_SETUP_NO_SQARRAY) {
      for (let i = 0; i < length; i++) indexes[done + i] = start + i;
    } else {
      const view = read("rings", array + 4 * start, 4 * length);
      if (!view) return null;
      for (let i = 0; i < length; i++) indexes[done + i] = view.getUint32(4 * i, true);
    }
    done += length;
  }
  return indexes;
}

/**
 * Visits completions of [from, to), both as the kernel counts them.
 * @returns false if one could not be read
 */
export function visitCompletions(
  layout: RingLayout,
  read: ReadRing,
  from: number,
  to: number,
  visit: (userData: bigint, result: number, flags: number, position: number) => void,
): boolean {
  const { cqEntries, cqes } = layout;
  const stride = cqeStride(layout);
  const mask = cqEntries - 1;
  const count = Math.min((to - from) >>> 0, cqEntries);
  // Of more completions than entries, only the last are still there.
  const first = (to - count) >>> 0;
  let isSecondHalf = false;
  for (let done = 0; done < count; ) {
    const start = (first + done) & mask;
    const length = Math.min(count - done, cqEntries - start, CHUNK);
    const view = read("rings", cqes + start * stride, length * stride);
    if (!view) return false;
    for (let i = 0; i < length; i++) {
      if (isSecondHalf) {
        isSecondHalf = false;
        continue;
      }
      const at = i * stride;
      const flags = view.getUint32(at + uring.CQE.flags, true);
      if (layout.flags & uring.IORING_SETUP_CQE_MIXED) {
        isSecondHalf = (flags & uring.IORING_CQE_F_32) !== 0;
        if (flags & uring.IORING_CQE_F_SKIP) continue;
      }
      const userData = view.getBigUint64(at + uring.CQE.user_data, true);
      const result = view.getInt32(at + uring.CQE.res, true);
      visit(userData, result, flags, (first + done + i) >>> 0);
    }
    done += length;
  }
  return true;
}

function copyOf(view: DataView, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, length).slice();
}
