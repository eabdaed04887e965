/**
 * Knows which processes have several threads, by the events that tell of them: the end of a
 * process is that of its last thread, and its first may have ended long before.
 */

export class ThreadTable {
  /** The living threads of each process that has had more than one. */
  private readonly threads = new Map<number, Set<number>>();

  /** Takes the threads that a process is found to have. */
  update(tgid: number, tids: readonly number[]): void {
    if (tids.some((tid) => tid !== tgid)) this.threads.set(tgid, new Set(tids));
  }

  /** A thread began, in a process that may have had one only. */
  created(tgid: number, tid: number): void {
    const living = this.threads.get(tgid);
    if (living) living.add(tid);
    else this.threads.set(tgid, new Set([tgid, tid]));
  }

  /** A process began, or executed something, which ends its other threads. */
  reset(tgid: number): void {
    this.threads.delete(tgid);
  }

  /** @returns whether the process has ended with the thread */
  exited(tgid: number, tid: number): boolean {
    const living = this.threads.get(tgid);
    if (!living) return tid === tgid;
    living.delete(tid);
    if (living.size > 0) return false;
    this.threads.delete(tgid);
    return true;
  }
}
