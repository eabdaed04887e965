/**
 * Text for a person who reads along: a line an event, values under each other, flags and errors by
 * their names. It is not made to be read back.
 *
 * Lines are written as the events come, so a column is as wide as what it has held so far.
 */

import type { Format, SinkOptions } from "../../core/sink.ts";
import type { Column, Slice } from "../../events/column.ts";
import { CAPACITY, Document } from "./document.ts";
import { Literal } from "./encoder.ts";
import { ValuesText } from "./json-values.ts";
import { type Colour, LINE, LOOKS, SGR, tableField } from "./text/column-styles.ts";
import type { Field, Place } from "./text/field.ts";
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
type Part<E> = (encoder: LineEncoder, event: E) => boolean;

export const text: Format = <E>(options: SinkOptions<E>) => {
  const { columns, output, colours = false, named, layout = LINE } = options;
  const fields = (named ? columns.map(tableField) : layout()).filter((field) =>
    field.columns.some((name) => columns.some((column) => column.name === name)),
  );
  const places = fields.map(({ place }) => place);
  const last = places.at(-1);
  // What nothing follows needs no width.
  if (last && !last.right) last.width = 0;
  arrange(places);
  const grow = () => arrange(places);
  const style = { colours, table: named === true };
  const parts = fields.map((field) => partsOf(field, columns, style, grow));
  const header = heading(fields);
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
  return new Document<E, LineEncoder>(output, frame, [line], new LineEncoder(CAPACITY));
};

/** Puts each place behind those before it, where those have a width. */
function arrange(places: readonly Place[]): void {
  let end = 0;
  for (const place of places) {
    place.start = end;
    if (place.width > 0) end += place.width + place.gap;
  }
}

function heading(fields: readonly Field[]): string {
  return fields.reduce((line, { label, place: { start, width, right } }) => {
    return (label && line.padEnd(start) + (right ? label.padStart(width) : label)) || line;
  }, "");
}

/**
 * A field's columns, the first that has a value first. Of names, one that is absolute is taken as
 * it was passed, else the path that it led to, else the name all the same.
 */
function partsOf<E>(
  field: Field,
  columns: readonly Column<E>[],
  style: Style,
  grow: () => void,
): Part<E>[] {
  const found = field.columns.flatMap((name) => columns.filter((column) => column.name === name));
  const part = (column: Column<E>) => partOf(column, field.place, style, grow);
  const [first] = found;
  if (first?.kind !== "bytes" || found.length === 1) return found.map(part);
  const absolute = { ...first, of: (event: E) => whereAbsolute(first.of(event)) };
  return [absolute, ...found.slice(1), first].map(part);
}

function whereAbsolute(name: Slice | null): Slice | null {
  return name !== null && name.length > 0 && name.bytes[name.start] === SLASH ? name : null;
}

/** Lists that have something to show. */
function someOf<E, T>(of: (event: E) => readonly T[] | null): (event: E) => readonly T[] | null {
  return (event) => {
    const list = of(event);
    return list?.length ? list : null;
  };
}

function partOf<E>(
  column: Column<E>,
  place: Place,
  { colours, table }: Style,
  grow: () => void,
): Part<E> {
  const look = LOOKS[column.name] ?? {};
  const [before, after] = [look.before, look.after].map((fixed) => {
    // A word says itself what it is.
    return new Literal(fixed && !table && column.kind !== "word" ? fixed : "");
  });
  const paint = painter(colours ? look.colour : undefined);
  const reset = new Literal(RESET);
  const framed = <V>(of: (event: E) => V | null, put: (encoder: LineEncoder, value: V) => void) => {
    return (encoder: LineEncoder, event: E) => {
      const value = of(event);
      if (value === null) return false;
      const colour = paint(value);
      encoder.goTo(place);
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
        look.clock ? encoder.clock(time) : encoder.span(time),
      );
    case "word":
      return framed(column.of, (encoder, word) => encoder.raw(word));
    case "values": {
      const text = new ValuesText();
      return framed(column.of, (encoder, values) => encoder.alone(text.of(values)));
    }
    case "list":
      return framed(someOf(column.of), (encoder, words) => {
        for (let i = 0; i < words.length; i++) {
          if (i > 0) encoder.literal(SPACE);
          encoder.name(words[i]);
        }
      });
    case "bytes":
      return framed(column.of, (encoder, name) =>
        look.alone ? encoder.alone(name) : encoder.name(name),
      );
  }
}

/** From a value to what makes its colour. */
function painter(colour: unknown): (value: unknown) => Literal | undefined {
  const literals = new Map(
    (Object.keys(SGR) as Colour[]).map((each) => [each, new Literal(sgr(each))]),
  );
  if (typeof colour === "function") return (value) => literals.get(colour(value));
  const fixed = literals.get(colour as Colour);
  return () => fixed;
}
