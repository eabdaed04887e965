/** The way of an event: source → filter → sink, until told to stop; and the verdict on it. */

import type { Loss } from "../events/loss.ts";
import { SystemError } from "../ffi/errno.ts";
import { OutputClosedError } from "../storage/output-file.ts";
import type { Sink } from "./sink.ts";
import type { Source } from "./source.ts";

/** Some sources know some events only at their end. */
interface FinishingSource<E> extends Source<E> {
  finish?(visit: (event: E) => void): void;
}

export interface PipelineOptions<E> {
  readonly source: FinishingSource<E>;
  readonly sink: Sink<E>;
  /** What the kernel could not decide; none: every event. */
  readonly accept?: (event: E) => boolean;
  /** Ends after so many events. */
  readonly limit?: number;
}

export class Pipeline<E> {
  /** What the output refused; nothing is recorded from then on. */
  failure: SystemError | OutputClosedError | null = null;
  private readonly options: PipelineOptions<E>;
  private readonly limit: number;
  private accepted = 0;

  constructor(options: PipelineOptions<E>) {
    this.options = options;
    this.limit = options.limit ?? Infinity;
  }

  /** Events that the output has taken. */
  get written(): number {
    return this.options.sink.delivered;
  }

  /** True when there is nothing left to do: enough events, or no output for them. */
  get isDone(): boolean {
    return this.failure !== null || this.accepted >= this.limit;
  }

  private readonly visit = (event: E): void => {
    const { accept, sink } = this.options;
    if (this.accepted >= this.limit || (accept && !accept(event))) return;
    this.accepted++;
    if (this.failure) return;
    try {
      sink.write(event);
    } catch (error) {
      this.fail(error);
    }
  };

  /** Takes what the source has and hands it to the output. */
  drain(): void {
    this.options.source.drain(this.visit);
    if (this.failure) return;
    try {
      this.options.sink.flush();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends the document, whatever happened before, so that it is valid as a whole. */
  finish(): void {
    const { source } = this.options;
    if (source.finish) source.finish(this.visit);
    else source.drain(this.visit);
    try {
      this.options.sink.close();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (!(error instanceof SystemError || error instanceof OutputClosedError)) throw error;
    this.failure ??= error;
  }

  /** To be asked after `finish`. */
  losses(): Loss[] {
    const unwritten = { what: "not written", count: this.accepted - this.written };
    return [...this.options.source.losses(), ...(unwritten.count ? [unwritten] : [])];
  }
}

/** The last line on stderr: how many events, and whether any are missing. */
export function completenessSummary(events: number, losses: readonly Loss[]): string {
  const count = `${events} event${events === 1 ? "" : "s"}`;
  if (!losses.length) return `${count}, complete`;
  const causes = losses.map(
    ({ count, what, hint }) => `${count} ${what}${hint ? ` (${hint})` : ""}`,
  );
  return `${count}, INCOMPLETE: ${causes.join("; ")}`;
}
