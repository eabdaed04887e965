/** Reads and writes another process's memory: process_vm_readv(2), proc_pid_mem(5). */
import { close } from "../../ffi/fd.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";
import { AT_FDCWD, O_CLOEXEC, O_WRONLY } from "../../kernel/fcntl.ts";

const PAGE_SIZE = 4096;
const MAX_READ = 1 << 20;
const IOVEC_SIZE = 16;
/** Enough for the name of /proc/PID/mem. */
const MEM_FILE_SIZE = 32;

const TWO_POW_32 = 2 ** 32;

/** Writes a number below 2^53, as all addresses are, without making a bigint. */
function setU64(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value % TWO_POW_32, true);
  view.setUint32(offset + 4, Math.floor(value / TWO_POW_32), true);
}

export class TraceeMemory {
  /** The thread whose memory is read. */
  pid = 0;
  private readonly vectors = allocate(2 * IOVEC_SIZE);
  private buffer: Memory = allocate(2 * PAGE_SIZE);

  constructor() {
    setU64(this.vectors.view, 0, this.buffer.address);
  }

  private readv(address: number, length: number): number {
    const { view, address: at } = this.vectors;
    setU64(view, 8, length);
    setU64(view, 16, address);
    setU64(view, 24, length);
    return libc.process_vm_readv(this.pid, at, 1, at + IOVEC_SIZE, 1, 0);
  }

  /**
   * Reads bytes, at most MAX_READ. The result is borrowed: valid until the next read.
   * @returns null if not all of them can be read
   */
  read(address: number, length: number): Memory | null {
    if (address === 0 || length > MAX_READ || length < 0) return null;
    this.ensureCapacity(length);
    return this.readv(address, length) === length ? this.buffer : null;
  }

  private ensureCapacity(length: number): void {
    if (length <= this.buffer.bytes.length) return;
    this.buffer = allocate(2 ** Math.ceil(Math.log2(length)));
    setU64(this.vectors.view, 0, this.buffer.address);
  }

  /**
   * Reads a string up to its NUL.
   * @param limit max bytes to return; `cut` is set if there are more
   * @returns the string as `bytes[0, length)`, borrowed: valid until the next read; null if its NUL
   *   is not found before memory that cannot be read, where the kernel cannot read it either
   */
  readString(
    address: number,
    limit: number,
  ): { bytes: Uint8Array; length: number; cut: boolean } | null {
    if (address === 0) return null;
    this.ensureCapacity(limit + PAGE_SIZE);
    let length = 0;
    while (length <= limit) {
      // A read must not cross into a page that may be unmapped.
      const step = Math.min(PAGE_SIZE - ((address + length) % PAGE_SIZE), limit + 1 - length);
      const { bytes } = this.buffer;
      setU64(this.vectors.view, 0, this.buffer.address + length);
      const read = this.readv(address + length, step);
      setU64(this.vectors.view, 0, this.buffer.address);
      if (read <= 0) return null;
      const end = bytes.indexOf(0, length);
      if (end >= 0 && end < length + read) return { bytes, length: end, cut: false };
      length += read;
    }
    return { bytes: this.buffer.bytes, length: limit, cut: true };
  }

  /**
   * Writes to the memory of a stopped thread, also where the thread itself may only read.
   * @returns the number of bytes written, less than their number before a page that is not mapped
   */
  write(address: number, bytes: Uint8Array): number {
    this.ensureCapacity(bytes.length + MEM_FILE_SIZE);
    const { buffer } = this;
    buffer.bytes.set(bytes, MEM_FILE_SIZE);
    new TextEncoder().encodeInto(`/proc/${this.pid}/mem\0`, buffer.bytes);
    const fd = libc.openat(AT_FDCWD, buffer.address, O_WRONLY | O_CLOEXEC, 0);
    if (fd < 0) return 0;
    const length = libc.pwrite(fd, buffer.address + MEM_FILE_SIZE, bytes.length, address);
    close(fd);
    return Math.max(length, 0);
  }
}
