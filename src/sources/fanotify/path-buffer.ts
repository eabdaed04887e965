/** Builds a NUL-terminated path in memory that system calls can read. */
import { allocate, type Memory } from "../../ffi/memory.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";

const SLASH = 0x2f;
const INITIAL_SIZE = 8192;

export class PathBuffer {
  private memory: Memory = allocate(INITIAL_SIZE);

  /** Address of the path. */
  get address(): number {
    return this.memory.address;
  }

  /**
   * Writes the path of a name in a directory.
   * @param into set to the written path; borrowed until the next call
   * @param directory "" for "/"
   * @param length bytes of the name at `start` of `bytes`; 0 for the directory itself
   */
  write(
    into: ByteSlice,
    directory: Uint8Array,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): void {
    if (directory.length + length + 2 > this.memory.bytes.length)
      this.memory = allocate((directory.length + length + 2) * 2);
    const to = this.memory.bytes;
    to.set(directory);
    let at = directory.length;
    if (length > 0 || at === 0) to[at++] = SLASH;
    for (let i = 0; i < length; i++) to[at++] = bytes[start + i];
    to[at] = 0;
    into.bytes = to;
    into.start = 0;
    into.length = at;
  }
}
