/**
 * CSV (RFC 4180, but lines end with \n): a header, then one line per event. Names are always quoted
 * and keep every byte. A missing value is an empty cell without quotes.
 */

import type { Column } from "../../events/column.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";
import { shellQuote } from "../../text/shell-quote.ts";
import { CAPACITY, type Cell, DocumentSink } from "./document.ts";
import { Encoder } from "./encoder.ts";
import { columnsOf } from "./escaped.ts";
import type { Format, SinkOptions } from "./format.ts";
import { ValuesEncoder } from "./json-values.ts";
import { chainText } from "./process-chain.ts";

export const csv: Format = <E>(options: SinkOptions<E>) => {
  const { output, terminal, escapes = false } = options;
  const columns = columnsOf(options.columns, escapes);
  const header = `${columns.map((column) => column.name).join(",")}\n`;
  const frame = { open: header, first: "", between: "", after: "\n", close: "", closeEmpty: "" };
  const write = nameWriter(terminal, escapes);
  const cells = columns.map((column, i) => ({
    before: i === 0 ? "" : ",",
    write: cellWriter(column, write, escapes),
  }));
  const encoder = new Encoder(CAPACITY);
  encoder.escapesUnsafe = terminal;
  return new DocumentSink(output, frame, cells, encoder);
};

type NameWriter = (encoder: Encoder, name: ByteSlice) => void;

function nameWriter(terminal: boolean, escapes: boolean): NameWriter {
  if (escapes) return (encoder, name) => encoder.csvEscaped(name);
  return terminal
    ? (encoder, name) => encoder.csvVisible(name)
    : (encoder, name) => encoder.csv(name);
}

function cellWriter<E>(column: Column<E>, write: NameWriter, escapes: boolean): Cell<E>["write"] {
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
    case "word":
      return (encoder, event) => {
        const word = column.of(event);
        if (word !== null) encoder.raw(word);
      };
    case "values": {
      // JSON, which is valid UTF-8 already, with escapes of its own.
      const text = new ValuesEncoder(escapes);
      const writeJson = escapes ? nameWriter(false, false) : write;
      return (encoder, event) => {
        const values = column.of(event);
        if (values !== null) writeJson(encoder, text.encode(values));
      };
    }
    case "chain":
      return (encoder, event) => {
        const chain = column.of(event);
        if (chain !== null) write(encoder, chainText(chain));
      };
    case "list":
      return (encoder, event) => {
        const list = column.of(event);
        if (list !== null) write(encoder, shellQuote(list));
      };
    case "bytes":
      return (encoder, event) => {
        const name = column.of(event);
        if (name !== null) write(encoder, name);
      };
  }
}
