/** Says what a file is that is not the record that a command expects: by its first bytes, magic(5). */
import { isRecordFile } from "./record-format.ts";

export interface FileKind {
  /** As a message names it: "CSV". */
  readonly text: string;
  /** What reads it, after the file's name; "" for nothing. */
  readonly advice: string;
}

/** So many bytes are enough to tell. */
export const FILE_KIND_SIZE = 4096;

/** Compressed files: their first bytes in latin1, their names, and what unpacks them. */
const COMPRESSED: readonly (readonly [start: string, name: string, command: string])[] = [
  ["\x1f\x8b", "gzip", "zcat"],
  ["\xfd7zXZ\0", "xz", "xzcat"],
  ["\x28\xb5\x2f\xfd", "zstd", "zstdcat"],
  ["BZh", "bzip2", "bzcat"],
];

const BINARY: readonly (readonly [start: string, text: string])[] = [
  ["PK\x03\x04", "a ZIP archive"],
  ["\x7fELF", "an ELF file"],
  ["SQLite format 3\0", "an SQLite database"],
  ["PAR1", "a Parquet file"],
];

/** @param start the first bytes of the file: FILE_KIND_SIZE, or all if there are fewer */
export function fileKind(start: Uint8Array): FileKind {
  if (start.length === 0) return { text: "empty", advice: "" };
  if (isRecordFile(start))
    return { text: "a record file", advice: "trace show and trace summary read it" };
  const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString("latin1");
  return compressedKind(text) ?? binaryKind(text) ?? textKind(text);
}

function compressedKind(text: string): FileKind | null {
  const found = COMPRESSED.find(([magic]) => text.startsWith(magic));
  if (!found) return null;
  return { text: `compressed by ${found[1]}`, advice: `unpack it first, with ${found[2]}` };
}

function binaryKind(text: string): FileKind | null {
  const found = BINARY.find(([magic]) => text.startsWith(magic));
  if (found) return { text: found[1], advice: "" };
  return text.includes("\0") ? { text: "binary data", advice: "" } : null;
}

function textKind(text: string): FileKind {
  const [line] = text.split("\n", 1);
  if (/^\{"time":.*"type":"[A-Z_]+"/.test(line))
    return { text: "a history of trace watch", advice: "trace query and trace changes read it" };
  if (/^\{"(?:header|event|pid|fname|time|path)":/.test(line))
    return { text: "NDJSON", advice: "trace summary reads that of trace exec and trace all" };
  if (/^[[{]/.test(line)) return { text: "JSON", advice: "" };
  if (/^\w+(?:,\w+)+\r?$/.test(line))
    return { text: "CSV", advice: "trace summary reads that of trace exec and trace all" };
  return { text: "text", advice: "" };
}

/** Returns what a message says of a file that is something else. @param expected "a record file" */
export function notExpected(expected: string, { text, advice }: FileKind): string {
  const what = text === "empty" ? "is empty" : `is not ${expected}, but ${text}`;
  return advice === "" ? what : `${what}; ${advice}`;
}
