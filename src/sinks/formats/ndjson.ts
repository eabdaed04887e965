/** NDJSON: an object a line. */

import type { Format, SinkOptions } from "../../core/sink.ts";
import { CAPACITY, Document } from "./document.ts";
import { Encoder } from "./encoder.ts";
import { members } from "./json-object.ts";

const FRAME = { open: "", first: "{", between: "{", after: "}\n", close: "", closeEmpty: "" };

export const ndjson: Format = <E>({ columns, output }: SinkOptions<E>) =>
  new Document(output, FRAME, members(columns), new Encoder(CAPACITY));
