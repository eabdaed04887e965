/** Facts from a recorded file: CSV, JSON or NDJSON, as the sinks wrote it. */
import { TraceError } from "../../../errors.ts";
import { type CsvRow, readCsv } from "../../../sources/records/csv-reader.ts";
import { decodeLatin1 } from "../../../text/printable.ts";
import { surrogateUnescape } from "../../../text/surrogate-escape.ts";
import type { SummaryEvent } from "./summary-event.ts";

/** A record from which no summary can be made: says what is missing and what to do. */
export class UnusableRecordError extends TraceError {
  override readonly name = "UnusableRecordError";
  override readonly code = "UNUSABLE_RECORD";
}

/** The record lacks columns that a summary needs: SUMMARY_COLUMNS. */
export class MissingColumnsError extends UnusableRecordError {}

/** By their keys in JSON; `filename` is the only column whose key differs. */
const REQUIRED_KEYS = ["event", "pid", "comm", "flags", "fname", "return", "path"] as const;
const OPTIONAL_KEYS = ["path2", "ftype", "argv", "note"] as const;
type Key = (typeof REQUIRED_KEYS)[number] | (typeof OPTIONAL_KEYS)[number];
/** The columns that a summary is made of, separated by commas. */
export const SUMMARY_COLUMNS = "event,pid,comm,flags,filename,return,path,path2,ftype,argv,note";

/** Cells as text, names with one character a byte; null where there is nothing. */
type CellReader = (key: Key) => string | readonly string[] | null;

function requireKeys(has: (key: Key) => boolean): void {
  const missing = REQUIRED_KEYS.filter((key) => !has(key)).map((key) =>
    key === "fname" ? "filename" : key,
  );
  if (missing.length) throw new MissingColumnsError(`has no column ${missing.join(", ")}`);
}

/** A cell that stands for a number. */
function integer(cell: string | readonly string[] | null): number {
  if (cell === null || cell === "") return 0;
  const number = Number(cell);
  if (!Number.isFinite(number))
    throw new UnusableRecordError(`has "${cell}" where a number belongs`);
  return number;
}

function textOf(cell: string | readonly string[] | null): string {
  return typeof cell === "string" ? cell : "";
}

function parseEvent(row: CellReader): SummaryEvent {
  const [path, path2, fileType, argv] = [row("path"), row("path2"), row("ftype"), row("argv")];
  const optional = (cell: ReturnType<CellReader>) => (typeof cell === "string" ? cell : null);
  return {
    event: textOf(row("event")),
    pid: integer(row("pid")),
    comm: textOf(row("comm")),
    flags: integer(row("flags")),
    name: textOf(row("fname")),
    path: optional(path),
    path2: optional(path2),
    result: integer(row("return")),
    created: textOf(row("note")).split(" ").includes("created"),
    fileType: optional(fileType),
    argv: argv === null ? null : typeof argv === "string" ? shellSplit(argv) : argv,
  };
}

/** The words of a cell that shell.ts quoted. */
export function shellSplit(text: string): string[] {
  return Array.from(text.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g), ([word]) =>
    word.replace(/'([^']*)'|\\'/g, (_, quoted: string | undefined) => quoted ?? "'"),
  );
}

function eventsFromCsv(rows: readonly CsvRow[]): SummaryEvent[] {
  const column = (key: Key) => (key === "fname" ? "filename" : key);
  if (rows.length) requireKeys((key) => column(key) in rows[0]);
  return rows.map((row) =>
    parseEvent((key) => {
      const cell = row[column(key)] ?? null;
      return cell === null ? null : decodeLatin1(cell);
    }),
  );
}

function jsonCell(value: unknown): string | readonly string[] | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item) => surrogateUnescape(String(item)));
  return surrogateUnescape(String(value));
}

/** @param objects what JSON.parse gave */
function eventsFromObjects(objects: readonly unknown[]): SummaryEvent[] {
  return objects.map((object, index) => {
    if (typeof object !== "object" || object === null)
      throw new UnusableRecordError("is JSON, but not of events");
    if (index === 0) requireKeys((key) => key in object);
    return parseEvent((key) => jsonCell((object as Record<string, unknown>)[key]));
  });
}

const BRACKET = 0x5b;
const BRACE = 0x7b;

/**
 * The events of a whole file, whose format is told by its first byte.
 * @throws UnusableRecord where columns are missing; Error or SyntaxError where it is no record
 */
export function readSummaryEvents(bytes: Buffer): SummaryEvent[] {
  if (bytes[0] === BRACKET) return eventsFromObjects(JSON.parse(bytes.toString()));
  if (bytes[0] !== BRACE) return eventsFromCsv(readCsv(bytes));
  const lines = bytes
    .toString()
    .split("\n")
    .filter((line) => line !== "");
  return eventsFromObjects(lines.map((line) => JSON.parse(line)));
}
