/** The memory of a message: read at once if possible, since a dump has thousands of attributes. */
import type { SyscallView } from "../call.ts";

/** Messages that are longer are read piece by piece. */
const MAX_COPY = 1 << 20;

/** Reads from a message. Views are valid until the next read. */
export class MessageMemory {
  /** Undefined until the first read; null if not all of it can be read. */
  #copy: DataView | null | undefined;

  constructor(
    readonly call: SyscallView,
    private readonly start: bigint,
    private readonly length: number,
  ) {}

  private readAll(): DataView | null {
    const { call, start, length } = this;
    const found = length > MAX_COPY ? null : call.memory.read(Number(start), length);
    return found ? new DataView(found.bytes.slice(0, length).buffer) : null;
  }

  /** Returns null if a part of the memory cannot be read. */
  read(at: bigint, length: number): DataView | null {
    if (this.#copy === undefined) this.#copy = this.readAll();
    const offset = Number(at - this.start);
    if (this.#copy && offset >= 0 && offset + length <= this.length)
      return new DataView(this.#copy.buffer, offset, length);
    const found = this.call.memory.read(Number(at), length);
    return found ? new DataView(found.view.buffer, found.view.byteOffset, length) : null;
  }
}
