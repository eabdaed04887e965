/** Lets tracees go, as they were: ptrace(2), PTRACE_DETACH. */
import { lastErrno } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import * as pt from "../../kernel/ptrace.ts";

const __WALL = 0x40000000;
const __WNOTHREAD = 0x20000000;
const EINTR = 4;
const SIGSTOP = 19;
const BIRTHS: readonly number[] = [
  pt.PTRACE_EVENT_FORK,
  pt.PTRACE_EVENT_VFORK,
  pt.PTRACE_EVENT_CLONE,
];

/** @param data a signal, or an address @returns false where the thread is gone */
type Request = (request: number, tid: number, data: number) => boolean;

export interface Others {
  /** Stopped already, and unknown: children whose parents have not told of them. */
  readonly stopped: readonly number[];
  /** Not to be let go. */
  readonly ours: ReadonlySet<number>;
}

/** The signal that a thread was about to get, or that it is stopped by. */
function signalOf({ kind, value }: pt.Stop): number {
  return kind === "signal" ? value : kind === "group-stop" ? SIGSTOP : 0;
}

/**
 * Each goes when it comes to a stop, in no order: a thread that waits for its vfork's child stops
 * only after that one.
 */
export function release(tids: readonly number[], others: Others, request: Request): void {
  const waiting = new Set(tids.filter((tid) => request(pt.PTRACE_INTERRUPT, tid, 0)));
  const gone = new Set(others.stopped);
  for (const tid of gone) request(pt.PTRACE_DETACH, tid, 0);
  const word = allocate(8);
  while (waiting.size > 0) {
    const tid = libc.waitpid(-1, word.address, __WALL | __WNOTHREAD);
    if (tid < 0 && lastErrno() === EINTR) continue;
    if (tid < 0) return;
    const stop = pt.parseStop(word.view.getInt32(0, true));
    waiting.delete(tid);
    if (stop.kind === "exited" || stop.kind === "killed" || others.ours.has(tid)) continue;
    gone.add(tid);
    if (stop.kind === "event" && BIRTHS.includes(stop.value)) {
      request(pt.PTRACE_GETEVENTMSG, tid, word.address);
      const child = word.view.getUint32(0, true);
      if (!gone.has(child)) waiting.add(child);
    }
    request(pt.PTRACE_DETACH, tid, signalOf(stop));
  }
}
