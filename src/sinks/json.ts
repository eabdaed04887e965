/** JSON: one array of objects, one object a line, written as the events come. */
import { CAPACITY, Document } from "./document.ts";
import { Encoder } from "./encoder.ts";
import { members } from "./object.ts";
import type { Format, SinkOptions } from "./sink.ts";

const FRAME = {
  open: "[",
  first: "\n{",
  between: ",\n{",
  after: "}",
  close: "\n]\n",
  closeEmpty: "]\n",
};

export const json: Format = <E>({ columns, output }: SinkOptions<E>) =>
  new Document(output, FRAME, members(columns), new Encoder(CAPACITY));
