/** A sink that passes every event to two sinks. */
import type { Sink } from "../../core/sink.ts";

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

  write(event: E): void {
    this.first.write(event);
    this.second.write(event);
  }

  flush(): void {
    this.first.flush();
    this.second.flush();
  }

  /** Closes both, also if the first fails. */
  close(): void {
    try {
      this.first.close();
    } finally {
      this.second.close();
    }
  }
}
