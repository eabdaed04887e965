/**
 * The interfaces of event sources.
 *
 * Events are borrowed: an event is a view that the source moves from one to the next, so it is valid
 * only inside the `visit` call that it is passed to. Copy what is needed later.
 */
import type { Loss } from "../events/loss.ts";

interface SourceBase {
  /** Returns the events that are known to be lost so far, by cause; empty if none are. */
  losses(): Loss[];
  close(): void;
}

/** A source whose events wait in a queue until they are drained. */
export interface PollableSource<E> extends SourceBase {
  /** Readable if there is something to drain; for epoll(7). */
  readonly fd: number;
  /** Visits every event that is there now. Events are borrowed: valid only inside `visit`. */
  drain(visit: (event: E) => void): void;
  /** Drains for the last time, and visits the events that are known only then. */
  finish?(visit: (event: E) => void): void;
}

/** A source that has to wait for its events in a blocking call. */
export interface BlockingSource<E> extends SourceBase {
  /** Whether no more events can come. */
  readonly isDone: boolean;
  /**
   * Waits for the next event and visits all that are there. Returns without one if a signal
   * arrives. Events are borrowed: valid only inside `visit`.
   */
  step(visit: (event: E) => void): void;
  /** Ends the source without waiting. */
  finish(visit: (event: E) => void): void;
}

export type Source<E> = PollableSource<E> | BlockingSource<E>;
