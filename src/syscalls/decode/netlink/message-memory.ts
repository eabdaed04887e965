/** The memory of a message: read at once if possible, since a dump has thousands of attributes. */
import type { SyscallView } from "../call.ts";

/** Messages that are longer are read piece by piece. */
const MAX_COPY = 1 << 20;

/** Reads from a message. Views are valid until the next read. */
export class MessageMemory {
  readonly #copy: DataView | null;
  readonly #start: bigint;

  constructor(
    readonly call: SyscallView,
    at: bigint,
    length: number,
  ) {
    this.#start = at;
    const found = length > MAX_COPY ? null : call.memory.read(Number(at), length);
    this.#copy = found ? new DataView(found.bytes.slice(0, length).buffer) : null;
  }

  /** Returns null if a part of the memory cannot be read. */
  read(at: bigint, length: number): DataView | null {
    const offset = Number(at - this.#start);
    const copy = this.#copy;
    if (copy && offset >= 0 && offset + length <= copy.byteLength)
      return new DataView(copy.buffer, offset, length);
    const found = this.call.memory.read(Number(at), length);
    return found ? new DataView(found.view.buffer, found.view.byteOffset, length) : null;
  }
}
