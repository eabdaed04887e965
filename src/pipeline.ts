/** The way of an event: source → filter → sink, until told to stop; and the verdict on it. */
import { SystemError } from "./ffi/errno.ts";
import { OutputClosed } from "./process/output.ts";
import type { Sink } from "./sinks/sink.ts";
import type { Loss, Source } from "./sources/source.ts";

/** A source that knows some events only at its end. */
interface Finishing<E> extends Source<E> {
  finish(visit: (event: E) => void): void;
}

export interface PipelineOptions<E> {
  readonly source: Finishing<E>;
  readonly sink: Sink<E>;
  /** What the kernel could not decide; none: every event. */
  readonly accept?: (event: E) => boolean;
  /** Ends after so many events. */
  readonly limit?: number;
}

export class Pipeline<E> {
  /** Events handed to the output. */
  written = 0;
  /** What the output refused; nothing is recorded from then on. */
  failure: SystemError | OutputClosed | null = null;
  private readonly options: PipelineOptions<E>;
  private pending = 0;
  private refused = 0;
  private readonly limit: number;

  constructor(options: PipelineOptions<E>) {
    this.options = options;
    this.limit = options.limit ?? Infinity;
  }

  /** True when there is nothing left to do: enough events, or no output for them. */
  get full(): boolean {
    return this.failure !== null || this.written >= this.limit;
  }

  private readonly visit = (event: E): void => {
    const { accept, sink } = this.options;
    if (accept && !accept(event)) return;
    if (this.failure) {
      this.refused++;
      return;
    }
    if (this.written + this.pending >= this.limit) return;
    this.pending++;
    this.guard(() => sink.write(event));
  };

  /** Takes what the source has and hands it to the output. */
  drain(): void {
    this.options.source.drain(this.visit);
    this.flush();
  }

  private flush(): void {
    if (!this.failure) this.guard(() => this.options.sink.flush());
    if (this.failure) return;
    this.written += this.pending;
    this.pending = 0;
  }

  /** Ends the document, whatever happened before, so that it is valid as a whole. */
  finish(): void {
    this.options.source.finish(this.visit);
    this.flush();
    this.guard(() => this.options.sink.close());
  }

  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SystemError || error instanceof OutputClosed)) throw error;
      this.failure ??= error;
      this.refused += this.pending;
      this.pending = 0;
    }
  }

  losses(): Loss[] {
    const unwritten: Loss = { what: "not written", count: this.refused };
    return [...this.options.source.losses(), ...(this.refused ? [unwritten] : [])];
  }
}

/** The last line on stderr: how many events, and whether any are missing. */
export function verdict(events: number, losses: readonly Loss[]): string {
  const count = `${events} event${events === 1 ? "" : "s"}`;
  if (!losses.length) return `${count}, complete`;
  const causes = losses.map(({ count, what, hint }) => `${count} ${what}${hint ? ` (${hint})` : ""}`);
  return `${count}, INCOMPLETE: ${causes.join("; ")}`;
}
