/**
 * Text for people: one line per event, values in columns, flags and errors by name. It is not meant
 * for parsing.
 *
 * Lines are written as the events arrive, so a column is as wide as its widest value so far.
 */

import type { Column, Time } from "../../events/column.ts";
import type { NamedArgument } from "../../syscalls/value.ts";
import { ByteSlice } from "../../text/byte-slice.ts";
import type { TimeFormat } from "../../text/strftime.ts";
import { textWidth } from "../../text/terminal-width.ts";
import { Literal } from "./byte-buffer.ts";
import { CAPACITY, DocumentSink } from "./document.ts";
import type { Format, SinkOptions } from "./format.ts";
import { ValuesEncoder } from "./json-values.ts";
import { chainText } from "./process-chain.ts";
import {
  COLUMN_STYLES,
  type Colour,
  type ColumnStyle,
  defaultFields,
  SGR,
  tableField,
} from "./text/column-styles.ts";
import type { ColumnLayout, LineField } from "./text/field.ts";
import { LineEncoder } from "./text/line-encoder.ts";

const SLASH = 0x2f;
const SPACE = new Literal(" ");
const RESET_SEQUENCE = "\x1b[m";
const RESET = new Literal(RESET_SEQUENCE);

const sgr = (colour: Colour) => `\x1b[${SGR[colour]}m`;

interface Style {
  readonly colours: boolean;
  /** Whether each value is under its column's name. */
  readonly table: boolean;
  readonly timeFormat: TimeFormat | undefined;
}

/** Writes the value of one column of an event; returns false if it has none. */
type FieldWriter<E> = (encoder: LineEncoder, event: E) => boolean;

export const text: Format = <E>(options: SinkOptions<E>) => {
  const { columns, output, colours = false, named, layout = defaultFields, timeFormat } = options;
  const fields = (named ? columns.map(tableField) : layout())
    .filter((field) => field.columns.some((name) => columns.some((column) => column.name === name)))
    .map((field) => withTimeFormat(field, timeFormat));
  const layouts = fields.map(({ columnLayout }) => columnLayout);
  const last = layouts.at(-1);
  // The last column needs no width.
  if (last && !last.alignRight) last.width = 0;
  arrangeColumns(layouts);
  const grow = () => arrangeColumns(layouts);
  const style = { colours, table: named === true, timeFormat };
  const writers = fields.map((field) => fieldWriters(field, columns, style, grow));
  const header = headerLine(fields);
  const open = `${colours ? `${sgr("bold")}${header}${RESET_SEQUENCE}` : header}\n`;
  const frame = { open, first: "", between: "", after: "\n", close: "", closeEmpty: "" };
  const line = {
    before: "",
    write: (encoder: LineEncoder, event: E) => {
      encoder.beginLine();
      for (let i = 0; i < writers.length; i++) {
        const alternatives = writers[i];
        for (let j = 0; j < alternatives.length; j++) if (alternatives[j](encoder, event)) break;
      }
    },
  };
  return new DocumentSink<E, LineEncoder>(output, frame, [line], new LineEncoder(CAPACITY));
};

/** Makes room for times in the user's format. */
function withTimeFormat(field: LineField, timeFormat: TimeFormat | undefined): LineField {
  if (!timeFormat || field.columns[0] !== "time") return field;
  const width = textWidth(timeFormat(0, 0));
  return { ...field, columnLayout: { ...field.columnLayout, width, maxWidth: 2 * width } };
}

/** Sets the start of each column from the widths of those before it. */
function arrangeColumns(layouts: readonly ColumnLayout[]): void {
  let end = 0;
  for (const layout of layouts) {
    layout.start = end;
    if (layout.width > 0) end += layout.width + layout.gap;
  }
}

function headerLine(fields: readonly LineField[]): string {
  return fields.reduce((line, { label, columnLayout: { start, width, alignRight } }) => {
    return (label && line.padEnd(start) + (alignRight ? label.padStart(width) : label)) || line;
  }, "");
}

/**
 * Returns the writers of a field's columns in order of preference. A name that is absolute is shown
 * as passed; otherwise the path that it refers to; otherwise the name.
 */
function fieldWriters<E>(
  field: LineField,
  columns: readonly Column<E>[],
  style: Style,
  grow: () => void,
): FieldWriter<E>[] {
  const present = field.columns.flatMap((name) => columns.filter((column) => column.name === name));
  const writer = (column: Column<E>) => columnWriter(column, field.columnLayout, style, grow);
  const [first] = present;
  if (first?.kind !== "bytes" || present.length === 1) return present.map(writer);
  const absolute = { ...first, of: (event: E) => absoluteOrNull(first.of(event)) };
  return [absolute, ...present.slice(1), first].map(writer);
}

