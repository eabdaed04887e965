/**
 * Who did it: pid → who, for events that name a process by its number, have no time, and are read
 * when it may have ended long since.
 *
 * Every event is queued before what its process does next. So who reads the queue first and what is
 * told of processes after it, knows of every fork and exec before the event, and of some after it:
 * those between the event and the reading of it. Therefore these cannot be known:
 *
 * - Which of two programs it was, where a process executed another one in that time: the later one
 *   is told. With `sort >sorted` it is the shell that makes the file and then becomes sort.
 * - What a process was called that changed its name or user in that time: the later one is told.
 * - A process that never executes anything, as of `(: >x)`, is told as what it was forked from; so
 *   it is one that ends within that time as well, and its number tells it from its parent.
 */

import type { Loss } from "../events/loss.ts";
import type { WatchProcess } from "../events/watch-event.ts";
import type { ProcessInfo } from "./process-table.ts";

export interface ProcessInfoProvider {
  /** To be looked at as soon as it is readable; null where nothing has to be read in a hurry. */
  readonly urgentFd: number | null;
  /**
   * Takes in all that has happened so far.
   * @param ended is handed each process that has ended, as it was then
   */
  update(ended: (lookup: ProcessInfo) => void): void;
  /** Who has the number, as far as is known; the origin is "unknown" where nobody knows. */
  who(pid: number): ProcessInfo;
  losses(): Loss[];
  close(): void;
}

/** Processes that have ended and whose events may not have been read; more are not kept. */
const MAX_EXITED = 65536;

export class ProcessLookup {
  private readonly provider: ProcessInfoProvider;
  /** Those whose end was told since the queue was last read to its end, and before that. */
  private exited = new Map<number, ProcessInfo>();
  private previouslyExited = new Map<number, ProcessInfo>();
  /** What was asked for since something was last told. */
  private readonly cache = new Map<number, WatchProcess>();

  constructor(informant: ProcessInfoProvider) {
    this.provider = informant;
  }

  /** To be looked at as soon as it is readable; null where nothing has to be read in a hurry. */
  get urgentFd(): number | null {
    return this.provider.urgentFd;
  }

  private readonly retainExited = (lookup: ProcessInfo): void => {
    if (this.exited.size >= MAX_EXITED) this.rotateGenerations();
    this.exited.set(lookup.pid, lookup);
  };

  /** Takes in what has happened so far: after a read of the queue, before its events are told. */
  update(): void {
    this.cache.clear();
    this.provider.update(this.retainExited);
  }

  /** The queue is read to its end: nobody asks any more for those who ended before it was so. */
  rotateGenerations(): void {
    this.previouslyExited = this.exited;
    this.exited = new Map();
  }

  readonly who = (pid: number): WatchProcess => {
    const known = this.cache.get(pid);
    if (known) return known;
    const who = this.exited.get(pid) ?? this.previouslyExited.get(pid) ?? this.provider.who(pid);
    this.cache.set(pid, who);
    return who;
  };

  /** What is missing of what is told of processes: names may be wrong for it. */
  losses(): Loss[] {
    return this.provider
      .losses()
      .map(({ what, count }) => ({ what: `${what} while identifying processes`, count }));
  }

  close(): void {
    this.provider.close();
  }
}
