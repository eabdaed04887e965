/**
 * The event loop: waits for sources and signals with epoll(7), and coalesces wake-ups so that many
 * events are read at once.
 */
import { check } from "../ffi/errno.ts";
import { EPOLLET, EPOLLONESHOT, Epoll, pipe, readAvailable } from "../ffi/fd.ts";
import { allocate } from "../ffi/memory.ts";
import { native } from "../ffi/native.ts";
import {
  parseSignalRecords,
  SA_RESTART,
  SIGNAL_RECORD_SIZE,
  type SignalRecord,
} from "../kernel/signal.ts";
import { stopSelf } from "../process/stop-self.ts";

/** How long events accumulate after a wake-up before they are read. */
const COALESCE_MS = 10;
/** The same where nothing looks at events, or at what they name, while they are recorded. */
export const LONG_COALESCE_MS = 30;
/**
 * Longest time between two rounds. An event that arrives just as the reader finishes may cause no
 * wake-up, so this bounds its delay.
 */
const MAX_WAIT_MS = 100;
const MAX_SIGNALS = 64;
/**
 * How often garbage is collected. JavaScriptCore alone lets it grow for minutes, because the objects of
 * events that are read meanwhile keep parts of the heap alive.
 */
const COLLECT_MS = 10_000;

export interface LoopHandlers {
  /** Reads the available events of all sources. */
  drain(): void;
  /** Receives the signals since the last call, in order. */
  onSignals(signals: readonly SignalRecord[]): void;
  /** Whether to end; called in each round, before and after the drain. */
  isDone(): boolean;
  /** Called right after each wake-up, at least ten times a second. */
  onTick?(): void;
  /** How long events accumulate after a wake-up before they are read, in milliseconds; 10 by default. */
  readonly coalesceMs?: number;
  /** The latest time to end, by performance.now(). */
  readonly deadline?: number;
}

export class EventLoop {
  private readonly epoll = new Epoll();
  private readonly oneshotFds: number[] = [];
  private readonly signalFd: number;
  private readonly signalWriter: number;
  private readonly caught: ReadonlySet<number>;
  private readonly signalBytes = allocate(SIGNAL_RECORD_SIZE * MAX_SIGNALS);

  /** @param signals the signals to catch; those that this process ignores stay ignored */
  constructor(signals: readonly number[]) {
    const { reader, writer } = pipe();
    this.signalFd = reader;
    this.epoll.add(reader);
    this.signalWriter = writer;
    this.caught = new Set(signals);
    this.catch(signals);
  }

  private catch(signals: readonly number[]): void {
    const numbers = allocate(signals.length * 4);
    for (const [index, signal] of signals.entries()) numbers.view.setInt32(index * 4, signal, true);
    const result = native().trace_catch_signals(
      this.signalWriter,
      numbers.address,
      signals.length,
      SA_RESTART,
    );
    check(result, "sigaction");
  }

  /** Stops this process as an uncaught `signal` does. Returns when it continues. */
  suspendSelf(signal: number): void {
    stopSelf(signal, this.caught.has(signal) ? () => this.catch([signal]) : null);
  }

  /** Adds an fd that wakes the loop for as long as it is readable (level-triggered). */
  addUrgent(fd: number): void {
    this.epoll.add(fd);
  }

  /** Adds a source that itself decides when to wake the loop, such as a ring buffer (edge-triggered). */
  addSource(fd: number): void {
    this.epoll.add(fd, EPOLLET);
  }

  /** Adds a source that signals every event; only the first in each round wakes the loop. */
  addOneshot(fd: number): void {
    this.epoll.add(fd, EPOLLONESHOT);
    this.oneshotFds.push(fd);
  }

  /** Runs until `isDone` or the deadline, and drains once more before it returns. */
  run(handlers: LoopHandlers): void {
    const { coalesceMs = COALESCE_MS } = handlers;
    let collectAt = performance.now() + COLLECT_MS;
    handlers.drain(); // so that the header of an output is visible before the first event
    for (;;) {
      this.epoll.wait(this.waitTimeout(MAX_WAIT_MS, handlers.deadline));
      handlers.onTick?.();
      // More events accumulate until the time is over or the source wakes the loop again.
      this.epoll.wait(this.waitTimeout(coalesceMs, handlers.deadline));
      this.dispatchSignals(handlers);
      const ended = handlers.isDone() || performance.now() >= (handlers.deadline ?? Infinity);
      handlers.drain();
      if (ended || handlers.isDone()) return;
      for (const fd of this.oneshotFds) this.epoll.rearm(fd);
      if (performance.now() >= collectAt) {
        Bun.gc(true);
        collectAt = performance.now() + COLLECT_MS;
      }
    }
  }

  private waitTimeout(max: number, deadline = Infinity): number {
    return Math.max(0, Math.min(max, Math.ceil(deadline - performance.now())));
  }

  private dispatchSignals(handlers: LoopHandlers): void {
    const signals = this.pendingSignals();
    if (signals.length > 0) handlers.onSignals(signals);
  }

  /** Returns the signals since the last call, in order, without waiting. */
  pendingSignals(): readonly SignalRecord[] {
    const length = readAvailable(this.signalFd, this.signalBytes);
    return length > 0 ? parseSignalRecords(this.signalBytes.view, length) : [];
  }
}
