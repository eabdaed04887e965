/** Receives many datagrams with one system call: recvmmsg(2). */
import { lastErrno } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import { MSG_DONTWAIT } from "../../kernel/socket.ts";

/** Layout of struct mmsghdr and struct iovec on 64-bit machines: linux/socket.h, linux/uio.h. */
const MMSGHDR_SIZE = 64;
const MSG_IOV = 16;
const MSG_IOVLEN = 24;
const MSG_LEN = 56;
const IOVEC_SIZE = 16;
const MSG_TRUNC = 0x20;

export interface Datagram {
  view: DataView;
  start: number;
  length: number;
}

export class DatagramBatch {
  private readonly headers;
  private readonly bytes;
  private readonly capacity: number;
  private readonly datagramSize: number;
  private readonly current: Datagram;

  /**
   * @param capacity max number of datagrams
   * @param size max size of a datagram in bytes
   */
  constructor(capacity: number, size: number) {
    this.capacity = capacity;
    this.datagramSize = size;
    this.headers = allocate(capacity * (MMSGHDR_SIZE + IOVEC_SIZE));
    this.bytes = allocate(capacity * size);
    this.current = { view: this.bytes.view, start: 0, length: 0 };
    for (let index = 0; index < capacity; index++) {
      const iovec = capacity * MMSGHDR_SIZE + index * IOVEC_SIZE;
      const { view, address } = this.headers;
      view.setBigUint64(iovec, BigInt(this.bytes.address + index * size), true);
      view.setBigUint64(iovec + 8, BigInt(size), true);
      view.setBigUint64(index * MMSGHDR_SIZE + MSG_IOV, BigInt(address + iovec), true);
      view.setBigUint64(index * MMSGHDR_SIZE + MSG_IOVLEN, 1n, true);
    }
  }

  /** Receives the waiting datagrams, without blocking. @returns their number, or -errno */
  receive(fd: number): number {
    const flags = MSG_DONTWAIT | MSG_TRUNC;
    const count = libc.recvmmsg(fd, this.headers.address, this.capacity, flags, 0);
    return count < 0 ? -lastErrno() : count;
  }

  /** Returns a datagram of the last receive, borrowed until the next call. Longer ones are truncated. */
  datagram(index: number): Datagram {
    this.current.start = index * this.datagramSize;
    this.current.length = Math.min(
      this.datagramSize,
      this.headers.view.getUint32(index * MMSGHDR_SIZE + MSG_LEN, true),
    );
    return this.current;
  }
}
