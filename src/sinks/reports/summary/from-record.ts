/** Reads a recorded file for a summary: CSV, JSON or NDJSON. */
import { TraceError } from "../../../errors.ts";
import { ESCAPED } from "../../../events/column.ts";
import { type FileDigest, fromRecordedDigest } from "../../../events/file-digest.ts";
import type { Loss } from "../../../events/loss.ts";
import { parseMountText } from "../../../events/mount-text.ts";
import type { RunTrailer } from "../../../events/run-info.ts";
import type { ProcessExit, RunEvent } from "../../../model/run-event.ts";
import {
  CsvSyntaxError,
  type CsvTable,
  readCsvTable,
} from "../../../sources/records/csv-reader.ts";
import { missingEvents, parseTrailer } from "../../../sources/records/run-trailer.ts";
import { backslashUnescape, unescapeStrings } from "../../../text/backslash-escape.ts";
import { decodeLatin1 } from "../../../text/latin1.ts";
import { surrogateUnescape } from "../../../text/surrogate-escape.ts";
import { type SummaryRun, summaryRun, UNKNOWN_RUN } from "./run.ts";

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
const PROCESS_KEYS = [
  "time",
  "cwd",
  "status",
  "signal",
  "wall",
  "stdin",
  "stdout",
  "stderr",
] as const;
type Key =
  | (typeof REQUIRED_KEYS)[number]
  | (typeof OPTIONAL_KEYS)[number]
  | (typeof PROCESS_KEYS)[number];
/** The columns that a summary needs, as an argument of `--columns`. */
export const SUMMARY_COLUMNS =
  "event,kind,pid,comm,flags,filename,return,fname2,path,path2,mount,mount2,mntns,dev,ino,ftype,argv,note";

/** Returns a cell, names in latin1; null for no value. */
type CellReader = (key: Key) => string | readonly string[] | null;

/** Columns that a record must have, by their keys in JSON. */
export type RequiredKeys = readonly Key[];
/** The columns that a policy needs; a summary does without some. */
export const POLICY_KEYS: RequiredKeys = [...REQUIRED_KEYS, ...OPTIONAL_KEYS];

/** The columns that the lineage of files needs; without the others it knows less. */
export const LINEAGE_KEYS: RequiredKeys = [...REQUIRED_KEYS, "time", "path2", "argv", "note"];
/** All columns that it reads, as an argument of `--columns`. */
export const LINEAGE_COLUMNS = `${SUMMARY_COLUMNS},${PROCESS_KEYS.join(",")}`;

function requireKeys(required: RequiredKeys, has: (key: Key) => boolean): void {
  const missing = required
    .filter((key) => !has(key))
    .map((key) => (key === "fname" ? "filename" : key));
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

/** Returns the standard streams of an exec: `pipe:[INO]`, `file:[DEV:INO]`; null without columns. */
function parseStreams(row: CellReader): RunEvent["stdio"] {
  const cells = [row("stdin"), row("stdout"), row("stderr")];
  if (cells.every((cell) => cell === null)) return null;
  return cells.map((cell) => {
    const [, type, id] = /^(\w+):\[([\d:]+)\]$/.exec(textOf(cell)) ?? [];
    if (type === undefined) return null;
    return type === "pipe" ? { id: `pipe:${id}`, type: "fifo" } : { id, type };
  });
}

function parseEvent(row: CellReader): RunEvent {
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
    // A name's file is known only where its path is, except that of a link to an fd.
    followed:
      (id !== null && event !== "link") || ((event === "open" || event === "exec") && result >= 0),
    followed2: id !== null && event !== "link",
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
    stdio: event === "exec" ? parseStreams(row) : null,
    exit: row("event") === "exit" ? parseExit(row) : null,
  };
}

/** Splits a cell that `shellQuote` quoted into its words. */
export function shellSplit(text: string): string[] {
  return Array.from(text.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g), ([word]) =>
    word.replace(/'([^']*)'|\\'/g, (_, quoted: string | undefined) => quoted ?? "'"),
  );
}

function eventsFromCsv({ names, rows }: CsvTable, required: RequiredKeys): RunEvent[] {
  const column = (key: Key) => (key === "fname" ? "filename" : key);
  requireKeys(required, (key) => names.includes(column(key)));
  const isEscaped = rows.length > 0 && ESCAPED in rows[0];
  return rows.map((row) =>
    parseEvent((key) => {
      const cell = row[column(key)] ?? null;
      if (cell === null) return null;
      return isEscaped ? backslashUnescape(decodeLatin1(cell)) : decodeLatin1(cell);
    }),
  );
}

function scalarText(value: unknown): string {
  if (typeof value !== "object") return String(value);
  throw new UnusableRecordError("has an object or an array instead of a value");
}

function jsonCell(value: unknown): string | readonly string[] | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item) => surrogateUnescape(scalarText(item)));
  return surrogateUnescape(scalarText(value));
}

