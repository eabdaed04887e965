/**
 * An event as one line of text: its type, then NAME=VALUE of each column that has a value. Names of
 * files and the like are strings of JSON without a character that is unsafe in a terminal, so that none
 * can begin a line or another value.
 */
import type { Column } from "../../../events/column.ts";
import type { WatchEvent } from "../../../events/watch-event.ts";
import type { ByteSlice } from "../../../text/byte-slice.ts";
import { shellQuote } from "../../../text/shell-quote.ts";
import { Literal } from "../../formats/byte-buffer.ts";
import type { Encoder } from "../../formats/encoder.ts";
import { ValuesEncoder } from "../../formats/json-values.ts";
import { chainText } from "../../formats/process-chain.ts";

type WatchColumn = Column<WatchEvent>;
type Write = (encoder: Encoder, event: WatchEvent) => void;

const values = new ValuesEncoder();

/** Returns the text of a name or a list of names; null for none, and for other columns. */
export function nameOf(column: WatchColumn, event: WatchEvent): ByteSlice | null {
  switch (column.kind) {
    case "bytes":
      return column.of(event);
    case "list": {
      const list = column.of(event);
      return list?.length ? shellQuote(list) : null;
    }
    case "chain": {
      const chain = column.of(event);
      return chain && chainText(chain);
    }
    case "values": {
      const all = column.of(event);
      return all && values.encode(all);
    }
    default:
      return null;
  }
}

/** Writes a number, a time or one of a fixed set of words. @returns whether there was one */
export function writePlain(
  encoder: Encoder,
  before: Literal,
  column: WatchColumn,
  event: WatchEvent,
): boolean {
  if (column.kind !== "integer" && column.kind !== "time" && column.kind !== "word") return false;
  const value = column.of(event);
  if (value === null) return false;
  encoder.literal(before);
  if (column.kind === "integer") encoder.integer(value as number);
  else if (column.kind === "time") encoder.time(value as Parameters<Encoder["time"]>[0]);
  else encoder.raw(value as ByteSlice);
  return true;
}

/** Returns a function that writes a column as ` NAME=VALUE`. */
function pairWriter(column: WatchColumn): Write {
  const before = new Literal(` ${column.name}=`);
  return (encoder, event) => {
    if (writePlain(encoder, before, column, event)) return;
    const name = nameOf(column, event);
    if (!name?.length) return;
    encoder.literal(before);
    encoder.json(name);
  };
}

/** Returns a function that writes the line, without a newline. The encoder has to escape what is unsafe. */
export function lineWriter(columns: readonly WatchColumn[]): Write {
  const writers = columns.filter(({ name }) => name !== "type").map(pairWriter);
  const types = new Map<string, Literal>();
  return (encoder, event) => {
    let type = types.get(event.type);
    if (!type) {
      type = new Literal(event.type);
      types.set(event.type, type);
    }
    encoder.literal(type);
    for (const write of writers) write(encoder, event);
  };
}
