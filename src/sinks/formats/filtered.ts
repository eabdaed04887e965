/** A sink that passes only some events on, where another sink gets them all. */
import type { Sink } from "../../core/sink.ts";
import type { FileDigest } from "../../events/file-digest.ts";
import type { EventChoice, RunHeader, RunTrailer } from "../../events/run-info.ts";

export interface SinkFilter<E> {
  accepts(event: E): boolean;
  /** Whether the digest of a file is passed on. */
  acceptsPath(path: string): boolean;
}

export class FilteredSink<E> implements Sink<E> {
  private readonly sink: Sink<E>;
  private readonly filter: SinkFilter<E>;
  private readonly choice: EventChoice;
  private rejected = 0;

  /** @param choice what the filter does, for the header */
  constructor(sink: Sink<E>, filter: SinkFilter<E>, choice: EventChoice) {
    this.sink = sink;
    this.filter = filter;
    this.choice = choice;
  }

  /** Events that were rejected are not lost. */
  get delivered(): number {
    return this.sink.delivered + this.rejected;
  }

  begin(header: RunHeader): void {
    this.sink.begin?.(withChoice(header, this.choice));
  }

  write(event: E): void {
    if (this.filter.accepts(event)) this.sink.write(event);
    else this.rejected++;
  }

  flush(): void {
    this.sink.flush();
  }

  close(): void {
    this.sink.close();
  }

  digests(all: readonly FileDigest[]): void {
    this.sink.digests?.(all.filter(({ path }) => this.filter.acceptsPath(path)));
  }

  conclude(result: RunTrailer): void {
    this.sink.conclude?.({ ...result, events: this.sink.delivered });
  }
}

/** Returns the header of a run of which only chosen events are recorded. */
export function withChoice(header: RunHeader, choice: EventChoice): RunHeader {
  return { ...header, filters: [...(header.filters ?? []), choice] };
}
