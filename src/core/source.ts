/** The interface of every source of events. */
import type { Loss } from "../events/loss.ts";

export interface Source<E> {
  /** Readable when there is something to drain; for epoll. */
  readonly fd: number;
  /** Visits every event that is there now. An event is lent: valid inside `visit` only. */
  drain(visit: (event: E) => void): void;
  /** All that is known to be missing so far; empty when nothing is. */
  losses(): Loss[];
  close(): void;
}
