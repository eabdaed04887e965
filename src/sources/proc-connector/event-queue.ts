/**
 * Receives process events from a socket in order, and counts the lost ones by gaps in their sequence
 * numbers. recvmmsg(2), Documentation/driver-api/connector.rst.
 */
import { SystemError } from "../../ffi/errno.ts";
import { EAGAIN, ENOBUFS } from "../../kernel/errno.ts";
import {
  type NetlinkMessage,
  NLMSG_ERROR,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  netlinkMessages,
  parseNetlinkError,
} from "../../kernel/netlink.ts";
import { ProcEventView } from "../../kernel/proc-event.ts";
import { ConnectionClosedError } from "./errors.ts";
import { type Datagram, DatagramBatch } from "./recvmmsg.ts";

const BATCH_SIZE = 64;
/** Kernels so far send one message per datagram, which has 76 bytes. */
const DATAGRAM_BYTES = 1024;

export class EventQueue {
  /** The event that `next` has moved to; borrowed until the next move. */
  readonly event = new ProcEventView();
  /** Lost events, counted by gaps in the sequence numbers, which are per CPU. */
  gaps = 0;
  /** Whether gaps are losses: events that the kernel filters leave gaps too. */
  countsGaps = true;
  /** Whether the kernel has reported a full buffer; the reader resets it. */
  overrun = false;
  /** Whether the last `fill` emptied the socket. */
  drained = true;
  private readonly fd: number;
  private readonly batch = new DatagramBatch(BATCH_SIZE, DATAGRAM_BYTES);
  private count = 0;
  private index = 0;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private messages: Iterator<NetlinkMessage, void> | null = null;
  /** The last sequence number of each CPU. */
  private readonly lastSequence = new Map<number, number>();

  constructor(fd: number) {
    this.fd = fd;
  }

  /**
   * Receives a batch without waiting. It replaces the batch before, which must have been read.
   * @returns false if there is nothing to receive
   * @throws SystemError
   */
  fill(): boolean {
    this.index = 0;
    this.messages = null;
    this.count = this.batch.receive(this.fd);
    while (this.count === -ENOBUFS) {
      this.overrun = true;
      this.count = this.batch.receive(this.fd);
    }
    const errno = -this.count;
    this.count = Math.max(this.count, 0);
    this.drained = this.count < BATCH_SIZE;
    if (errno > 0 && errno !== EAGAIN)
      throw new SystemError("recvmmsg", "NETLINK_CONNECTOR", errno);
    return this.count > 0;
  }

  /**
   * Returns the next datagram of the batch, until `skip`; null at the end of the batch.
   * @throws ConnectionClosedError
   */
  peek(): Datagram | null {
    if (this.index === this.count) return null;
    const datagram = this.batch.datagram(this.index);
    if (datagram.length === 0) throw new ConnectionClosedError("the kernel closed the connection");
    return datagram;
  }

  /** Moves past the datagram that `peek` returns. */
  skip(): void {
    this.index++;
  }

  /**
   * Moves `event` to the next event of the batch; moves past a malformed message when it throws.
   * @returns false at the end of the batch
   * @throws TruncatedError, ConnectionClosedError, SystemError for an error message of the kernel
   */
  next(): boolean {
    for (;;) {
      const message = this.nextMessage();
      if (!message) return false;
      const { type } = message;
      if (type === NLMSG_OVERRUN) this.overrun = true;
      if (type === NLMSG_ERROR) this.throwIfError(parseNetlinkError(this.view, message));
      const control = type === NLMSG_NOOP || type === NLMSG_ERROR || type === NLMSG_OVERRUN;
      if (control || !this.event.moveTo(this.view, message)) continue;
      this.countGap();
      return true;
    }
  }

  private nextMessage(): NetlinkMessage | null {
    for (;;) {
      const message = this.messages?.next();
      if (message?.value) return message.value;
      const datagram = this.peek();
      if (!datagram) return null;
      this.skip();
      const { view, start, length } = datagram;
      this.view = view;
      this.messages = netlinkMessages(view, start, start + length);
    }
  }

  /** An error message with errno 0 is an acknowledgement. */
  private throwIfError(errno: number): void {
    if (errno) throw new SystemError("netlink", "NETLINK_CONNECTOR", errno);
  }

  /** Counts the sequence numbers that are missing before the event, among those of its CPU. */
  private countGap(): void {
    const { cpu, seq } = this.event;
    if (cpu === null) return;
    const last = this.lastSequence.get(cpu);
    if (last !== undefined && this.countsGaps) this.gaps += (seq - last - 1) >>> 0;
    this.lastSequence.set(cpu, seq);
  }
}
