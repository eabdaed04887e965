/** The type of every output format, and its options. */
import type { Output, Sink } from "../../core/sink.ts";
import type { Column } from "../../events/column.ts";
import type { LineField } from "./text/field.ts";

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

/** A format: its name is its key in the registry (sinks/formats/index.ts) and its file extension. */
export type Format = <E>(options: SinkOptions<E>) => Sink<E>;
