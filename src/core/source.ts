/**
 * The interface of all event sources.
 *
 * Events are borrowed: an event is a view that the source moves from one to the next, so it is valid
 * only inside the `visit` call that it is passed to. Copy what is needed later.
 */
import type { Loss } from "../events/loss.ts";

export interface Source<E> {
  /** Readable when there are events to drain; for epoll(7). */
  readonly fd: number;
  /** Visits the available events, which are borrowed. */
  drain(visit: (event: E) => void): void;
  /** Returns the events that are known to be lost so far, by cause; empty if none are. */
  losses(): Loss[];
  close(): void;
}