/** What a recorded file holds. */
export interface SummaryRecord {
  readonly events: readonly RunEvent[];
  /** The runs of the file: one, or more if several NDJSON records were joined. */
  readonly runs: readonly SummaryRun[];
  readonly digests: readonly FileDigest[];
  /** Of the runs of which the file has one. */
  readonly headers: readonly JsonObject[];
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function eventFromObject(object: unknown): RunEvent {
  if (!isObject(object)) throw new UnusableRecordError("is JSON, but not of events");
  if (!(ESCAPED in object)) return parseEvent((key) => jsonCell(object[key]));
  return parseEvent((key) => jsonCell(unescapeStrings(object[key])));
}

/** @param objects parsed JSON */
function eventsFromObjects(objects: readonly unknown[], required: RequiredKeys): RunEvent[] {
  const [first] = objects;
  if (isObject(first)) requireKeys(required, (key) => key in first);
  return objects.map(eventFromObject);
}

class JsonSyntaxError extends UnusableRecordError {}

/** @param where the text is in the file @throws JsonSyntaxError */
function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JsonSyntaxError(`is not a record of trace: ${where} is no JSON`, { cause: error });
  }
}

/** A run in NDJSON that is not read to its end. */
interface OpenRun {
  readonly header: JsonObject | null;
  readonly isEscaped: boolean;
  /** Number of its first event. */
  readonly start: number;
}

const NO_RESULT: Loss = { what: "recording ended without its result", count: 1 };
const CUT: Loss = { what: "unreadable part of the record (ends within a line)", count: 1 };

/** Reads NDJSON, whose lines of the run are `{"header": …}` and `{"result": …}`. */
class NdjsonReader {
  readonly events: RunEvent[] = [];
  readonly runs: SummaryRun[] = [];
  readonly digests: FileDigest[] = [];
  readonly headers: JsonObject[] = [];
  private run: OpenRun | null = null;
  private readonly required: RequiredKeys;

  constructor(required: RequiredKeys) {
    this.required = required;
  }

  /** @throws UnusableRecordError */
  read(text: string): void {
    const lines = text.split("\n");
    const last = lines.pop() as string;
    for (const [index, line] of lines.entries())
      if (line !== "") this.add(parseJson(line, `line ${index + 1}`));
    const damage = last === "" || this.addLast(last) ? [] : [CUT];
    if (this.run || this.runs.length === 0) this.end(null, damage);
  }

  /** Adds a line without its newline. @returns false if the recording was cut off within it */
  private addLast(line: string): boolean {
    try {
      this.add(parseJson(line, "the last line"));
      return true;
    } catch (error) {
      if (!(error instanceof JsonSyntaxError) || !this.run?.header) throw error;
      return false;
    }
  }

  private add(object: unknown): void {
    if (isObject(object) && isObject(object.header)) {
      if (this.run) this.end(null);
      const { columns } = object.header;
      const isEscaped = Array.isArray(columns) && columns.includes(ESCAPED);
      const header = isEscaped ? (unescapeStrings(object.header) as JsonObject) : object.header;
      this.headers.push(header);
      this.run = { header, isEscaped, start: this.events.length };
    } else if (isObject(object) && isObject(object.result)) this.end(parseTrailer(object.result));
    else if (isObject(object) && isObject(object.digest)) this.addDigest(object.digest);
    else this.addEvent(object);
  }

  private addDigest(object: JsonObject): void {
    const digest = fromRecordedDigest(this.run?.isEscaped ? unescapeStrings(object) : object);
    if (!digest) throw new UnusableRecordError("has a digest that is none");
    this.digests.push(digest);
  }

  private addEvent(object: unknown): void {
    this.run ??= { header: null, isEscaped: false, start: this.events.length };
    const isFirst = this.run.start === this.events.length;
    if (isFirst && isObject(object)) requireKeys(this.required, (key) => key in object);
    this.events.push(eventFromObject(object));
  }

  /** @param result null for a run that was cut off, and for one without the lines of a run */
  private end(result: RunTrailer | null, damage: readonly Loss[] = []): void {
    const { header, start } = this.run ?? { header: null, start: this.events.length };
    this.run = null;
    this.runs.push(summaryRun(header, result, this.losses(header, result, start, damage)));
  }

  private losses(
    header: JsonObject | null,
    result: RunTrailer | null,
    start: number,
    damage: readonly Loss[],
  ): Loss[] | null {
    if (result) return [...result.losses, ...missingEvents(result, this.events.length - start)];
    if (!header) return null;
    return damage.length ? [...damage] : [NO_RESULT];
  }
}

const BRACKET = 0x5b;
const BRACE = 0x7b;

/**
 * Reads a whole file; its first byte determines the format.
 * @param required the columns that it must have
 * @throws UnusableRecordError if columns are missing, or it is no recorded file
 */
export function readSummaryRecord(
  bytes: Buffer,
  required: RequiredKeys = REQUIRED_KEYS,
): SummaryRecord {
  if (bytes[0] === BRACE) {
    const reader = new NdjsonReader(required);
    reader.read(bytes.toString());
    return reader;
  }
  const isJson = bytes[0] === BRACKET;
  const events = isJson
    ? eventsFromObjects(parseJson(bytes.toString(), "the file") as unknown[], required)
    : eventsFromCsv(csvTable(bytes), required);
  return { events, runs: [UNKNOWN_RUN], digests: [], headers: [] };
}

function csvTable(bytes: Buffer): CsvTable {
  try {
    return readCsvTable(bytes);
  } catch (error) {
    if (!(error instanceof CsvSyntaxError)) throw error;
    throw new UnusableRecordError(`is not a record of trace: ${error.message}`, { cause: error });
  }
}
