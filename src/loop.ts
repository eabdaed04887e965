/**
 * The one event loop: waits for the sources, for signals and for the command's end, and lets events
 * gather between two looks at them. epoll(7).
 */
import { check } from "./ffi/errno.ts";
import { Epoll, pipe, readAvailable } from "./ffi/fd.ts";
import { allocate } from "./ffi/memory.ts";
import { native } from "./ffi/native.ts";
import { parseSignals, SIGNAL_RECORD_SIZE, type Signal } from "./kernel/signal.ts";

/** After a look at the sources, events gather so long before the next: one wake-up for many. */
const NAP_MS = 10;
/** The longest wait: nothing is waited for that does not wake us, but a bug must not hang us. */
const LONGEST_WAIT_MS = 1000;
const MAX_SIGNALS = 64;

export interface Duties {
  /** Takes what the sources have. */
  drain(): void;
  /** Signals that came since the last call, in order. */
  signals(signals: readonly Signal[]): void;
  /** Asked after each round. */
  ended(): boolean;
  /** When to end at the latest, by performance.now(). */
  readonly deadline?: number;
}

export class Loop {
  /** What interrupts a nap: signals, the command's end. */
  private readonly urgent = new Epoll();
  /** The sources, and what is urgent. */
  private readonly all = new Epoll();
  private readonly signalFd: number;
  private readonly signalBytes = allocate(SIGNAL_RECORD_SIZE * MAX_SIGNALS);

  /** @param signals which signals are caught, unless they are ignored */
  constructor(signals: readonly number[]) {
    const { reader, writer } = pipe();
    this.signalFd = reader;
    this.urgent.add(reader);
    this.all.add(this.urgent.fd);
    const numbers = allocate(signals.length * 4);
    for (const [index, signal] of signals.entries()) numbers.view.setInt32(index * 4, signal, true);
    check(native().trace_signals_to(writer, numbers.address, signals.length), "sigaction");
  }

  /** Adds an fd whose being readable ends a nap. */
  addUrgent(fd: number): void {
    this.urgent.add(fd);
  }

  addSource(fd: number): void {
    this.all.add(fd);
  }

  /** Returns when the duties have ended or the deadline has come, after a last drain. */
  run(duties: Duties): void {
    duties.drain(); // what begins an output is seen before the first event
    for (;;) {
      this.all.wait(this.waitLimit(duties.deadline));
      this.takeSignals(duties);
      const ended = duties.ended() || performance.now() >= (duties.deadline ?? Infinity);
      duties.drain();
      if (ended || duties.ended()) return;
      this.urgent.wait(Math.min(NAP_MS, this.waitLimit(duties.deadline)));
    }
  }

  private waitLimit(deadline = Infinity): number {
    return Math.max(0, Math.min(LONGEST_WAIT_MS, Math.ceil(deadline - performance.now())));
  }

  private takeSignals(duties: Duties): void {
    const length = readAvailable(this.signalFd, this.signalBytes);
    if (length > 0) duties.signals(parseSignals(this.signalBytes.view, length));
  }
}
