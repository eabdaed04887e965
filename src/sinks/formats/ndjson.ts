/** NDJSON: one object per line; with a header, the first line and the last one are of the run. */

import type { Column } from "../../events/column.ts";
import { type FileDigest, toRecordedDigest } from "../../events/file-digest.ts";
import type { RunHeader } from "../../events/run-info.ts";
import { escapeStrings } from "../../text/backslash-escape.ts";
import { printableJson } from "../../text/printable.ts";
import { CAPACITY, DocumentSink } from "./document.ts";
import { Encoder } from "./encoder.ts";
import { columnsOf } from "./escaped.ts";
import type { Format, SinkOptions } from "./format.ts";
import { objectMembers } from "./json-object.ts";

const FRAME = { open: "", first: "{", between: "{", after: "}\n", close: "", closeEmpty: "" };
/** Version of the lines of the run; it changes if a reader would misunderstand them. */
export const HEADER_VERSION = 1;

export const ndjson: Format = <E>(options: SinkOptions<E>) => {
  const { output, header, terminal, escapes = false } = options;
  const columns = columnsOf(options.columns, escapes);
  const members = objectMembers(columns);
  const encoder = new Encoder(CAPACITY);
  encoder.escapesUnsafe = terminal;
  encoder.escapesNames = escapes;
  if (!header) return new DocumentSink(output, FRAME, members, encoder);
  return new DocumentSink(output, FRAME, members, encoder, {
    header: (run) => headerLine(escapes ? (escapeStrings(run) as RunHeader) : run, columns),
    digests: (all) => all.map((digest) => digestLine(digest, escapes)).join(""),
    result: (result) => `${printableJson(JSON.stringify({ result }))}\n`,
  });
};

function digestLine(all: FileDigest, escapes: boolean): string {
  const digest = toRecordedDigest(all, escapes);
  return `${printableJson(JSON.stringify({ digest }))}\n`;
}

/** Returns the first line. */
function headerLine<E>(run: RunHeader, columns: readonly Column<E>[]): string {
  const keys = columns.map(({ key }) => key);
  return `${printableJson(JSON.stringify({ header: describeRun(run, keys) }))}\n`;
}

/** Returns the header without what only the reader of a record file needs. */
export function describeRun(run: RunHeader, columns: readonly string[]): object {
  const { bootTime, want, calls, pid, processes, ...described } = run;
  return { format: HEADER_VERSION, ...described, columns };
}
