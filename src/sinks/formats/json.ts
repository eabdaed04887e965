/** JSON: one array with one object per line, written as the events arrive. */

import { CAPACITY, DocumentSink } from "./document.ts";
import { Encoder } from "./encoder.ts";
import { columnsOf } from "./escaped.ts";
import type { Format, SinkOptions } from "./format.ts";
import { objectMembers } from "./json-object.ts";

const FRAME = {
  open: "[",
  first: "\n{",
  between: ",\n{",
  after: "}",
  close: "\n]\n",
  closeEmpty: "]\n",
};

export const json: Format = <E>(options: SinkOptions<E>) => {
  const { output, terminal, escapes = false } = options;
  const encoder = new Encoder(CAPACITY);
  encoder.escapesUnsafe = terminal;
  encoder.escapesNames = escapes;
  const columns = columnsOf(options.columns, escapes);
  return new DocumentSink(output, FRAME, objectMembers(columns), encoder);
};
