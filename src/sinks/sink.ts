/** What every output format is: a sink takes events and turns them into bytes of an output. */
import type { Column } from "../events/column.ts";

export interface Sink<E> {
  /** Encodes one event. The event is lent: nothing of it is kept after the call. */
  write(event: E): void;
  /** Hands all encoded bytes to the output. */
  flush(): void;
  /** Ends the document, so that it is valid as a whole, and flushes. The output stays open. */
  close(): void;
}

/** Where bytes go: a file or a pipe. */
export interface Output {
  /** Writes all of `bytes[0, length)` or throws. */
  write(bytes: Uint8Array, length: number): void;
}

export interface SinkOptions<E> {
  readonly columns: readonly Column<E>[];
  readonly output: Output;
  /**
   * True where a person reads the output as it comes (a terminal): control characters of names
   * are shown as \xHH, so that a file's name cannot drive the terminal.
   */
  readonly terminal: boolean;
}

/** A format: its name is its key in the registry (sinks/index.ts) and its file extension. */
export type Format = <E>(options: SinkOptions<E>) => Sink<E>;
