/** The interface of output formats. */
import type { Output, Sink } from "../../core/sink.ts";
import type { Column } from "../../events/column.ts";
import type { MachineFiles } from "../../model/known-files.ts";
import type { TimeFormat } from "../../text/strftime.ts";
import type { LineField } from "./text/field.ts";

export interface SinkOptions<E> {
  readonly columns: readonly Column<E>[];
  readonly output: Output;
  /**
   * Whether the output is a terminal. Control characters of names are then shown as \xHH, so that a
   * file's name cannot control the terminal.
   */
  readonly terminal: boolean;
  /** Whether to use colours. */
  readonly colours?: boolean;
  /** Whether the user selected the columns; otherwise text uses a layout. */
  readonly named?: boolean;
  /** The layout of text; the default is that of file events. */
  readonly layout?: () => readonly LineField[];
  /** The format of times in text and templates; the default is the time of day. */
  readonly timeFormat?: TimeFormat;
  /** Whether names are valid UTF-8, with escapes: escaped.ts. */
  readonly escapes?: boolean;
  /** Whether the user chose the events; otherwise a timeline omits those of little interest. */
  readonly chosen?: boolean;
  /** Where the events take place, for formats that keep what it says of paths; none if it is not known. */
  readonly machine?: MachineFiles;
  /** Whether NDJSON begins with a line of the run and ends with one of its result. */
  readonly header?: boolean;
}

/** Opens a sink of a format. The registry is index.ts. */
export type Format = <E>(options: SinkOptions<E>) => Sink<E>;
