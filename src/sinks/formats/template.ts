/**
 * Lines that the user composes: `%w%f %e`, as of inotifywait, and `%{column}` for any column. Names
 * are escaped as in text, so that each event is one line; with `%0` in the template, which separates
 * names that a program reads, they are the bytes that they are, but not on a terminal.
 */
import type { Sink } from "../../core/sink.ts";
import type { Column, Time } from "../../events/column.ts";
import { ByteSlice } from "../../text/byte-slice.ts";
import { nearest } from "../../text/did-you-mean.ts";
import { shellQuote } from "../../text/shell-quote.ts";
import type { TimeFormat } from "../../text/strftime.ts";
import { TemplateError } from "../../text/template-error.ts";
import { CAPACITY, type Cell, DocumentSink } from "./document.ts";
import type { SinkOptions } from "./format.ts";
import { ValuesEncoder } from "./json-values.ts";
import { chainText } from "./process-chain.ts";
import { LineEncoder } from "./text/line-encoder.ts";

/** Returns the value of a conversion; null for none. */
export type Conversion<E> = (event: E) => ByteSlice | null;

/** The conversions of a kind of event, by letter. */
export interface Conversions<E> {
  readonly letters: Readonly<Record<string, Conversion<E>>>;
  /** Those that take the character before their letter as a separator: `%:e`. */
  readonly separated: Readonly<Record<string, (separator: string) => Conversion<E>>>;
  /** Whether an event is not about a file: it is left out of lines that have no type (%e). */
  readonly isNote?: (event: E) => boolean;
}

/** Text, a byte, or the value of a conversion or of a column. */
type Part<E> =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly of: Conversion<E> }
  | { readonly kind: "time"; readonly of: (event: E) => Time | null }
  | { readonly kind: "column"; readonly column: Column<E> };

/** A template that has been parsed. */
export interface Template<E> {
  readonly parts: readonly Part<E>[];
  /** The events that are left out; null for none. */
  readonly omits: ((event: E) => boolean) | null;
  /** The columns that it names. */
  readonly columns: readonly Column<E>[];
  /** Whether names are separated by NUL, for programs. */
  readonly hasNul: boolean;
  /** Whether a newline follows each event: not after a NUL. */
  readonly endsLine: boolean;
}

const BYTES: Readonly<Record<string, string>> = { "0": "\0", n: "\n", "%": "%" };
const TOKEN = /%\{([^}]*)(\}?)|%(.)(.)?|%$|[^%]+/gsu;

class TemplateParser<E> {
  readonly parts: Part<E>[] = [];
  private readonly template: string;
  private readonly conversions: Conversions<E>;
  private readonly columns: readonly Column<E>[];

  constructor(template: string, conversions: Conversions<E>, columns: readonly Column<E>[]) {
    this.template = template;
    this.conversions = conversions;
    this.columns = columns;
  }

  parse(): void {
    TOKEN.lastIndex = 0;
    const token = new RegExp(TOKEN);
    for (let match = token.exec(this.template); match; match = token.exec(this.template)) {
      const [whole, column, close, letter, next] = match;
      if (column !== undefined) this.addColumn(column, close, match.index);
      else if (letter === undefined) this.addText(whole, match.index);
      else token.lastIndex = match.index + this.addConversion(letter, next ?? "", match.index);
    }
  }

  private addText(text: string, at: number): void {
    if (text === "%")
      throw new TemplateError("% without a conversion; %% is a %", this.template, at);
    this.parts.push({ kind: "text", text });
  }

  private addColumn(name: string, close: string, at: number): void {
    if (close === "") throw new TemplateError("%{ without }", this.template, at);
    const column = this.columns.find((each) => each.name === name);
    if (!column) {
      const names = this.columns.map((each) => each.name);
      const near = nearest(name, names);
      const help = near ? `did you mean ${near}?` : `expected one of ${names.join(", ")}`;
      throw new TemplateError(`%{${name}}: no such column; ${help}`, this.template, at);
    }
    this.parts.push({ kind: "column", column });
  }

  /** @returns the length of the conversion */
  private addConversion(letter: string, next: string, at: number): number {
    const { letters, separated } = this.conversions;
    if (Object.hasOwn(BYTES, letter)) this.parts.push({ kind: "text", text: BYTES[letter] });
    else if (Object.hasOwn(letters, letter))
      this.parts.push({ kind: "value", of: letters[letter] });
    else if (letter === "T") this.addTime(at);
    else if (next !== "" && Object.hasOwn(separated, next)) {
      this.parts.push({ kind: "value", of: separated[next](letter) });
      return 1 + letter.length + next.length;
    } else throw this.unknown(letter, at);
    return 1 + letter.length;
  }

  private addTime(at: number): void {
    const column = this.columns.find(({ name }) => name === "time");
    if (column?.kind !== "time") throw this.unknown("T", at);
    this.parts.push({ kind: "time", of: column.of });
  }

