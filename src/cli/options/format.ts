/** The options --format, --columns, --header and --escape of a record. */
import type { Sink } from "../../core/sink.ts";
import { columnsForKinds, type FileColumn } from "../../events/columns.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { SinkOptions } from "../../sinks/formats/format.ts";
import {
  type FileEventFormat,
  type FileEventFormatName,
  type FormatName,
  fileEventFormats,
  formats,
} from "../../sinks/formats/index.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { UsageError } from "../errors.ts";
import { parseFileColumns } from "./columns.ts";
import { parseEvents } from "./events.ts";
import { suggestion } from "./names.ts";
import type { OptionTable } from "./values.ts";

/** The formats, for --help. */
export const FORMAT_HINT = Object.keys(formats).join("|");
export const FILE_EVENT_FORMAT_HINT = Object.keys(fileEventFormats).join("|");

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
  format: FormatName,
  output: FileOutput,
  options: Pick<SinkOptions<E>, "columns" | "named" | "layout" | "timeFormat" | "escapes">,
): Sink<E> {
  return formats[format].open({ ...options, ...outputOptions(output) });
}

/** @throws UsageError */
export function parseFormat(text: string): FormatName {
  return parseFormatOf(formats, text);
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
  open(output: FileOutput): Sink<FileEvent>;
}

/** Returns the format: that of --format, or a record file for `-o FILE.trace`. @throws UsageError */
export function fileEventFormatName({
  format,
  output = "",
}: FileEventFormatArgs): FileEventFormatName {
  if (format === DEFAULT_FORMAT && output.endsWith(".trace")) return "trace";
  return parseFormatOf(fileEventFormats, format);
}

/** The kinds of events that a format is made of whatever is chosen. @throws UsageError */
export function eventsAlways(args: FileEventFormatArgs): readonly EventKind[] {
  const { always = [] }: FileEventFormat = fileEventFormats[fileEventFormatName(args)];
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
  const { events = defaults }: FileEventFormat = fileEventFormats[fileEventFormatName(args)];
  const chosen = args.events === undefined ? events : parseEvents(args.events);
  return new Set([...chosen, ...eventsAlways(args)]);
}

/** @param kinds of the events that are recorded @throws UsageError */
export function parseFileEventFormat(
  args: FileEventFormatArgs,
  kinds: ReadonlySet<EventKind>,
): FileEventRecord {
  const name = fileEventFormatName(args);
  const {
    extension,
    columns: layout,
    open,
    whole = false,
  }: FileEventFormat = fileEventFormats[name];
  const named = args.columns !== undefined;
  const { header = false, escape: escapes = false, events, failed = false } = args;
  const chosen = events !== undefined || failed;
  const selected = parseFileColumns(args.columns, layout);
  // A format's own layout omits columns that would stay empty.
  const columns = !named && layout ? columnsForKinds(selected, kinds) : selected;
  return {
    extension,
    columns: whole ? null : columns,
    open: (output) => open({ columns, named, header, escapes, chosen, ...outputOptions(output) }),
  };
}
