/**
 * Knows which processes have several threads, by the events that tell of them: the end of a
 * process is that of its last thread, and its first may have ended long before.
 */

export class Threads {
  /** The living threads of each process that has had more than one. */
  private readonly living = new Map<number, Set<number>>();

  /** Takes the threads that a process is found to have. */
  learn(tgid: number, tids: readonly number[]): void {
    if (tids.some((tid) => tid !== tgid)) this.living.set(tgid, new Set(tids));
  }

  /** A thread began, in a process that may have had one only. */
  began(tgid: number, tid: number): void {
    const living = this.living.get(tgid);
    if (living) living.add(tid);
    else this.living.set(tgid, new Set([tgid, tid]));
  }

  /** A process began, or executed something, which ends its other threads. */
  alone(tgid: number): void {
    this.living.delete(tgid);
  }

  /** @returns whether the process has ended with the thread */
  ended(tgid: number, tid: number): boolean {
    const living = this.living.get(tgid);
    if (!living) return tid === tgid;
    living.delete(tid);
    if (living.size > 0) return false;
    this.living.delete(tgid);
    return true;
  }
}
