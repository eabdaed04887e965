/** A ring in our memory, as the kernel lays it out for io_uring_setup(2). */
import * as uring from "../../../../src/kernel/io-uring.ts";
import { parseRingLayout, type RingLayout } from "../../../../src/sources/ptrace/uring/layout.ts";
import type { ReadRing } from "../../../../src/sources/ptrace/uring/queues.ts";

const { IO_URING_PARAMS: PARAMS, SQRING_OFFSETS, CQRING_OFFSETS } = uring;
const CQES = 64 * 5;

/** Returns a struct io_uring_params as the kernel fills it. */
export function ringParams(sqEntries: number, flags = 0): DataView {
  const view = new DataView(new ArrayBuffer(uring.IO_URING_PARAMS_SIZE));
  const set = (offset: number, value: number) => view.setUint32(offset, value, true);
  const cqEntries = 2 * sqEntries;
  set(PARAMS.sq_entries, sqEntries);
  set(PARAMS.cq_entries, cqEntries);
  set(PARAMS.flags, flags);
  for (const [field, value] of Object.entries({ head: 0, tail: 64, ring_mask: 256 }))
    set(PARAMS.sq_off + SQRING_OFFSETS[field as "head"], value);
  const stride = flags & uring.IORING_SETUP_CQE32 ? 32 : 16;
  set(PARAMS.sq_off + SQRING_OFFSETS.array, CQES + cqEntries * stride);
  for (const [field, value] of Object.entries({ head: 128, tail: 192, ring_mask: 260 }))
    set(PARAMS.cq_off + CQRING_OFFSETS[field as "head"], value);
  set(PARAMS.cq_off + CQRING_OFFSETS.cqes, CQES);
  return view;
}

export class FakeRing {
  readonly layout: RingLayout;
  readonly rings: DataView;
  readonly sqes: DataView;
  reads = 0;

  constructor(sqEntries = 8, flags = 0) {
    this.layout = parseRingLayout(ringParams(sqEntries, flags))!;
    const { array, cqEntries, sqMask, cqMask } = this.layout;
    this.rings = new DataView(new ArrayBuffer(array + 4 * sqEntries));
    this.sqes = new DataView(new ArrayBuffer(sqEntries * this.sqeSize));
    this.rings.setUint32(sqMask, sqEntries - 1, true);
    this.rings.setUint32(cqMask, cqEntries - 1, true);
  }

  private get sqeSize(): number {
    return this.layout.flags & uring.IORING_SETUP_SQE128 ? 128 : 64;
  }

  readonly read: ReadRing = (region, offset, length) => {
    this.reads++;
    const { buffer } = this[region];
    if (offset < 0 || length < 0 || offset + length > buffer.byteLength) return null;
    return new DataView(buffer, offset, length);
  };

  set(field: "sqHead" | "sqTail" | "cqHead" | "cqTail", value: number): void {
    this.rings.setUint32(this.layout[field], value, true);
  }

  /** Writes the index of an entry at a position of the queue. */
  queue(position: number, index: number): void {
    const { array, sqEntries } = this.layout;
    this.rings.setUint32(array + 4 * (position & (sqEntries - 1)), index, true);
  }

  /** Writes the user_data of an entry. */
  entry(index: number, userData: bigint): void {
    this.sqes.setBigUint64(index * this.sqeSize + uring.SQE.user_data, userData, true);
  }

  complete(position: number, userData: bigint, result: number, flags = 0): void {
    const { cqes, cqEntries, flags: setup } = this.layout;
    const stride = setup & uring.IORING_SETUP_CQE32 ? 32 : 16;
    const at = cqes + (position & (cqEntries - 1)) * stride;
    this.rings.setBigUint64(at + uring.CQE.user_data, userData, true);
    this.rings.setInt32(at + uring.CQE.res, result, true);
    this.rings.setUint32(at + uring.CQE.flags, flags, true);
  }
}
