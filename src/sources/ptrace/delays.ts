/** Threads that a tracer holds at a stop for some time. */
import { libc } from "../../ffi/libc.ts";
import type { SpinWait } from "./wait.ts";

/** waitpid(2) has no timeout, so stops of other threads are looked for at this interval. */
const POLL_MS = 1;

interface Delay {
  /** performance.now(). */
  readonly end: number;
  readonly resume: () => void;
}

export class Delays {
  private readonly byThread = new Map<number, Delay>();

  /** Whether no thread is held. */
  get empty(): boolean {
    return this.byThread.size === 0;
  }

  add(tid: number, milliseconds: number, resume: () => void): void {
    this.byThread.set(tid, { end: performance.now() + milliseconds, resume });
  }

  /** Forgets a thread that has ended. */
  delete(tid: number): void {
    this.byThread.delete(tid);
  }

  /** Resumes the threads whose time is over. @param at performance.now(); Infinity for all threads */
  resumeUntil(at: number): void {
    for (const [tid, { end, resume }] of this.byThread) {
      if (end > at) continue;
      this.byThread.delete(tid);
      resume();
    }
  }

  /**
   * Waits for the next stop of another thread, or for the end of a delay.
   * @returns the tid of a thread that stopped; 0 if a thread was resumed or a signal may have come; -1
   *   on failure, with errno set
   */
  wait(spinWait: SpinWait): number {
    const tid = spinWait.waitNoHang();
    if (tid !== 0) return tid;
    const next = Math.min(...Array.from(this.byThread.values(), ({ end }) => end));
    // Close to the end of a delay it spins, to be exact.
    if (next - performance.now() > 2 * POLL_MS) libc.poll(0, 0, POLL_MS);
    this.resumeUntil(performance.now());
    return 0;
  }
}