  private unknown(letter: string, at: number): TemplateError {
    const known = [...Object.keys(this.conversions.letters), "T", ...Object.keys(BYTES)];
    const list = known.map((each) => `%${each}`).join(" ");
    return new TemplateError(
      `%${letter}: no such conversion; expected ${list} or %{column}`,
      this.template,
      at,
    );
  }
}

/** @throws TemplateError */
export function parseTemplate<E>(
  template: string,
  conversions: Conversions<E>,
  columns: readonly Column<E>[],
): Template<E> {
  const parser = new TemplateParser(template, conversions, columns);
  parser.parse();
  const { parts } = parser;
  const last = parts.at(-1);
  const showsType = /%.?e|%\{type\}/su.test(template);
  return {
    parts,
    omits: (!showsType && conversions.isNote) || null,
    columns: parts.flatMap((part) => (part.kind === "column" ? [part.column] : [])),
    hasNul: parts.some((part) => part.kind === "text" && part.text.includes("\0")),
    endsLine: last?.kind !== "text" || last.text !== "\0",
  };
}

/** How names are written: as they are, or escaped. */
type Write = (encoder: LineEncoder, name: ByteSlice) => void;

/** Opens a sink of a template. @param noNewline whether nothing follows an event */
export function templateSink<E>(
  { parts, omits, hasNul, endsLine }: Template<E>,
  {
    output,
    terminal,
    timeFormat,
    escapes,
  }: Pick<SinkOptions<E>, "output" | "terminal" | "timeFormat" | "escapes">,
  noNewline: boolean,
): Sink<E> {
  const write: Write =
    hasNul && !terminal && !escapes
      ? (encoder, name) => encoder.raw(name)
      : (encoder, name) => encoder.unquoted(name);
  const after = endsLine && !noNewline ? "\n" : "";
  const frame = { open: "", first: "", between: "", after, close: "", closeEmpty: "" };
  const written = cells(parts, write, timeFormat);
  const sink = new DocumentSink(output, frame, written, new LineEncoder(CAPACITY));
  return omits ? new OmittingSink(sink, omits) : sink;
}

/** Passes on all events but some. */
class OmittingSink<E> implements Sink<E> {
  private readonly sink: Sink<E>;
  private readonly omits: (event: E) => boolean;

  constructor(sink: Sink<E>, omits: (event: E) => boolean) {
    this.sink = sink;
    this.omits = omits;
  }

  get delivered(): number {
    return this.sink.delivered;
  }

  write(event: E): void {
    if (!this.omits(event)) this.sink.write(event);
  }

  flush(): void {
    this.sink.flush();
  }

  close(): void {
    this.sink.close();
  }
}

function cells<E>(
  parts: readonly Part<E>[],
  write: Write,
  timeFormat: TimeFormat | undefined,
): Cell<E, LineEncoder>[] {
  const all: Cell<E, LineEncoder>[] = [];
  let before = "";
  for (const part of parts) {
    if (part.kind === "text") {
      before += part.text;
      continue;
    }
    all.push({ before, write: valueWriter(part, write, timeFormat) });
    before = "";
  }
  return before === "" ? all : [...all, { before, write: () => {} }];
}

function valueWriter<E>(
  part: Exclude<Part<E>, { readonly kind: "text" }>,
  write: Write,
  timeFormat: TimeFormat | undefined,
): Cell<E, LineEncoder>["write"] {
  switch (part.kind) {
    case "value":
      return named(part.of, write);
    case "time":
      return timeWriter(part.of, timeFormat);
    case "column":
      return columnWriter(part.column, write);
  }
}

function named<E>(of: (event: E) => ByteSlice | null, write: Write): Cell<E, LineEncoder>["write"] {
  return (encoder, event) => {
    const name = of(event);
    if (name) write(encoder, name);
  };
}

function columnWriter<E>(column: Column<E>, write: Write): Cell<E, LineEncoder>["write"] {
  switch (column.kind) {
    case "integer":
      return (encoder, event) => {
        const value = column.of(event);
        if (value !== null) encoder.integer(value);
      };
    case "time":
      return (encoder, event) => {
        const time = column.of(event);
        if (time !== null) encoder.time(time);
      };
    case "values": {
      const json = new ValuesEncoder();
      return named((event) => json.encode(column.of(event) ?? []), write);
    }
    case "chain":
      return named((event) => {
        const chain = column.of(event);
        return chain && chainText(chain);
      }, write);
    case "list":
      return named((event) => shellQuote(column.of(event) ?? []), write);
    default:
      return named(column.of, write);
  }
}

/** Writes the time of day, or the time in the user's format. */
function timeWriter<E>(
  of: (event: E) => Time | null,
  timeFormat: TimeFormat | undefined,
): Cell<E, LineEncoder>["write"] {
  return (encoder, event) => {
    const time = of(event);
    if (time === null) return;
    if (timeFormat) encoder.raw(ByteSlice.from(timeFormat(time.seconds, time.nanoseconds)));
    else encoder.timeOfDay(time);
  };
}
