/**
 * Process events in the order in which a socket gives them, and how many of them are missing.
 * recvmmsg(2), Documentation/driver-api/connector.rst.
 */
import { SystemError } from "../../ffi/errno.ts";
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

const EAGAIN = 11;
const ENOBUFS = 105;
const BATCH_SIZE = 64;
/** An event's datagram has 76 bytes, and there is one message in each so far. */
const DATAGRAM_BYTES = 1024;

export class EventQueue {
  /** The event that `next` has moved to; lent until it moves on. */
  readonly event = new ProcEventView();
  /** Events that are missing by the numbers that every CPU gives its own. */
  gaps = 0;
  /** Whether gaps tell of losses: what the kernel leaves out leaves gaps too. */
  countsGaps = true;
  /** Whether the kernel has said since that its buffer was full. */
  overrun = false;
  /** Whether the last `fill` left nothing. */
  drained = true;
  private readonly fd: number;
  private readonly batch = new DatagramBatch(BATCH_SIZE, DATAGRAM_BYTES);
  private count = 0;
  private index = 0;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private messages: Iterator<NetlinkMessage, void> | null = null;
  /** The last number of each CPU. */
  private readonly lastSequence = new Map<number, number>();

  constructor(fd: number) {
    this.fd = fd;
  }

  /**
   * Receives, without waiting. What was received before must have been taken.
   * @returns false when nothing is there
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

  /** The next datagram of those received, as it came; null: there is none. Stays until `skip`. */
  peek(): Datagram | null {
    if (this.index === this.count) return null;
    const datagram = this.batch.datagram(this.index);
    if (datagram.length === 0) throw new ConnectionClosedError("the kernel closed the connection");
    return datagram;
  }

  skip(): void {
    this.index++;
  }

  /**
   * Moves `event` to the next of those received; of a message that cannot be read, past it.
   * @returns false when all are taken
   * @throws Truncated, ConnectionClosed, SystemError for what the kernel refuses
   */
  next(): boolean {
    for (;;) {
      const message = this.nextMessage();
      if (!message) return false;
      const { type } = message;
      if (type === NLMSG_OVERRUN) this.overrun = true;
      if (type === NLMSG_ERROR) this.throwIfRefused(parseNetlinkError(this.view, message));
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

  private throwIfRefused(errno: number): void {
    if (errno) throw new SystemError("netlink", "NETLINK_CONNECTOR", errno);
  }

  /** Every CPU numbers its own events. */
  private countGap(): void {
    const { cpu, seq } = this.event;
    if (cpu === null) return;
    const last = this.lastSequence.get(cpu);
    if (last !== undefined && this.countsGaps) this.gaps += (seq - last - 1) >>> 0;
    this.lastSequence.set(cpu, seq);
  }
}
