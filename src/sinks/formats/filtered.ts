/** A sink that passes only some events on, where another sink gets them all. */
import type { Sink } from "../../core/sink.ts";
import type { EventChoice, RunHeader, RunTrailer } from "../../events/run-info.ts";

export class FilteredSink<E> implements Sink<E> {
  private readonly sink: Sink<E>;
  private readonly accepts: (event: E) => boolean;
  private readonly choice: EventChoice;
  private rejected = 0;

  /** @param choice what `accepts` does, for the header */
  constructor(sink: Sink<E>, accepts: (event: E) => boolean, choice: EventChoice) {
    this.sink = sink;
    this.accepts = accepts;
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
    if (this.accepts(event)) this.sink.write(event);
    else this.rejected++;
  }

  flush(): void {
    this.sink.flush();
  }

  close(): void {
    this.sink.close();
  }

  conclude(result: RunTrailer): void {
    this.sink.conclude?.({ ...result, events: this.sink.delivered });
  }
}

/** Returns the header of a run of which only chosen events are recorded. */
export function withChoice(header: RunHeader, choice: EventChoice): RunHeader {
  return { ...header, filters: [...(header.filters ?? []), choice] };
}
