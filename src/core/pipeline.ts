/** Moves events from a source through a filter to a sink, and counts those that are lost. */

import type { FileDigest } from "../events/file-digest.ts";
import type { Loss } from "../events/loss.ts";
import { NOT_WRITTEN, type RunHeader, type RunTrailer } from "../events/run-info.ts";
import { SystemError } from "../ffi/errno.ts";
import { OutputClosedError } from "../storage/output-file.ts";
import type { Sink } from "./sink.ts";
import type { Source } from "./source.ts";

export interface PipelineOptions<E> {
  readonly source: Source<E>;
  readonly sink: Sink<E>;
  /** The filter, for conditions that the kernel cannot check; undefined accepts every event. */
  readonly accept?: (event: E) => boolean;
  /** Number of accepted events after which to end. */
  readonly limit?: number;
}

export class Pipeline<E> {
  /** The first error of the output; nothing is written after it. */
  failure: SystemError | OutputClosedError | null = null;
  private readonly options: PipelineOptions<E>;
  private readonly pull: (visit: (event: E) => void) => void;
  private readonly limit: number;
  private accepted = 0;

  constructor(options: PipelineOptions<E>) {
    this.options = options;
    const { source } = options;
    this.pull = "step" in source ? (visit) => source.step(visit) : (visit) => source.drain(visit);
    this.limit = options.limit ?? Infinity;
  }

  /** Number of events that the output has accepted. */
  get written(): number {
    return this.options.sink.delivered;
  }

  /** Whether to stop: the limit is reached or the output has failed. */
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

  /** Passes what is known of the run to the sink, before the first event. */
  begin(header: RunHeader): void {
    this.attempt(() => this.options.sink.begin?.(header));
  }

  /** Passes the events of the source to the sink. A blocking source waits for the next ones. */
  drain(): void {
    this.pull(this.visit);
    if (!this.failure) this.attempt(() => this.options.sink.flush());
  }

  /** Writes the remaining events and ends the document, also after a failure, so that it is valid. */
  finish(): void {
    const { source } = this.options;
    if (source.finish) source.finish(this.visit);
    else this.pull(this.visit);
    this.attempt(() => this.options.sink.close());
  }

  /** Passes digests of files to the sink; call it after `finish`. */
  digests(all: readonly FileDigest[]): void {
    this.attempt(() => this.options.sink.digests?.(all));
  }

  /** Passes the result of the run to the sink, also after a failure; call it after `finish`. */
  conclude(result: RunTrailer): void {
    this.attempt(() => this.options.sink.conclude?.(result));
  }

  /** Does other work on the output, and notes its failure. */
  attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (!(error instanceof SystemError || error instanceof OutputClosedError)) throw error;
    this.failure ??= error;
  }

  /** Returns all losses; call it after `finish`. */
  losses(): Loss[] {
    const unwritten = { what: NOT_WRITTEN, count: this.accepted - this.written };
    return [...this.options.source.losses(), ...(unwritten.count ? [unwritten] : [])];
  }

  /** Returns what else is missing from the output, such as its end; call it after `conclude`. */
  unfinished(): Loss[] {
    const isCut = this.failure instanceof SystemError && this.accepted === this.written;
    return isCut ? [{ what: "output not written to its end", count: 1 }] : [];
  }
}
