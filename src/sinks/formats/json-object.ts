/**
 * An event as a JSON object, for JSON and NDJSON: columns are keys (RFC 8259). Integers and times are
 * numbers with all their digits, even if a reader's doubles round them.
 */
import type { Column } from "../../events/column.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";
import { Literal } from "./byte-buffer.ts";
import type { Cell } from "./document.ts";
import type { Encoder } from "./encoder.ts";
import { writeValues } from "./json-values.ts";
import { chainJson, writeChain } from "./process-chain.ts";

const NULL = new Literal("null");
const OPEN = new Literal("[");
const COMMA = new Literal(",");
const CLOSE = new Literal("]");

function writeArray(encoder: Encoder, list: readonly ByteSlice[]): void {
  encoder.literal(OPEN);
  for (const [index, name] of list.entries()) {
    if (index > 0) encoder.literal(COMMA);
    encoder.json(name);
  }
  encoder.literal(CLOSE);
}

/** Returns cells that write the members of an event's object, without its braces. */
export function objectMembers<E>(columns: readonly Column<E>[]): Cell<E>[] {
  return columns.map((column, i) => {
    const before = `${i === 0 ? "" : ","}${JSON.stringify(column.key)}:`;
    const write = memberWriter(column);
    return column.sparse ? sparseMember(column, before, write) : { before, write };
  });
}

/** Returns a cell that writes nothing at all if its column has no value. */
function sparseMember<E>(column: Column<E>, before: string, write: Cell<E>["write"]): Cell<E> {
  const key = new Literal(before);
  return {
    before: "",
    write: (encoder, event) => {
      if (column.of(event) === null) return;
      encoder.literal(key);
      write(encoder, event);
    },
  };
}

function memberWriter<E>(column: Column<E>): Cell<E>["write"] {
  switch (column.kind) {
    case "integer":
      return (encoder, event) => {
        const value = column.of(event);
        if (value === null) encoder.literal(NULL);
        else encoder.integer(value);
      };
    case "time":
      return (encoder, event) => {
        const time = column.of(event);
        if (time === null) encoder.literal(NULL);
        else encoder.time(time);
      };
    case "values":
      return (encoder, event) => {
        const values = column.of(event);
        if (values === null) encoder.literal(NULL);
        else writeValues(encoder, values);
      };
    case "chain":
      return (encoder, event) => {
        const chain = column.of(event);
        if (chain === null) encoder.literal(NULL);
        else if (encoder.escapesNames) writeChain(encoder, chain);
        else encoder.raw(chainJson(chain));
      };
    case "list":
      return (encoder, event) => {
        const list = column.of(event);
        if (list === null) encoder.literal(NULL);
        else writeArray(encoder, list);
      };
    case "word":
    case "bytes":
      return (encoder, event) => {
        const name = column.of(event);
        if (name === null) encoder.literal(NULL);
        else encoder.json(name);
      };
  }
}
