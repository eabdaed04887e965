/** A sink that passes every event to two sinks. */
import type { Sink } from "../../core/sink.ts";
import type { FileDigest } from "../../events/file-digest.ts";
import type { RunHeader, RunTrailer } from "../../events/run-info.ts";

export class TeeSink<E> implements Sink<E> {
  private readonly first: Sink<E>;
  private readonly second: Sink<E>;

  /** @param first the sink whose `delivered` is reported */
  constructor(first: Sink<E>, second: Sink<E>) {
    this.first = first;
    this.second = second;
  }

  get delivered(): number {
    return this.first.delivered;
  }

  begin(header: RunHeader): void {
    this.both((sink) => sink.begin?.(header));
  }

  write(event: E): void {
    this.first.write(event);
    this.second.write(event);
  }

  flush(): void {
    this.first.flush();
    this.second.flush();
  }

  close(): void {
    this.both((sink) => sink.close());
  }

  digests(all: readonly FileDigest[]): void {
    this.both((sink) => sink.digests?.(all));
  }

  conclude(result: RunTrailer): void {
    this.both((sink) => sink.conclude?.(result));
  }

  /** Calls both, also if the first fails. */
  private both(call: (sink: Sink<E>) => void): void {
    try {
      call(this.first);
    } finally {
      call(this.second);
    }
  }
}
