/**
 * The kernel's process connector: reports fork, exec, exit and credential changes of all processes
 * over netlink. Documentation/driver-api/connector.rst, linux/cn_proc.h, netlink(7).
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
  hasRealCapabilities,
  isInitialNamespace,
  OUTSIDE_ADVICE,
} from "../../process/namespaces.ts";
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

/** Bytes: enough for a burst of 20,000 short-lived processes. */
export const DEFAULT_RECEIVE_BUFFER = 64 << 20;
/** The kernel acknowledges before send(2) returns, so no acknowledgement means that it refused. */
const ACK_TIMEOUT_MS = 200;
/** How often `for await` polls. */
const COALESCE_MS = 10;

export interface ConnectorOptions {
  /** Size of the socket's receive buffer in bytes; an event occupies about 800. */
  readonly receiveBuffer?: number | undefined;
  /** PROC_EVENT_* bits: the requested events; undefined: all. */
  readonly events?: number | undefined;
}

export class ProcConnector
  implements PollableSource<ProcEventView>, AsyncIterable<ProcEvent>, Disposable
{
  private readonly socket = new NetlinkSocket();
  private readonly queue = new EventQueue(this.socket.fd);
  private readonly subscription = new Subscription(this.socket);
  private closed = false;
  private drops = 0;
  /** Lost events that an OverrunError has reported. */
  private reported = 0;
  private malformed = 0;

  /**
   * Opens the connector and subscribes.
   * @throws PermissionError, UnsupportedError, SystemError
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

  /** Readable when there are events to drain. */
  get fd(): number {
    return this.socket.fd;
  }

  /** The actual size of the receive buffer in bytes: less than requested where that is not permitted. */
  get receiveBuffer(): number {
    return this.socket.receiveBuffer;
  }

  /**
   * Subscribes, or changes the requested events. The first call waits for the kernel's
   * acknowledgement.
   * @param mask PROC_EVENT_* bits; since Linux 6.6, other events take no space in the receive buffer
   * @throws PermissionError, UnsupportedError, SystemError
   */
  subscribe(mask: number = PROC_EVENT_ALL): void {
    this.assertOpen();
    const { subscription } = this;
    subscription.begin();
    const deadline = performance.now() + ACK_TIMEOUT_MS;
    while (!subscription.acknowledged) {
      if (this.next() || subscription.acknowledged || this.queue.fill()) continue;
      const left = deadline - performance.now();
      if (!(left > 0 && this.socket.wait(left))) throw refusedError();
    }
    if (subscription.setMask(mask >>> 0)) this.queue.countsGaps = false;
  }

  /** Unsubscribes. Events that were sent before can still be received. */
  unsubscribe(): void {
    this.assertOpen();
    this.queue.countsGaps = false;
    this.subscription.end();
  }

  private assertOpen(): void {
    if (this.closed) throw new ConnectionClosedError("the connector is closed");
  }

  /** Moves the queue's view to the next requested event among those received. */
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
   * Returns the next event, as an object of its own; null after a timeout.
   * @param timeoutMs max time to wait in milliseconds
   * @throws OverrunError if events were lost, TruncatedError for a malformed message,
   *   InterruptedError, ConnectionClosedError; only the last one is final
   */
  receive(timeoutMs = Infinity): ProcEvent | null {
    return this.receiveWith(timeoutMs, () => (this.next() ? toProcEvent(this.queue.event) : null));
  }

  /**
   * Copies the next datagram, unparsed and unfiltered.
   * @returns its length in bytes; null after a timeout
   * @throws as `receive`; BufferTooSmallError, after which the datagram can still be received
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

  /** Returns what `takeNext` returns, once that is not null; null after a timeout. */
  private receiveWith<T>(timeoutMs: number, takeNext: () => T | null): T | null {
    this.assertOpen();
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const taken = takeNext();
      if (taken !== null) return taken;
      // Events are lost while the buffer is full, so after everything that was in it.
      if (this.queue.drained) this.throwOverrun();
      if (this.queue.fill()) continue;
      if (this.queue.overrun) continue;
      const left = deadline - performance.now();
      if (!(left > 0 && this.socket.wait(left))) return null;
    }
  }

  /** Throws an OverrunError if events were lost since the last one. */
  private throwOverrun(): void {
    if (!this.queue.overrun && this.queue.gaps <= this.reported) return;
    this.queue.overrun = false;
    const lost = this.lost() - this.reported;
    this.reported += lost;
    if (lost > 0) throw new OverrunError(lost);
  }

  /** Returns the events lost so far: the socket's drops or, if more, the gaps in the sequence numbers. */
  private lost(): number {
    if (!this.closed) this.drops = this.socket.drops;
    return Math.max(this.drops, this.queue.gaps);
  }

  /**
   * Visits the events that are there at the call. Lost events and malformed messages are counted by
   * `losses`.
   * @param onReceive called after each receive, before its events are visited
   */
  drain(visit: (event: ProcEventView) => void, onReceive: () => void = () => {}): void {
    this.assertOpen();
    const { queue } = this;
    const now = clockNanoseconds(CLOCK_MONOTONIC);
    for (;;) {
      this.drainBatch(visit);
      const later = queue.event.end > 0 && queue.event.timestampNs > now;
      if (later || !queue.fill()) return;
      onReceive();
    }
  }

  /** Visits the requested events among those received. */
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

  /** Yields events until the connector is closed. @throws as `receive` */
  async *[Symbol.asyncIterator](): AsyncGenerator<ProcEvent, void> {
    while (!this.closed) {
      const event = this.receive(0);
      if (event) yield event;
      else await new Promise((resolve) => setTimeout(resolve, COALESCE_MS));
    }
  }

  /** Returns the events that are known to be lost, by cause. */
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

  /** Unsubscribes and closes the socket. Closing again has no effect. */
  close(): void {
    if (this.closed) return;
    try {
      this.lost();
      this.subscription.end();
    } catch (error) {
      const expected = [SystemError, PermissionError, UnsupportedError];
      if (!expected.some((type) => error instanceof type)) throw error;
    } finally {
      this.closed = true;
      this.socket.close();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Returns why the kernel does not acknowledge a subscription. */
function refusedError(): UnsupportedError {
  const isOutside = !isInitialNamespace("pid") || !hasRealCapabilities();
  return new UnsupportedError(
    isOutside
      ? `the process connector works in the first user and pid namespace only; ${OUTSIDE_ADVICE}`
      : "the process connector does not answer: this kernel was built without CONFIG_PROC_EVENTS",
  );
}
