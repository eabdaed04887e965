/** A sink of `trace watch` that passes events on to another program, which may not take them. */
import type { Sink } from "../../core/sink.ts";
import type { Loss } from "../../events/loss.ts";
import type { WatchEvent } from "../../events/watch-event.ts";

/** How it goes. */
export interface Delivery {
  readonly to: string;
  /** Events and notes that it has taken. */
  readonly sent: number;
  /** Those that are not sent yet. */
  readonly waiting: number;
  /** Why they wait; null if nothing is known to be wrong. */
  readonly problem: string | null;
}

export interface DeliverySink extends Sink<WatchEvent> {
  readonly delivery: Delivery;
  /** What the receiver will not get. */
  losses(): Loss[];
  /** What else is to be said at the end. */
  problems(): string[];
}

/** Receives what there is to be said of it. */
export interface DeliveryReports {
  /** The program does not take events. */
  onFailing(problem: string): void;
  /** It takes them again. */
  onTaking(): void;
}
