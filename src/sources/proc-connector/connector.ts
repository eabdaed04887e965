/**
 * The kernel's process connector: fork, exec, exit and changes of identity of every process, over
 * netlink. Documentation/driver-api/connector.rst, linux/cn_proc.h, netlink(7).
 */

import type { PollableSource } from "../../core/source.ts";
import type { Loss } from "../../events/loss.ts";
import { clockNanoseconds } from "../../ffi/clock.ts";
import { SystemError } from "../../ffi/errno.ts";
import { matchesEventMask, PROC_EVENT_ALL, PROC_EVENT_NONE } from "../../kernel/cn-proc.ts";
import type { ProcEventView } from "../../kernel/proc-event.ts";
import { CLOCK_MONOTONIC } from "../../kernel/time.ts";
import { TruncatedError } from "../../kernel/truncated-error.ts";
import {
  BufferTooSmallError,
  ConnectionClosedError,
  OverrunError,
  PermissionError,
  UnsupportedError,
} from "./errors.ts";
import { type ProcEvent, toProcEvent } from "./event-object.ts";
import { EventQueue } from "./event-queue.ts";
import { NetlinkSocket } from "./netlink-socket.ts";
import { Subscription } from "./subscription.ts";

/** Room for 20,000 short processes that come at once: 64 MiB. */
export const DEFAULT_RECEIVE_BUFFER = 64 << 20;
/** The kernel answers before the request returns; one that it does not answer it has refused. */
const ACK_TIMEOUT_MS = 200;
const NO_ACK =
  "the kernel does not answer: it sends process events to the first user and pid namespace only, if built with CONFIG_PROC_EVENTS";
/** How long `for await` lets events gather. */
const COALESCE_MS = 10;

export interface ConnectorOptions {
  /** Bytes of the kernel's buffer, in which an event takes some 800. */
  readonly receiveBuffer?: number;
  /** PROC_EVENT_* bits: which events; none: all. */
  readonly events?: number;
}

