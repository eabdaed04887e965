/** Memory that the main thread and the workers of digests share: files to read, and their digests. */

/** Files that can wait for the workers. */
export const SLOTS = 32;

/** The first words of the memory. */
export const SHARED = {
  /** Counts requests: workers wait for a change. */
  requests: 0,
  /** 1: the traced command runs, which must keep its speed. */
  isGentle: 1,
  /** 1: the workers end. */
  isOver: 2,
} as const;
const HEADER_WORDS = 16;

/** The words of a slot. */
export const SLOT = { state: 0, fd: 1, size: 2, length: 4, errno: 6, digest: 8 } as const;
const SLOT_WORDS = 16;
export const DIGEST_BYTES = 32;

/** The states of a slot. Only a free slot is taken, only a ready one is begun. */
export const STATE = { free: 0, ready: 1, busy: 2, done: 3, failed: 4, cancelled: 5 } as const;

export const SHARED_SIZE = (HEADER_WORDS + SLOTS * SLOT_WORDS) * 4;

/** Returns the index of a slot's first word. */
export function slotAt(slot: number): number {
  return HEADER_WORDS + slot * SLOT_WORDS;
}
