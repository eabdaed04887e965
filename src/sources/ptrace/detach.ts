/** Detaches from tracees without changing what they do next: ptrace(2), PTRACE_DETACH. */
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

/**
 * Makes a ptrace(2) request.
 * @param data a signal, or an address
 * @returns false if the thread has ended
 */
type PtraceRequest = (request: number, tid: number, data: number) => boolean;

/** Returns the signal to deliver on detach: a pending one, or the one that stopped the thread. */
function pendingSignal({ kind, value }: pt.TraceeStatus): number {
  return kind === "signal" ? value : kind === "group-stop" ? SIGSTOP : 0;
}

/** Polling interval: waitpid(2) for a single thread has no timeout. */
const POLL_MS = 1;

/**
 * Detaches from threads as each comes to a stop, in any order: a parent in vfork(2) stops only after
 * its child. Polls the threads one by one instead of waiting for any child, because a program that
 * uses the library may have children of its own.
 * @param stopped threads that have stopped before the fork event of their parent was reported
 * @param ended called for a thread that ends meanwhile
 */
export function detachAll(
  tids: readonly number[],
  stopped: readonly number[],
  request: PtraceRequest,
  ended: (tid: number, how: pt.TraceeStatus) => void,
): void {
  const waiting = new Set(tids.filter((tid) => request(pt.PTRACE_INTERRUPT, tid, 0)));
  const detached = new Set(stopped);
  for (const tid of detached) request(pt.PTRACE_DETACH, tid, 0);
  const memory = allocate(8);
  while (waiting.size > 0) {
    const before = waiting.size;
    for (const tid of waiting) {
      const waited = libc.waitpid(tid, memory.address, __WALL | WNOHANG);
      if (waited === 0) continue;
      waiting.delete(tid);
      if (waited < 0) continue;
      const stop = pt.parseTraceeStatus(memory.view.getInt32(0, true));
      if (stop.kind === "exited" || stop.kind === "killed") {
        ended(tid, stop);
        continue;
      }
      detached.add(tid);
      if (stop.kind === "event" && FORK_EVENTS.includes(stop.value)) {
        request(pt.PTRACE_GETEVENTMSG, tid, memory.address);
        const child = memory.view.getUint32(0, true);
        if (!detached.has(child)) waiting.add(child);
      }
      request(pt.PTRACE_DETACH, tid, pendingSignal(stop));
    }
    if (waiting.size === before) libc.poll(0, 0, POLL_MS);
  }
}
