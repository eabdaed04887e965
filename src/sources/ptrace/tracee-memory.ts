/** Reads and writes another process's memory: process_vm_readv(2), proc_pid_mem(5). */
import { lastErrno } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";
import { EFAULT } from "../../kernel/errno.ts";
import { AT_FDCWD, O_CLOEXEC, O_RDONLY, O_WRONLY } from "../../kernel/fcntl.ts";

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
  private readonly memFileName = allocate(MEM_FILE_SIZE);

  constructor() {
    setU64(this.vectors.view, 0, this.buffer.address);
  }

  private readv(address: number, length: number): number {
    const { view, address: at } = this.vectors;
    setU64(view, 8, length);
    setU64(view, 16, address);
    setU64(view, 24, length);
    const read = libc.process_vm_readv(this.pid, at, 1, at + IOVEC_SIZE, 1, 0);
    if (read >= 0 || lastErrno() === EFAULT) return read;
    // Sandboxes may refuse process_vm_readv(2), though not ptrace(2).
    const into = Number(view.getBigUint64(0, true));
    return this.withFile(O_RDONLY, (fd) => libc.pread(fd, into, length, address));
  }

  /** Opens /proc/PID/mem. @returns the result of the work; -1 if the file cannot be opened */
  private withFile(flags: number, work: (fd: number) => number): number {
    new TextEncoder().encodeInto(`/proc/${this.pid}/mem\0`, this.memFileName.bytes);
    const fd = libc.openat(AT_FDCWD, this.memFileName.address, flags | O_CLOEXEC, 0);
    if (fd < 0) return -1;
    const length = work(fd);
    close(fd);
    return length;
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
    this.ensureCapacity(bytes.length);
    const { buffer } = this;
    buffer.bytes.set(bytes);
    const write = (fd: number) => libc.pwrite(fd, buffer.address, bytes.length, address);
    return Math.max(this.withFile(O_WRONLY, write), 0);
  }
}
