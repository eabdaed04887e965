/** JSON: one array with one object per line, written as the events arrive. */

import { CAPACITY, DocumentSink } from "./document.ts";
import { Encoder } from "./encoder.ts";
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

export const json: Format = <E>({ columns, output, terminal }: SinkOptions<E>) => {
  const encoder = new Encoder(CAPACITY);
  encoder.escapesUnsafe = terminal;
  return new DocumentSink(output, FRAME, objectMembers(columns), encoder);
};
