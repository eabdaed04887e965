/** Rings that a thread has registered, to name them by index: IORING_REGISTER_RING_FDS. */
import {
  IORING_REGISTER_RING_FDS,
  IORING_UNREGISTER_RING_FDS,
  RING_FDS_MAX,
  RSRC_UPDATE,
  RSRC_UPDATE_SIZE,
} from "../../../kernel/io-uring.ts";
import type { TraceeMemory } from "../tracee-memory.ts";

export class RegisteredRings<T> {
  private readonly byThread = new Map<number, Map<number, T>>();

  get(tid: number, index: number): T | undefined {
    return this.byThread.get(tid)?.get(index);
  }

  set(tid: number, index: number, ring: T): void {
    if (index < 0 || index >= RING_FDS_MAX) return;
    const indexes = this.byThread.get(tid) ?? new Map<number, T>();
    this.byThread.set(tid, indexes.set(index, ring));
  }

  /** Forgets a thread that has ended or executed. */
  forget(tid: number): void {
    this.byThread.delete(tid);
  }

  /**
   * Follows a call that has succeeded.
   * @param memory of the thread
   * @param count the result: how many updates took effect
   * @param ringOf returns the ring of an fd
   */
  update(
    tid: number,
    opcode: number,
    address: number,
    count: number,
    memory: TraceeMemory,
    ringOf: (fd: number) => T | null,
  ): void {
    if (opcode !== IORING_REGISTER_RING_FDS && opcode !== IORING_UNREGISTER_RING_FDS) return;
    const length = Math.min(count, RING_FDS_MAX) * RSRC_UPDATE_SIZE;
    const bytes = memory.read(address, length)?.bytes.slice(0, length);
    if (!bytes) return;
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < length; at += RSRC_UPDATE_SIZE) {
      const index = view.getUint32(at + RSRC_UPDATE.offset, true);
      const ring =
        opcode === IORING_REGISTER_RING_FDS
          ? ringOf(view.getInt32(at + RSRC_UPDATE.data, true))
          : null;
      if (ring) this.set(tid, index, ring);
      else this.byThread.get(tid)?.delete(index);
    }
  }
}
