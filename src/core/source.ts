/** What every place that events come from is. */

/** Events that are known to be missing, by cause. */
export interface Loss {
  /** What was lost and why, as the verdict says it: "12 dropped" is `count` and `what`. */
  readonly what: string;
  readonly count: number;
  /** What to do about it, where we know. */
  readonly hint?: string;
}

export interface Source<E> {
  /** Readable when there is something to drain; for epoll. */
  readonly fd: number;
  /** Visits every event that is there now. An event is lent: valid inside `visit` only. */
  drain(visit: (event: E) => void): void;
  /** All that is known to be missing so far; empty when nothing is. */
  losses(): Loss[];
  close(): void;
}
