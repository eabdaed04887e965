/** NDJSON: one object per line. */

import { CAPACITY, DocumentSink } from "./document.ts";
import { Encoder } from "./encoder.ts";
import type { Format, SinkOptions } from "./format.ts";
import { objectMembers } from "./json-object.ts";

const FRAME = { open: "", first: "{", between: "{", after: "}\n", close: "", closeEmpty: "" };

export const ndjson: Format = <E>({ columns, output }: SinkOptions<E>) =>
  new DocumentSink(output, FRAME, objectMembers(columns), new Encoder(CAPACITY));
