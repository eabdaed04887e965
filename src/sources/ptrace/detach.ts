/** Lets tracees go, as they were: ptrace(2), PTRACE_DETACH. */
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import * as pt from "../../kernel/ptrace.ts";

const __WALL = 0x40000000;
const WNOHANG = 1;
const SIGSTOP = 19;
const FORK_EVENTS: readonly number[] = [
  pt.PTRACE_EVENT_FORK,
  pt.PTRACE_EVENT_VFORK,
  pt.PTRACE_EVENT_CLONE,
];

/** @param data a signal, or an address @returns false where the thread is gone */
type PtraceRequest = (request: number, tid: number, data: number) => boolean;

/** The signal that a thread was about to get, or that it is stopped by. */
function pendingSignal({ kind, value }: pt.TraceeStatus): number {
  return kind === "signal" ? value : kind === "group-stop" ? SIGSTOP : 0;
}

/** Looks again after so long: nobody tells when a thread has come to its stop. */
const POLL_MS = 1;

/**
 * Each goes when it comes to a stop, in no order: a thread that waits for its vfork's child stops
 * only after that one. So each is asked in turn, and never all children at once: a program that uses
 * the library has some of its own.
 * @param stopped already, and unknown: children whose parents have not told of them
 */
export function detachAll(
  tids: readonly number[],
  stopped: readonly number[],
  request: PtraceRequest,
): void {
  const waiting = new Set(tids.filter((tid) => request(pt.PTRACE_INTERRUPT, tid, 0)));
  const gone = new Set(stopped);
  for (const tid of gone) request(pt.PTRACE_DETACH, tid, 0);
  const word = allocate(8);
  while (waiting.size > 0) {
    const before = waiting.size;
    for (const tid of waiting) {
      const came = libc.waitpid(tid, word.address, __WALL | WNOHANG);
      if (came === 0) continue;
      waiting.delete(tid);
      if (came < 0) continue;
      const stop = pt.parseTraceeStatus(word.view.getInt32(0, true));
      if (stop.kind === "exited" || stop.kind === "killed") continue;
      gone.add(tid);
      if (stop.kind === "event" && FORK_EVENTS.includes(stop.value)) {
        request(pt.PTRACE_GETEVENTMSG, tid, word.address);
        const child = word.view.getUint32(0, true);
        if (!gone.has(child)) waiting.add(child);
      }
      request(pt.PTRACE_DETACH, tid, pendingSignal(stop));
    }
    if (waiting.size === before) libc.poll(0, 0, POLL_MS);
  }
}
