/** What every output format is: a sink takes events and turns them into bytes of an output. */
import type { Column } from "../events/column.ts";
import type { LineField } from "../sinks/formats/text/field.ts";

export interface Sink<E> {
  /** Events whose bytes the output has taken; what was written beyond these is not there. */
  readonly delivered: number;
  /**
   * Encodes one event. The event is lent: nothing of it is kept after the call.
   * @throws what a column throws (the event is left out), or what the output throws.
   */
  write(event: E): void;
  /** Hands all encoded bytes to the output. Where that throws, they are dropped. */
  flush(): void;
  /** Ends the document, so that it is valid as a whole, and flushes. The output stays open. */
  close(): void;
}

/** Where bytes go: a file or a pipe. */
export interface Output {
  /**
   * Writes all of `bytes[0, length)`, which are whole events, or throws. A file is then cut back
   * to what it was before the call: so the document can still be ended as a valid one.
   */
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
  /** Whether that person's terminal shows colours, and nobody asked for none. */
  readonly colours?: boolean;
  /** Whether the user named the columns; a format for people has a layout of its own otherwise. */
  readonly named?: boolean;
  /** That layout; none: the one of files' events. */
  readonly layout?: () => readonly LineField[];
}

/** A format: its name is its key in the registry (sinks/index.ts) and its file extension. */
export type Format = <E>(options: SinkOptions<E>) => Sink<E>;
