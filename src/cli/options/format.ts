/** The options --format, --columns, --header and --escape of a record. */

import type { Sink } from "../../core/sink.ts";
import { columnsForKinds, type FileColumn } from "../../events/columns.ts";
import { EVENT_KINDS, type EventKind } from "../../events/event-kinds.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { MachineFiles } from "../../model/known-files.ts";
import type { SinkOptions } from "../../sinks/formats/format.ts";
import {
  type FileEventFormat,
  type FormatInfo,
  type FormatName,
  fileEventFormats,
  formats,
  type KeptFormatName,
  keptFormats,
} from "../../sinks/formats/index.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { UsageError } from "../errors.ts";
import { ExportSink } from "../export/sink.ts";
import { parseFileColumns } from "./columns.ts";
import { parseEvents } from "./events.ts";
import { suggestion } from "./names.ts";
import type { OptionTable } from "./values.ts";

/** The formats, for --help. */
export const FORMAT_HINT = Object.keys(formats).join("|");
export const KEPT_FORMAT_HINT = Object.keys(keptFormats).join("|");

/** The formats of file events, and the export that also exec writes. */
const recordFormats = {
  ...fileEventFormats,
  sqlite: {
    extension: "db",
    open: ({ output, machine }) => new ExportSink(output, "sqlite", machine),
    ...{ whole: true, binary: true, isReport: true, events: EVENT_KINDS },
  },
} as const satisfies Record<string, FileEventFormat>;

type RecordFormatName = keyof typeof recordFormats;
export const FILE_EVENT_FORMAT_HINT = Object.keys(recordFormats).join("|");

export const ESCAPE_ARG = {
  escape: {
    type: "boolean",
    description: "write names as valid UTF-8: other bytes as \\xHH, a backslash as two",
  },
} as const satisfies OptionTable;

/** What to use instead of options that would choose a format. */
export const FORMAT_ADVICE = {
  "--json": "--format ndjson writes one object a line, --format json an array",
  "--jsonl": "--format ndjson writes one object a line",
  "--ndjson": "--format ndjson writes one object a line",
  "--csv": "--format csv writes comma-separated values",
};

/** The format of --format if it is not given. */
export const DEFAULT_FORMAT = "csv" satisfies FormatName;
/** The same of commands that show events. */
export const DEFAULT_SHOWN_FORMAT = "text" satisfies FormatName;

/** The formats that the name of an output file selects, instead of the default one, by extension. */
const FORMAT_BY_EXTENSION: Readonly<Record<string, RecordFormatName>> = {
  trace: "trace",
  parquet: "parquet",
  db: "sqlite",
  sqlite: "sqlite",
};

/** Returns the format of a record: of --format, or of the name of -o FILE. */
export function selectedFormat(format: string = DEFAULT_FORMAT, output = ""): string {
  const extension = /\.([a-z]+)$/.exec(output)?.[1] ?? "";
  if (format !== DEFAULT_FORMAT || !Object.hasOwn(FORMAT_BY_EXTENSION, extension)) return format;
  return FORMAT_BY_EXTENSION[extension];
}

/** Returns the format of other commands, whose default is text: their -o FILE.trace may be anything. */
export function selectedKeptFormat(format: string = DEFAULT_SHOWN_FORMAT, output = ""): string {
  return format === DEFAULT_SHOWN_FORMAT && output.endsWith(".parquet") ? "parquet" : format;
}

/** @throws UsageError for a format that is no text, and an output that is a terminal */
export function checkTerminal(
  name: string,
  { extension, binary = false }: FormatInfo,
  output: FileOutput,
) {
  if (binary && output.terminal)
    throw new UsageError(`--format ${name}: is not for a terminal; add -o FILE.${extension}`);
}

/** Returns the options that a sink takes from its output. */
export function outputOptions(output: FileOutput) {
  const { terminal, colours } = output;
  return { output, terminal, colours };
}

/**
 * Opens a sink that writes the format to an output.
 * @param options whether the user named the columns, and the layout of text if they did not
 */
