/** Reads the events of a recorded file for a summary: CSV, JSON or NDJSON. */
import { TraceError } from "../../../errors.ts";
import { parseMountText } from "../../../events/mount-text.ts";
import type { ProcessExit } from "../../../model/run-event.ts";
import { type CsvRow, readCsv } from "../../../sources/records/csv-reader.ts";
import { decodeLatin1 } from "../../../text/latin1.ts";
import { surrogateUnescape } from "../../../text/surrogate-escape.ts";
import type { SummaryEvent } from "./summary-event.ts";

/** A recorded file lacks what a summary needs. */
export class UnusableRecordError extends TraceError {
  override readonly name = "UnusableRecordError";
  override readonly code = "UNUSABLE_RECORD";
}

/** The record lacks columns that a summary needs: SUMMARY_COLUMNS. */
export class MissingColumnsError extends UnusableRecordError {}

/** Keys in JSON; they equal the column names except `fname`, the column `filename`. */
const REQUIRED_KEYS = ["event", "pid", "comm", "flags", "fname", "return", "path"] as const;
const OPTIONAL_KEYS = [
  "kind",
  "fname2",
  "path2",
  "mount",
  "mount2",
  "mntns",
  "dev",
  "ino",
  "ftype",
  "argv",
  "note",
] as const;
/** Of processes; the summary itself does without them. */
const PROCESS_KEYS = ["time", "cwd", "status", "signal", "wall"] as const;
type Key =
  | (typeof REQUIRED_KEYS)[number]
  | (typeof OPTIONAL_KEYS)[number]
  | (typeof PROCESS_KEYS)[number];
/** The columns that a summary needs, as an argument of `--columns`. */
export const SUMMARY_COLUMNS =
  "event,kind,pid,comm,flags,filename,return,fname2,path,path2,mount,mount2,mntns,dev,ino,ftype,argv,note";

/** Returns a cell, names in latin1; null for no value. */
type CellReader = (key: Key) => string | readonly string[] | null;

function requireKeys(has: (key: Key) => boolean): void {
  const missing = REQUIRED_KEYS.filter((key) => !has(key)).map((key) =>
    key === "fname" ? "filename" : key,
  );
  if (missing.length) throw new MissingColumnsError(`has no column ${missing.join(", ")}`);
}

/** Returns the number in a cell; 0 if it is empty. */
function integer(cell: string | readonly string[] | null): number {
  if (cell === null || cell === "") return 0;
  const number = Number(cell);
  if (!Number.isFinite(number)) throw new UnusableRecordError(`has "${cell}" instead of a number`);
  return number;
}

function textOf(cell: string | readonly string[] | null): string {
  return typeof cell === "string" ? cell : "";
}

/** Returns a time or a duration in nanoseconds; undefined if the cell is empty. */
function nanoseconds(cell: string | readonly string[] | null): number | undefined {
  return cell === null || cell === "" ? undefined : integer(cell) * 1e9;
}

function parseExit(row: CellReader): ProcessExit {
  const [status, signal] = [row("status"), row("signal")];
  const [time, wall] = [nanoseconds(row("time")), nanoseconds(row("wall"))];
  return {
    status: status === null || status === "" ? null : integer(status),
    signal: signal === null || signal === "" ? null : integer(signal),
    started: time === undefined || wall === undefined ? null : time - wall,
  };
}

function parseEvent(row: CellReader): SummaryEvent {
  const [path, path2, fileType, argv] = [row("path"), row("path2"), row("ftype"), row("argv")];
  const [event, result] = [textOf(row("event")), integer(row("return"))];
  const id = row("ino") ? `${row("dev")}:${row("ino")}` : null;
  const optional = (cell: ReturnType<CellReader>) => (typeof cell === "string" ? cell : null);
  return {
    event,
    pid: integer(row("pid")),
    comm: textOf(row("comm")),
    flags: integer(row("flags")),
    name: textOf(row("fname")),
    name2: textOf(row("fname2")),
    call: textOf(row("kind")),
    path: optional(path),
    path2: optional(path2),
    // A name's file is known only where its path is.
    followed: id !== null || ((event === "open" || event === "exec") && result >= 0),
    followed2: id !== null,
    directory: null,
    directory2: null,
    mount: parseMountText(textOf(row("mount"))),
    mount2: parseMountText(textOf(row("mount2"))),
    mntns: textOf(row("mntns")),
    result,
    created: textOf(row("note")).split(" ").includes("created"),
    fileType: optional(fileType),
    id,
    argv: argv === null ? null : typeof argv === "string" ? shellSplit(argv) : argv,
    time: nanoseconds(row("time")),
    cwd: optional(row("cwd")),
    exit: row("event") === "exit" ? parseExit(row) : null,
  };
}

/** Splits a cell that `shellQuote` quoted into its words. */
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

/** @param objects parsed JSON */
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
 * Reads the events of a whole file; its first byte determines the format.
 * @throws UnusableRecordError if columns are missing; Error or SyntaxError if it is no recorded file
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
