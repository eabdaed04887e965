/**
 * The format of events that are shown: one of the formats, or a template, with the format of times
 * (--format, --timefmt, --no-newline, --columns).
 */
import type { Sink } from "../../core/sink.ts";
import type { Column } from "../../events/column.ts";
import type { SinkOptions } from "../../sinks/formats/format.ts";
import { type Conversions, parseTemplate, templateSink } from "../../sinks/formats/template.ts";
import type { LineField } from "../../sinks/formats/text/field.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { parseTimeFormat, type TimeFormat } from "../../text/strftime.ts";
import { TemplateError } from "../../text/template-error.ts";
import { toUsageError } from "../errors.ts";
import { parseColumnNames } from "./columns.ts";
import {
  DEFAULT_SHOWN_FORMAT,
  ESCAPE_ARG,
  FORMAT_HINT,
  openFormat,
  outputOptions,
  parseFormat,
  parseKeptFormat,
  selectedKeptFormat,
} from "./format.ts";

/** The options, as a command declares them for citty. */
export const SHOWN_FORMAT_ARGS = {
  format: {
    type: "string",
    valueHint: `${FORMAT_HINT}|TEMPLATE`,
    default: DEFAULT_SHOWN_FORMAT,
    description: 'format of standard output; a template such as "%T %e %w%f"',
  },
  timefmt: {
    type: "string",
    valueHint: "FORMAT",
    description: 'format of times in text and of %T, as of strftime(3): "%F %T"',
  },
  newline: {
    type: "boolean",
    default: true,
    description: "end each event of a template with a newline",
    negativeDescription: "no newline after an event of a template",
  },
  columns: {
    type: "string",
    valueHint: "a,b,c",
    description: "columns of standard output, in this order",
  },
  ...ESCAPE_ARG,
  ancestors: {
    type: "boolean",
    description: "show the processes that led to each event: rm old ← sh backup.sh ← cron",
  },
} as const;

/** The section of --help about templates. */
export const TEMPLATE_HELP = `Templates, as of inotifywait:
  %w %f      the directory with a slash at its end, and the name in it
  %e %:e     the type, with CLOSE or ISDIR after a comma, or after the character before the e
  %T         the time, in the format of --timefmt
  %c         connects the MOVED_FROM and the MOVED_TO of a move (watch only)
  %{column}  a column, such as %{comm}, %{user}, %{argv} or %{ancestors}
  %0 %n %%   NUL, a newline, a percent sign. With %0 names are not escaped: for xargs -0`;

export interface ShownFormatArgs {
  readonly format: string;
  readonly output?: string;
  readonly timefmt?: string;
  readonly newline?: boolean;
  readonly columns?: string;
  readonly ancestors?: boolean;
  readonly escape?: boolean;
}

/** What can be shown, and how. */
export interface Showable<E> {
  /** All columns, and the default ones. */
  readonly columns: readonly Column<E>[];
  readonly defaults: readonly Column<E>[];
  readonly layout: NonNullable<SinkOptions<E>["layout"]>;
  readonly conversions: Conversions<E>;
  /** Whether formats for engines are among those of the command. */
  readonly isKept?: boolean;
}

export interface ShownFormat<E> {
  /** The format's name; "template" for a template. */
  readonly name: string;
  /** The columns that it writes. */
  readonly columns: readonly Column<E>[];
  open(output: FileOutput): Sink<E>;
}

/** Runs a parser. @throws UsageError that shows the text with a caret under the mistake */
function parsed<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TemplateError) throw toUsageError(option, error);
    throw error;
  }
}

/** @throws UsageError */
export function parseShownFormat<E>(args: ShownFormatArgs, of: Showable<E>): ShownFormat<E> {
  const { timefmt } = args;
  const timeFormat =
    timefmt === undefined ? undefined : parsed("--timefmt", () => parseTimeFormat(timefmt));
  if (args.format.includes("%")) return parseTemplateFormat(args, of, timeFormat);
  const name = of.isKept
    ? parseKeptFormat(selectedKeptFormat(args.format, args.output))
    : parseFormat(args.format);
  const named = args.columns !== undefined;
  const defaults = name === "text" ? of.columns : of.defaults;
  const parsedColumns = parseColumnNames(args.columns, defaults, of.columns);
  const columns = args.ancestors ? withAncestors(parsedColumns, of.columns) : parsedColumns;
  const layout = args.ancestors ? () => of.layout().map(toAncestors) : of.layout;
  return {
    name,
    columns,
    open: (output) =>
      openFormat(name, output, { columns, named, layout, timeFormat, escapes: args.escape }),
  };
}

/** Adds the column of the processes that led to an event. */
function withAncestors<E>(columns: readonly Column<E>[], all: readonly Column<E>[]): Column<E>[] {
  return [...new Set([...columns, ...all.filter(({ name }) => name === "ancestors")])];
}

/** Shows the processes that led to an event, the first of which has the command line, in its place. */
function toAncestors(field: LineField): LineField {
  const isCommandLine = field.columns[0] === "argv";
  return isCommandLine ? { ...field, columns: ["ancestors", ...field.columns] } : field;
}

function parseTemplateFormat<E>(
  args: ShownFormatArgs,
  of: Showable<E>,
  timeFormat: TimeFormat | undefined,
): ShownFormat<E> {
  const template = parsed("--format", () => parseTemplate(args.format, of.conversions, of.columns));
  const noNewline = args.newline === false;
  return {
    name: "template",
    columns: template.columns,
    open: (output) =>
      templateSink(
        template,
        { ...outputOptions(output), timeFormat, escapes: args.escape },
        noNewline,
      ),
  };
}
