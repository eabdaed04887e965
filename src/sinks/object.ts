/**
 * What JSON and NDJSON share: an event is an object, its columns are keys (RFC 8259). Integers and
 * times are numbers with all their digits, also where a reader's doubles will round them.
 */
import type { Column } from "../events/column.ts";
import type { Cell } from "./document.ts";
import { Literal } from "./encoder.ts";

const NULL = new Literal("null");

/** The members of an event's object, without its braces. */
export function members<E>(columns: readonly Column<E>[]): Cell<E>[] {
  return columns.map((column, i) => ({
    before: `${i === 0 ? "" : ","}${JSON.stringify(column.key)}:`,
    write: writer(column),
  }));
}

function writer<E>(column: Column<E>): Cell<E>["write"] {
  switch (column.kind) {
    case "integer":
      return (encoder, event) => {
        const value = column.of(event);
        if (value === null) encoder.literal(NULL);
        else encoder.integer(value);
      };
    case "time":
      return (encoder, event) => encoder.time(column.of(event));
    case "word":
    case "bytes":
      return (encoder, event) => {
        const name = column.of(event);
        if (name === null) encoder.literal(NULL);
        else encoder.json(name);
      };
  }
}
