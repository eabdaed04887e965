/**
 * The one event loop: waits for the sources, for signals and for the command's end, and lets events
 * gather between two looks at them. epoll(7).
 */
import { check } from "../ffi/errno.ts";
import { EPOLLET, EPOLLONESHOT, Epoll, pipe, readAvailable } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";
import { native } from "../ffi/native.ts";
import {
  parseSignalRecords,
  SA_RESTART,
  SIG_DFL,
  SIGNAL_RECORD_SIZE,
  SIGSTOP,
  type SignalRecord,
} from "../kernel/signal.ts";

/** So long events gather after the first, before we look at them: one wake-up for many. */
const COALESCE_MS = 10;
/** An event that comes just as we have read those before it may wake nobody: so long it waits. */
const MAX_WAIT_MS = 100;
const MAX_SIGNALS = 64;

export interface LoopHandlers {
  /** Takes what the sources have. */
  drain(): void;
  /** Signals that came since the last call, in order. */
  onSignals(signals: readonly SignalRecord[]): void;
  /** Asked after each round. */
  isDone(): boolean;
  /** Called in each round, right after a wake-up; there are at least ten a second. */
  onTick?(): void;
  /** When to end at the latest, by performance.now(). */
  readonly deadline?: number;
}

export class EventLoop {
  private readonly epoll = new Epoll();
  private readonly oneshotFds: number[] = [];
  private readonly signalFd: number;
  private readonly signalWriter: number;
  private readonly signalBytes = allocate(SIGNAL_RECORD_SIZE * MAX_SIGNALS);

  /** @param signals which signals are caught, unless they are ignored */
  constructor(signals: readonly number[]) {
    const { reader, writer } = pipe();
    this.signalFd = reader;
    this.epoll.add(reader);
    this.signalWriter = writer;
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

  /** Stops us as SIGSTOP or a SIGTSTP that nobody catches does. Returns when we go on. */
  suspendSelf(signal: number): void {
    if (signal !== SIGSTOP) libc.signal(signal, SIG_DFL);
    libc.kill(process.pid, signal);
    if (signal !== SIGSTOP) this.catch([signal]);
  }

  /** Adds an fd that must be looked at as soon as it is readable. */
  addUrgent(fd: number): void {
    this.epoll.add(fd);
  }

  /** Adds a source that wakes us when its first event comes, and when much is waiting. */
  addSource(fd: number): void {
    this.epoll.add(fd, EPOLLET);
  }

  /** Adds a source whose every event would wake us: of those that gather only the first does. */
  addOneshot(fd: number): void {
    this.epoll.add(fd, EPOLLONESHOT);
    this.oneshotFds.push(fd);
  }

  /** Returns when the duties have ended or the deadline has come, after a last drain. */
  run(duties: LoopHandlers): void {
    duties.drain(); // what begins an output is seen before the first event
    for (;;) {
      this.epoll.wait(this.waitTimeout(MAX_WAIT_MS, duties.deadline));
      duties.onTick?.();
      // The first event has woken us. Others gather now, until the source wakes us once more.
      this.epoll.wait(this.waitTimeout(COALESCE_MS, duties.deadline));
      this.dispatchSignals(duties);
      const ended = duties.isDone() || performance.now() >= (duties.deadline ?? Infinity);
      duties.drain();
      if (ended || duties.isDone()) return;
      for (const fd of this.oneshotFds) this.epoll.rearm(fd);
    }
  }

  private waitTimeout(longest: number, deadline = Infinity): number {
    return Math.max(0, Math.min(longest, Math.ceil(deadline - performance.now())));
  }

  private dispatchSignals(duties: LoopHandlers): void {
    const length = readAvailable(this.signalFd, this.signalBytes);
    if (length > 0) duties.onSignals(parseSignalRecords(this.signalBytes.view, length));
  }
}
