/**
 * Tracks the threads of multi-threaded processes from their events. A process exits with its last
 * thread, and its first thread may have exited long before.
 */

export class ThreadTable {
  /** Live tids by tgid, of each process that has had more than one thread. */
  private readonly threads = new Map<number, Set<number>>();

  /** Sets the threads of a process, as read from /proc. */
  update(tgid: number, tids: readonly number[]): void {
    if (tids.some((tid) => tid !== tgid)) this.threads.set(tgid, new Set(tids));
  }

  /** Adds a new thread. A process without an entry had only its first thread until now. */
  created(tgid: number, tid: number): void {
    const live = this.threads.get(tgid);
    if (live) live.add(tid);
    else this.threads.set(tgid, new Set([tgid, tid]));
  }

  /** Forgets the threads of a process that was forked or has executed, which leaves one thread. */
  reset(tgid: number): void {
    this.threads.delete(tgid);
  }

  /** Removes a thread. @returns whether the process has exited with it */
  exited(tgid: number, tid: number): boolean {
    const live = this.threads.get(tgid);
    if (!live) return tid === tgid;
    live.delete(tid);
    if (live.size > 0) return false;
    this.threads.delete(tgid);
    return true;
  }
}
