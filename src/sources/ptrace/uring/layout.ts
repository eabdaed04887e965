/**
 * Where the queues of a ring are: struct io_uring_params as io_uring_setup(2) returns it. The tracee
 * can change it before we read it, so nothing in it is trusted.
 */
import * as uring from "../../../kernel/io-uring.ts";

const { IO_URING_PARAMS: PARAMS, SQRING_OFFSETS, CQRING_OFFSETS } = uring;
/** No field of struct io_rings is behind this offset. */
const MAX_FIELD = 4096;
/** No array is behind this offset: that of the largest ring is at about 2 MiB. */
const MAX_ARRAY = 1 << 24;

/** Offsets are relative to struct io_rings, which `IORING_OFF_SQ_RING` maps. */
export interface RingLayout {
  readonly sqEntries: number;
  readonly cqEntries: number;
  /** IORING_SETUP_* bits. */
  readonly flags: number;
  readonly sqHead: number;
  readonly sqTail: number;
  readonly sqMask: number;
  readonly array: number;
  readonly cqHead: number;
  readonly cqTail: number;
  readonly cqMask: number;
  readonly cqes: number;
  /** Addresses in the tracee if it provided the memory (IORING_SETUP_NO_MMAP), otherwise 0. */
  readonly ringsAddress: number;
  readonly sqesAddress: number;
}

const isPowerOfTwo = (value: number) => value > 0 && (value & (value - 1)) === 0;

/** @returns null if no kernel that we know returns such a struct */
export function parseRingLayout(params: DataView): RingLayout | null {
  if (params.byteLength < uring.IO_URING_PARAMS_SIZE) return null;
  const u32 = (offset: number) => params.getUint32(offset, true);
  const address = (offset: number) => Number(params.getBigUint64(offset, true));
  const sq = (field: keyof typeof SQRING_OFFSETS) => u32(PARAMS.sq_off + SQRING_OFFSETS[field]);
  const cq = (field: keyof typeof CQRING_OFFSETS) => u32(PARAMS.cq_off + CQRING_OFFSETS[field]);
  const flags = u32(PARAMS.flags);
  const isOurs = (flags & uring.IORING_SETUP_NO_MMAP) !== 0;
  const layout: RingLayout = {
    sqEntries: u32(PARAMS.sq_entries),
    cqEntries: u32(PARAMS.cq_entries),
    flags,
    sqHead: sq("head"),
    sqTail: sq("tail"),
    sqMask: sq("ring_mask"),
    array: sq("array"),
    cqHead: cq("head"),
    cqTail: cq("tail"),
    cqMask: cq("ring_mask"),
    cqes: cq("cqes"),
    ringsAddress: isOurs ? address(PARAMS.cq_off + CQRING_OFFSETS.user_addr) : 0,
    sqesAddress: isOurs ? address(PARAMS.sq_off + SQRING_OFFSETS.user_addr) : 0,
  };
  return isPlausible(layout) ? layout : null;
}

function isPlausible(layout: RingLayout): boolean {
  const { flags, sqEntries, cqEntries, array, cqes } = layout;
  const { sqHead, sqTail, sqMask, cqHead, cqTail, cqMask } = layout;
  return (
    (flags & ~uring.IORING_SETUP_KNOWN) === 0 &&
    isPowerOfTwo(sqEntries) &&
    isPowerOfTwo(cqEntries) &&
    sqEntries <= uring.IORING_MAX_ENTRIES &&
    cqEntries <= uring.IORING_MAX_CQ_ENTRIES &&
    [sqHead, sqTail, sqMask, cqHead, cqTail, cqMask].every((offset) => offset < MAX_FIELD) &&
    array < MAX_ARRAY &&
    cqes < MAX_ARRAY
  );
}

/** The size of an entry of the submission queue. */
export function sqeStride({ flags }: RingLayout): number {
  return flags & uring.IORING_SETUP_SQE128 ? 2 * uring.SQE_SIZE : uring.SQE_SIZE;
}

/** The size of a slot of the completion queue. */
export function cqeStride({ flags }: RingLayout): number {
  return flags & uring.IORING_SETUP_CQE32 ? 2 * uring.CQE_SIZE : uring.CQE_SIZE;
}

/** The bytes of a mapping of each region. */
export function ringsSize(layout: RingLayout): number {
  const { array, sqEntries, cqes, cqEntries, flags } = layout;
  const arrayEnd = flags & uring.IORING_SETUP_NO_SQARRAY ? 0 : array + 4 * sqEntries;
  return Math.max(arrayEnd, cqes + cqEntries * cqeStride(layout));
}

export function sqesSize(layout: RingLayout): number {
  return layout.sqEntries * sqeStride(layout);
}
