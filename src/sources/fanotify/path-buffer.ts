/** A path that is put together where system calls can read it. */

import { allocate, type Memory } from "../../ffi/memory.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";

const SLASH = 0x2f;
const INITIAL_SIZE = 8192;

export class PathBuffer {
  private memory: Memory = allocate(INITIAL_SIZE);

  /** Of the path, which is ended by NUL. */
  get address(): number {
    return this.memory.address;
  }

  /**
   * Writes a directory's path and a name in it.
   * @param directory "" is "/"
   * @param length of the name at `start` of `bytes`; 0: the directory itself
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
