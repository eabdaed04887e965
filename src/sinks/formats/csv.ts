/**
 * CSV (RFC 4180, but lines end with \n): a header, then one line per event. Names are always quoted
 * and keep every byte. A missing value is an empty cell without quotes.
 */

import type { Column } from "../../events/column.ts";
import { shellQuote } from "../../text/shell-quote.ts";
import { CAPACITY, type Cell, DocumentSink } from "./document.ts";
import { Encoder } from "./encoder.ts";
import type { Format, SinkOptions } from "./format.ts";
import { ValuesEncoder } from "./json-values.ts";
import { chainText } from "./process-chain.ts";

export const csv: Format = <E>({ columns, output, terminal }: SinkOptions<E>) => {
  const header = `${columns.map((column) => column.name).join(",")}\n`;
  const frame = { open: header, first: "", between: "", after: "\n", close: "", closeEmpty: "" };
  const cells = columns.map((column, i) => ({
    before: i === 0 ? "" : ",",
    write: cellWriter(column, terminal),
  }));
  return new DocumentSink(output, frame, cells, new Encoder(CAPACITY));
};

function cellWriter<E>(column: Column<E>, terminal: boolean): Cell<E>["write"] {
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
      const text = new ValuesEncoder();
      return (encoder, event) => {
        const values = column.of(event);
        if (values === null) return;
        if (terminal) encoder.csvVisible(text.encode(values));
        else encoder.csv(text.encode(values));
      };
    }
    case "chain":
      return (encoder, event) => {
        const chain = column.of(event);
        if (chain === null) return;
        if (terminal) encoder.csvVisible(chainText(chain));
        else encoder.csv(chainText(chain));
      };
    case "list":
      return (encoder, event) => {
        const list = column.of(event);
        if (list === null) return;
        const words = shellQuote(list);
        if (terminal) encoder.csvVisible(words);
        else encoder.csv(words);
      };
    case "bytes":
      if (terminal) {
        return (encoder, event) => {
          const name = column.of(event);
          if (name !== null) encoder.csvVisible(name);
        };
      }
      return (encoder, event) => {
        const name = column.of(event);
        if (name !== null) encoder.csv(name);
      };
  }
}