export class ProcConnector
  implements PollableSource<ProcEventView>, AsyncIterable<ProcEvent>, Disposable
{
  private readonly socket = new NetlinkSocket();
  private readonly queue = new EventQueue(this.socket.fd);
  private readonly subscription = new Subscription(this.socket);
  private closed = false;
  private drops = 0;
  /** Losses that an Overrun has told of. */
  private reported = 0;
  private malformed = 0;

  /**
   * Opens and subscribes.
   * @throws NotPermitted, NotSupported, SystemError
   */
  constructor(options: ConnectorOptions = {}) {
    try {
      this.socket.receiveBuffer = options.receiveBuffer ?? DEFAULT_RECEIVE_BUFFER;
      this.subscribe(options.events);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Readable when there is something to drain. */
  get fd(): number {
    return this.socket.fd;
  }

  /** Bytes that the kernel gave: less than asked for where more was not permitted. */
  get receiveBuffer(): number {
    return this.socket.receiveBuffer;
  }

  /**
   * Asks for events, or for others than before. The first time it waits until the kernel says that
   * they will come.
   * @param mask PROC_EVENT_* bits. From Linux 6.6 on the others take no room in the buffer.
   */
  subscribe(mask: number = PROC_EVENT_ALL): void {
    this.assertOpen();
    const { subscription } = this;
    subscription.begin();
    const deadline = performance.now() + ACK_TIMEOUT_MS;
    while (!subscription.acknowledged) {
      if (this.next() || subscription.acknowledged || this.queue.fill()) continue;
      const left = deadline - performance.now();
      if (!(left > 0 && this.socket.wait(left))) throw new UnsupportedError(NO_ACK);
    }
    if (subscription.setMask(mask >>> 0)) this.queue.countsGaps = false;
  }

  /** Asks for no more events. What was sent before can still be received. */
  unsubscribe(): void {
    this.assertOpen();
    this.queue.countsGaps = false;
    this.subscription.end();
  }

  private assertOpen(): void {
    if (this.closed) throw new ConnectionClosedError("the connector is closed");
  }

  /** Moves the queue's view to the next event that is wanted, of those received. */
  private next(): boolean {
    const { queue } = this;
    while (queue.next()) {
      const { what, status } = queue.event;
      if (what === PROC_EVENT_NONE) this.subscription.handleAck(queue.event);
      else if (matchesEventMask(this.subscription.mask, what, status)) return true;
    }
    return false;
  }

  /**
   * The next event, as an object of its own.
   * @param timeoutMs how long it is waited for at most
   * @returns null when the time is over first
   * @throws Overrun where events are missing, Truncated for a message that cannot be read,
   *   Interrupted, ConnectionClosed; after each of the first three more can be received
   */
  receive(timeoutMs = Infinity): ProcEvent | null {
    return this.receiveWith(timeoutMs, () => (this.next() ? toProcEvent(this.queue.event) : null));
  }

  /**
   * The next datagram as it came, wanted or not.
   * @returns its length; null when the time is over first
   * @throws as `receive`; and BufferTooSmall, after which the datagram is still there
   */
  receiveInto(bytes: Uint8Array, timeoutMs = Infinity): number | null {
    return this.receiveWith(timeoutMs, () => {
      const datagram = this.queue.peek();
      if (!datagram) return null;
      const { view, start, length } = datagram;
      if (bytes.length < length) throw new BufferTooSmallError(bytes.length, length);
      bytes.set(new Uint8Array(view.buffer, view.byteOffset + start, length));
      this.queue.skip();
      return length;
    });
  }

  private receiveWith<T>(timeoutMs: number, take: () => T | null): T | null {
    this.assertOpen();
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const taken = take();
      if (taken !== null) return taken;
      // What was lost was lost when the buffer was full, so after all that was in it.
      if (this.queue.drained) this.throwOverrun();
      if (this.queue.fill()) continue;
      if (this.queue.overrun) continue;
      const left = deadline - performance.now();
      if (!(left > 0 && this.socket.wait(left))) return null;
    }
  }

  private throwOverrun(): void {
    if (!this.queue.overrun && this.queue.gaps <= this.reported) return;
    this.queue.overrun = false;
    const lost = this.lost() - this.reported;
    this.reported += lost;
    if (lost > 0) throw new OverrunError(lost);
  }

  /** Events that are missing so far: the socket's drops, and what it never got. */
  private lost(): number {
    if (!this.closed) this.drops = this.socket.drops;
    return Math.max(this.drops, this.queue.gaps);
  }

  /**
   * Visits all events that are there at the call. An event is lent: valid inside `visit` only.
   * What is missing or cannot be read is counted: see `losses`.
   * @param received called after each receive, before its events are visited
   */
  drain(visit: (event: ProcEventView) => void, received: () => void = () => {}): void {
    this.assertOpen();
    const { queue } = this;
    const now = clockNanoseconds(CLOCK_MONOTONIC);
    for (;;) {
      this.drainBatch(visit);
      const later = queue.event.end > 0 && queue.event.timestampNs > now;
      if (later || !queue.fill()) return;
      received();
    }
  }

  private drainBatch(visit: (event: ProcEventView) => void): void {
    for (;;) {
      try {
        while (this.next()) visit(this.queue.event);
        return;
      } catch (error) {
        if (!(error instanceof TruncatedError)) throw error;
        this.malformed++;
      }
    }
  }

  /** All events from here on; ends when the connector is closed. @throws as `receive` */
  async *[Symbol.asyncIterator](): AsyncGenerator<ProcEvent, void> {
    while (!this.closed) {
      const event = this.receive(0);
      if (event) yield event;
      else await new Promise((resolve) => setTimeout(resolve, COALESCE_MS));
    }
  }

  /** Events that are known to be missing. */
  losses(): Loss[] {
    const all: Loss[] = [
      {
        what: "lost",
        count: this.lost(),
        reason: "receive buffer full",
        remedy: { kind: "larger-buffer" },
      },
      { what: "malformed messages", count: this.malformed },
    ];
    return all.filter(({ count }) => count > 0);
  }

  /** Unsubscribes and closes. May be called twice. */
  close(): void {
    if (this.closed) return;
    try {
      this.lost();
      this.subscription.end();
    } catch (error) {
      const kinds = [SystemError, PermissionError, UnsupportedError];
      if (!kinds.some((kind) => error instanceof kind)) throw error;
    } finally {
      this.closed = true;
      this.socket.close();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
