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

import type { Loss } from "../core/source.ts";
import type { Doer } from "../events/watch-event.ts";
import type { Who } from "./process-table.ts";
import type { Informant } from "./providers.ts";

/** Processes that have ended and whose events may not have been read; more are not kept. */
const MOST_ENDED = 65536;

export class Doers {
  private readonly informant: Informant;
  /** Those whose end was told since the queue was last read to its end, and before that. */
  private ended = new Map<number, Who>();
  private endedBefore = new Map<number, Who>();
  /** What was asked for since something was last told. */
  private readonly asked = new Map<number, Doer>();

  constructor(informant: Informant) {
    this.informant = informant;
  }

  /** To be looked at as soon as it is readable; null where nothing has to be read in a hurry. */
  get urgentFd(): number | null {
    return this.informant.urgentFd;
  }

  private readonly remember = (who: Who): void => {
    if (this.ended.size >= MOST_ENDED) this.forget();
    this.ended.set(who.pid, who);
  };

  /** Takes in what has happened so far: after a read of the queue, before its events are told. */
  learn(): void {
    this.asked.clear();
    this.informant.learn(this.remember);
  }

  /** The queue is read to its end: nobody asks any more for those who ended before it was so. */
  forget(): void {
    this.endedBefore = this.ended;
    this.ended = new Map();
  }

  readonly who = (pid: number): Doer => {
    const known = this.asked.get(pid);
    if (known) return known;
    const who = this.ended.get(pid) ?? this.endedBefore.get(pid) ?? this.informant.who(pid);
    this.asked.set(pid, who);
    return who;
  };

  /** What is missing of what is told of processes: names may be wrong for it. */
  losses(): Loss[] {
    return this.informant
      .losses()
      .map(({ what, count }) => ({ what: `${what} of what tells who did it`, count }));
  }

  close(): void {
    this.informant.close();
  }
}
