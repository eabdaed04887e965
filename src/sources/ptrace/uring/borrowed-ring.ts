/**
 * A ring of a tracee that we map ourselves: pidfd_getfd(2), io_uring_setup(2). For kernels that
 * cannot read the tracee's own mapping (before Linux 6.10), and at the end of a process, whose last
 * requests complete after its memory is gone. It keeps the ring alive, so it is held briefly.
 */
import { close } from "../../../ffi/fd.ts";
import { libc } from "../../../ffi/libc.ts";
import { SYS } from "../../../ffi/machine.ts";
import { allocate } from "../../../ffi/memory.ts";
import { O_CLOEXEC } from "../../../kernel/fcntl.ts";
import { IORING_OFF_SQ_RING, IORING_OFF_SQES } from "../../../kernel/io-uring.ts";
import { type RingLayout, ringsSize, sqesSize } from "./layout.ts";
import type { ReadRing, RingRegion } from "./queues.ts";

/** Since Linux 6.9: a pidfd of a thread, which may have its own fds, and outlive the leader. */
const PIDFD_THREAD = 0o200;
const PROT_READ = 1;
const MAP_SHARED = 1;
/** What a pipe accepts at once. */
const CHUNK = 4096;
/** The most that is read at once: the indexes of the largest submission queue. */
const MAX_READ = 1 << 17;

/**
 * Copies memory by the kernel: a load from a mapping that is shorter than the tracee claims would
 * end us.
 */
class SafeCopy {
  private readonly fds = allocate(8);
  private readonly buffer = allocate(MAX_READ);

  constructor() {
    if (libc.pipe2(this.fds.address, O_CLOEXEC) < 0) this.fds.bytes.fill(0xff);
  }

  /** The result is borrowed: valid until the next call. */
  copy(address: number, length: number): DataView | null {
    const { view } = this.fds;
    const [reader, writer] = [view.getInt32(0, true), view.getInt32(4, true)];
    if (length > MAX_READ) return null;
    for (let done = 0; done < length; ) {
      const step = Math.min(CHUNK, length - done);
      const written = libc.write(writer, address + done, step);
      if (written <= 0) return null;
      if (libc.read(reader, this.buffer.address + done, written) !== written) return null;
      done += written;
    }
    return this.buffer.view;
  }
}

let safeCopy: SafeCopy | null = null;

export class BorrowedRing {
  private readonly addresses: Record<RingRegion, number> = { rings: 0, sqes: 0 };
  private readonly sizes: Readonly<Record<RingRegion, number>>;

  private constructor(layout: RingLayout) {
    this.sizes = { rings: ringsSize(layout), sqes: sqesSize(layout) };
  }

  /** @returns null if the ring cannot be mapped */
  static open(tid: number, tgid: number, fd: number, layout: RingLayout): BorrowedRing | null {
    const own = getFd(tid, tgid, fd);
    if (own < 0) return null;
    const ring = new BorrowedRing(layout);
    ring.addresses.rings = map(own, ring.sizes.rings, IORING_OFF_SQ_RING);
    ring.addresses.sqes = map(own, ring.sizes.sqes, IORING_OFF_SQES);
    close(own);
    if (ring.addresses.rings && ring.addresses.sqes) return ring;
    ring.close();
    return null;
  }

  readonly read: ReadRing = (region, offset, length) => {
    if (offset + length > this.sizes[region]) return null;
    safeCopy ??= new SafeCopy();
    return safeCopy.copy(this.addresses[region] + offset, length);
  };

  close(): void {
    for (const region of ["rings", "sqes"] as const) {
      const address = this.addresses[region];
      if (address) libc.syscall(SYS.munmap, address, this.sizes[region], 0, 0, 0, 0);
      this.addresses[region] = 0;
    }
  }
}

function map(fd: number, size: number, offset: number): number {
  const address = libc.mmap(0, size, PROT_READ, MAP_SHARED, fd, BigInt(offset));
  return address < 0 ? 0 : address;
}

/** Returns a copy of a tracee's fd, or a negative number. */
function getFd(tid: number, tgid: number, fd: number): number {
  let pidfd = libc.syscall(SYS.pidfd_open, tid, PIDFD_THREAD, 0, 0, 0, 0);
  if (pidfd < 0) pidfd = libc.syscall(SYS.pidfd_open, tgid, 0, 0, 0, 0, 0);
  if (pidfd < 0) return -1;
  const own = libc.syscall(SYS.pidfd_getfd, pidfd, fd, 0, 0, 0, 0);
  close(pidfd);
  return own;
}