export function openFormat<E>(
  format: KeptFormatName,
  output: FileOutput,
  options: Pick<SinkOptions<E>, "columns" | "named" | "layout" | "timeFormat" | "escapes">,
): Sink<E> {
  checkTerminal(format, keptFormats[format], output);
  return keptFormats[format].open({ ...options, ...outputOptions(output) });
}

/** @throws UsageError */
export function parseFormat(text: string): FormatName {
  return parseFormatOf(formats, text);
}

/** @throws UsageError */
export function parseKeptFormat(text: string): KeptFormatName {
  return parseFormatOf(keptFormats, text);
}

/** @throws UsageError */
function parseFormatOf<N extends string>(known: Readonly<Record<N, unknown>>, text: string): N {
  if (Object.hasOwn(known, text)) return text as N;
  if (text.includes("%"))
    throw new UsageError(`--format ${text}: templates are for watch, procs, query and changes`);
  throw new UsageError(`--format ${text}: no such format; ${suggestion(text, Object.keys(known))}`);
}

/** The options of a record of file events, as citty parses them. */
export interface FileEventFormatArgs {
  readonly format: string;
  readonly output?: string;
  readonly columns?: string;
  readonly header?: boolean;
  readonly escape?: boolean;
  readonly events?: string;
  readonly failed?: boolean;
}

/** The format of a record of file events, with its columns. */
export interface FileEventRecord {
  readonly extension: string;
  /** The columns that are written; null for a record file, which holds whole events. */
  readonly columns: readonly FileColumn[] | null;
  readonly isText: boolean;
  readonly isReport: boolean;
  /** @param machine as in SinkOptions */
  open(output: FileOutput, machine: MachineFiles): Sink<FileEvent>;
}

/** @throws UsageError */
function recordFormatName({ format, output }: FileEventFormatArgs): RecordFormatName {
  return parseFormatOf(recordFormats, selectedFormat(format, output));
}

/** The kinds of events that a format is made of whatever is chosen. @throws UsageError */
export function eventsAlways(args: FileEventFormatArgs): readonly EventKind[] {
  const { always = [] }: FileEventFormat = recordFormats[recordFormatName(args)];
  return always;
}

/**
 * Returns the kinds of events that --events chooses.
 * @param defaults the kinds without --events, for a format that has none of its own
 * @throws UsageError
 */
export function parseFormatEvents(
  args: FileEventFormatArgs,
  defaults: readonly EventKind[],
): ReadonlySet<EventKind> {
  const { events = defaults }: FileEventFormat = recordFormats[recordFormatName(args)];
  const chosen = args.events === undefined ? events : parseEvents(args.events);
  return new Set([...chosen, ...eventsAlways(args)]);
}

/** Returns the least size of the ring buffer, in bytes, if --buffer is not given. @throws UsageError */
export function leastBuffer(args: FileEventFormatArgs): number {
  const { buffer = 0 }: FileEventFormat = recordFormats[recordFormatName(args)];
  return buffer;
}

/** @param kinds of the events that are recorded @throws UsageError */
export function parseFileEventFormat(
  args: FileEventFormatArgs,
  kinds: ReadonlySet<EventKind>,
): FileEventRecord {
  const name = recordFormatName(args);
  const {
    extension,
    columns: layout,
    open,
    whole = false,
    binary = false,
    isReport = false,
  }: FileEventFormat = recordFormats[name];
  const named = args.columns !== undefined;
  const { header = false, escape: escapes = false, events, failed = false } = args;
  const chosen = events !== undefined || failed;
  const selected = parseFileColumns(args.columns, layout);
  // A format's own layout omits columns that would stay empty.
  const columns = !named && layout ? columnsForKinds(selected, kinds) : selected;
  return {
    extension,
    columns: whole ? null : columns,
    isText: !whole && !binary,
    isReport,
    open: (output, machine) => {
      checkTerminal(name, recordFormats[name], output);
      return open({ columns, named, header, escapes, chosen, machine, ...outputOptions(output) });
    },
  };
}
