/** A sink that only counts events. */
import type { Sink } from "../../core/sink.ts";

export class CountingSink<E> implements Sink<E> {
  delivered = 0;

  write(): void {
    this.delivered++;
  }

  flush(): void {}

  close(): void {}
}
