/**
 * Text for a person who reads along: a line an event, values under each other, flags and errors by
 * their names. It is not made to be read back.
 *
 * Lines are written as the events come, so a column is as wide as what it has held so far.
 */

import type { Column } from "../../events/column.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";
import { CAPACITY, DocumentSink } from "./document.ts";
import { Literal } from "./encoder.ts";
import type { Format, SinkOptions } from "./format.ts";
import { ValuesEncoder } from "./json-values.ts";
import {
  COLUMN_STYLES,
  type Colour,
  defaultFields,
  SGR,
  tableField,
} from "./text/column-styles.ts";
import type { ColumnLayout, LineField } from "./text/field.ts";
import { LineEncoder } from "./text/line-encoder.ts";

const SLASH = 0x2f;
const SPACE = new Literal(" ");
const RESET = "\x1b[m";

const sgr = (colour: Colour) => `\x1b[${SGR[colour]}m`;

interface Style {
  readonly colours: boolean;
  /** Whether each value stands under its column's name. */
  readonly table: boolean;
}

/** Writes the value of one column of an event. False where it has none. */
type FieldWriter<E> = (encoder: LineEncoder, event: E) => boolean;

export const text: Format = <E>(options: SinkOptions<E>) => {
  const { columns, output, colours = false, named, layout = defaultFields } = options;
  const fields = (named ? columns.map(tableField) : layout()).filter((field) =>
    field.columns.some((name) => columns.some((column) => column.name === name)),
  );
  const places = fields.map(({ columnLayout }) => columnLayout);
  const last = places.at(-1);
  // What nothing follows needs no width.
  if (last && !last.alignRight) last.width = 0;
  arrangeColumns(places);
  const grow = () => arrangeColumns(places);
  const style = { colours, table: named === true };
  const parts = fields.map((field) => fieldWriters(field, columns, style, grow));
  const header = headerLine(fields);
  const open = `${colours ? `${sgr("bold")}${header}${RESET}` : header}\n`;
  const frame = { open, first: "", between: "", after: "\n", close: "", closeEmpty: "" };
  const line = {
    before: "",
    write: (encoder: LineEncoder, event: E) => {
      encoder.beginLine();
      for (let i = 0; i < parts.length; i++) {
        const alternatives = parts[i];
        for (let j = 0; j < alternatives.length; j++) if (alternatives[j](encoder, event)) break;
      }
    },
  };
  return new DocumentSink<E, LineEncoder>(output, frame, [line], new LineEncoder(CAPACITY));
};

/** Puts each place behind those before it, where those have a width. */
function arrangeColumns(places: readonly ColumnLayout[]): void {
  let end = 0;
  for (const place of places) {
    place.start = end;
    if (place.width > 0) end += place.width + place.gap;
  }
}

function headerLine(fields: readonly LineField[]): string {
  return fields.reduce((line, { label, columnLayout: { start, width, alignRight } }) => {
    return (label && line.padEnd(start) + (alignRight ? label.padStart(width) : label)) || line;
  }, "");
}

/**
 * A field's columns, the first that has a value first. Of names, one that is absolute is taken as
 * it was passed, else the path that it led to, else the name all the same.
 */
function fieldWriters<E>(
  field: LineField,
  columns: readonly Column<E>[],
  style: Style,
  grow: () => void,
): FieldWriter<E>[] {
  const found = field.columns.flatMap((name) => columns.filter((column) => column.name === name));
  const part = (column: Column<E>) => columnWriter(column, field.columnLayout, style, grow);
  const [first] = found;
  if (first?.kind !== "bytes" || found.length === 1) return found.map(part);
  const absolute = { ...first, of: (event: E) => absoluteOrNull(first.of(event)) };
  return [absolute, ...found.slice(1), first].map(part);
}

function absoluteOrNull(name: ByteSlice | null): ByteSlice | null {
  return name !== null && name.length > 0 && name.bytes[name.start] === SLASH ? name : null;
}

/** Lists that have something to show. */
function nonEmpty<E, T>(of: (event: E) => readonly T[] | null): (event: E) => readonly T[] | null {
  return (event) => {
    const list = of(event);
    return list?.length ? list : null;
  };
}

function columnWriter<E>(
  column: Column<E>,
  place: ColumnLayout,
  { colours, table }: Style,
  grow: () => void,
): FieldWriter<E> {
  const look = COLUMN_STYLES[column.name] ?? {};
  const [before, after] = [look.prefix, look.suffix].map((fixed) => {
    // A word says itself what it is.
    return new Literal(fixed && !table && column.kind !== "word" ? fixed : "");
  });
  const paint = colourPicker(colours ? look.colour : undefined);
  const reset = new Literal(RESET);
  const framed = <V>(of: (event: E) => V | null, put: (encoder: LineEncoder, value: V) => void) => {
    return (encoder: LineEncoder, event: E) => {
      const value = of(event);
      if (value === null) return false;
      const colour = paint(value);
      encoder.moveTo(place);
      if (colour) encoder.literal(colour);
      encoder.beginValue();
      encoder.literal(before);
      put(encoder, value);
      encoder.literal(after);
      if (encoder.endValue(place)) grow();
      if (colour) encoder.literal(reset);
      return true;
    };
  };
  switch (column.kind) {
    case "integer":
      return framed(column.of, (encoder, value) => encoder.integer(value));
    case "time":
      return framed(column.of, (encoder, time) =>
        look.timeOfDay ? encoder.timeOfDay(time) : encoder.span(time),
      );
    case "word":
      return framed(column.of, (encoder, word) => encoder.raw(word));
    case "values": {
      const text = new ValuesEncoder();
      return framed(column.of, (encoder, values) => encoder.unquoted(text.encode(values)));
    }
    case "list":
      return framed(nonEmpty(column.of), (encoder, words) => {
        for (let i = 0; i < words.length; i++) {
          if (i > 0) encoder.literal(SPACE);
          encoder.name(words[i]);
        }
      });
    case "bytes":
      return framed(column.of, (encoder, name) =>
        look.unquoted ? encoder.unquoted(name) : encoder.name(name),
      );
  }
}

/** From a value to what makes its colour. */
function colourPicker(colour: unknown): (value: unknown) => Literal | undefined {
  const literals = new Map(
    (Object.keys(SGR) as Colour[]).map((each) => [each, new Literal(sgr(each))]),
  );
  if (typeof colour === "function") return (value) => literals.get(colour(value));
  const fixed = literals.get(colour as Colour);
  return () => fixed;
}
