/**
 * Stops threads before one of their process installs a seccomp filter for all (SECCOMP_FILTER_FLAG_TSYNC):
 * the filter may answer a call of a thread that runs on meanwhile, without a stop.
 */
import { readFileSync } from "node:fs";

/** States of threads that may still make a call: running, or woken from an interruptible sleep. */
const RUNNING = ["R", "S"];
/** How long the thread that installs the filter waits for the others. */
const MAX_WAIT_MS = 100;

export interface ThreadStops {
  /** Takes a stop: the tid; 0 if the thread has not stopped, -1 if it has ended. */
  wait(tid: number): number;
  /** The status of the last stop. */
  readonly status: number;
  /** As the function below. */
  stateOf(tid: number): string;
  /** Milliseconds. */
  now(): number;
}

/** Returns the state of a thread, as in proc_pid_stat(5); "" if it has ended. */
export function stateOf(tid: number): string {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${tid}/stat`, "latin1"))?.[1] ?? "";
  } catch {
    return "";
  }
}

export interface StoppedThreads {
  /** The stops that were taken, by tid. */
  readonly stops: readonly (readonly [tid: number, status: number])[];
  /** How many threads went on running. */
  readonly missed: number;
}

/**
 * Waits until threads that were interrupted have stopped. One that sleeps uninterruptibly is inside a
 * call that the filter does not concern any more, and stops when that returns.
 */
export function awaitStops(tids: readonly number[], threads: ThreadStops): StoppedThreads {
  const stops: [number, number][] = [];
  const running = new Set(tids);
  const deadline = threads.now() + MAX_WAIT_MS;
  while (running.size > 0) {
    for (const tid of running) {
      const waited = threads.wait(tid);
      if (waited > 0) stops.push([tid, threads.status]);
      if (waited !== 0 || !RUNNING.includes(threads.stateOf(tid))) running.delete(tid);
    }
    if (threads.now() >= deadline) break;
  }
  return { stops, missed: running.size };
}