function absoluteOrNull(name: ByteSlice | null): ByteSlice | null {
  return name !== null && name.length > 0 && name.bytes[name.start] === SLASH ? name : null;
}

/** Turns empty lists into null. */
function nonEmpty<E, T>(of: (event: E) => readonly T[] | null): (event: E) => readonly T[] | null {
  return (event) => {
    const list = of(event);
    return list?.length ? list : null;
  };
}

/** What surrounds a value: its position on the line, its colour and fixed text. */
interface ValueFrame {
  readonly layout: ColumnLayout;
  readonly colourOf: (value: unknown) => Literal | undefined;
  readonly prefix: Literal;
  readonly suffix: Literal;
  readonly grow: () => void;
}

function columnWriter<E>(
  column: Column<E>,
  layout: ColumnLayout,
  { colours, table, timeFormat }: Style,
  grow: () => void,
): FieldWriter<E> {
  const style = COLUMN_STYLES[column.name] ?? {};
  // A table has headers, and a word describes itself.
  const isLabelled = !table && column.kind !== "word";
  const frame: ValueFrame = {
    layout,
    colourOf: colourPicker(colours ? style.colour : undefined),
    prefix: new Literal((isLabelled && style.prefix) || ""),
    suffix: new Literal((isLabelled && style.suffix) || ""),
    grow,
  };
  switch (column.kind) {
    case "integer":
      return framed(frame, column.of, (encoder, value) => encoder.integer(value));
    case "time":
      return framed(frame, column.of, timeWriter(style, timeFormat));
    case "word":
      return framed(frame, column.of, (encoder, word) => encoder.raw(word));
    case "values":
      return framed(frame, column.of, valuesWriter());
    case "chain":
      return framed(frame, column.of, (encoder, chain) => encoder.unquoted(chainText(chain)));
    case "list":
      return framed(frame, nonEmpty(column.of), writeNames);
    case "bytes":
      return framed(frame, column.of, nameWriter(style));
  }
}

/** Returns a writer that aligns and colours the values that `of` returns and `write` writes. */
function framed<E, V>(
  { layout, colourOf, prefix, suffix, grow }: ValueFrame,
  of: (event: E) => V | null,
  write: ValueWriter<V>,
): FieldWriter<E> {
  return (encoder, event) => {
    const value = of(event);
    if (value === null) return false;
    const colour = colourOf(value);
    encoder.moveTo(layout);
    if (colour) encoder.literal(colour);
    encoder.beginValue();
    encoder.literal(prefix);
    write(encoder, value);
    encoder.literal(suffix);
    if (encoder.endValue(layout)) grow();
    if (colour) encoder.literal(RESET);
    return true;
  };
}

/** Writes a value without what surrounds it. */
type ValueWriter<V> = (encoder: LineEncoder, value: V) => void;

function timeWriter({ timeOfDay }: ColumnStyle, format?: TimeFormat): ValueWriter<Time> {
  if (timeOfDay && format)
    return (encoder, { seconds, nanoseconds }) =>
      encoder.raw(ByteSlice.from(format(seconds, nanoseconds)));
  if (timeOfDay) return (encoder, time) => encoder.timeOfDay(time);
  return (encoder, time) => encoder.duration(time);
}

function nameWriter({ unquoted }: ColumnStyle): ValueWriter<ByteSlice> {
  if (unquoted) return (encoder, name) => encoder.unquoted(name);
  return (encoder, name) => encoder.name(name);
}

function valuesWriter(): ValueWriter<readonly NamedArgument[]> {
  const json = new ValuesEncoder();
  return (encoder, values) => encoder.unquoted(json.encode(values));
}

function writeNames(encoder: LineEncoder, names: readonly ByteSlice[]): void {
  for (let i = 0; i < names.length; i++) {
    if (i > 0) encoder.literal(SPACE);
    encoder.name(names[i]);
  }
}

/** Returns a function from a value to the escape sequence of its colour. */
function colourPicker(colour: unknown): (value: unknown) => Literal | undefined {
  const literals = new Map(
    (Object.keys(SGR) as Colour[]).map((each) => [each, new Literal(sgr(each))]),
  );
  if (typeof colour === "function") return (value) => literals.get(colour(value));
  const fixed = literals.get(colour as Colour);
  return () => fixed;
}
