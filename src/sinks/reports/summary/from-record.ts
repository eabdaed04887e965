/** Facts from a recorded file: CSV, JSON or NDJSON, as the sinks wrote it. */
import { type RecordedRow, readRecorded } from "../../../sources/records/csv-reader.ts";
import { nameOf } from "../../../text/printable.ts";
import { unescaped } from "../../../text/surrogate-escape.ts";
import type { Fact } from "./summary-event.ts";

/** A record from which no summary can be made: says what is missing and what to do. */
export class UnusableRecord extends Error {}

/** By their keys in JSON; `filename` is the only column whose key differs. */
const NEEDED = ["event", "pid", "comm", "flags", "fname", "return", "path"] as const;
const OPTIONAL = ["path2", "ftype", "argv", "note"] as const;
type Key = (typeof NEEDED)[number] | (typeof OPTIONAL)[number];
/** What `--columns` has to name, for messages. */
export const SUMMARY_COLUMNS = "event,pid,comm,flags,filename,return,path,path2,ftype,argv,note";

/** Cells as text, names with one character a byte; null where there is nothing. */
type Row = (key: Key) => string | readonly string[] | null;

const ADVICE = `record with --events all --columns ${SUMMARY_COLUMNS}`;

function requireKeys(has: (key: Key) => boolean): void {
  const missing = NEEDED.filter((key) => !has(key)).map((key) =>
    key === "fname" ? "filename" : key,
  );
  if (missing.length) throw new UnusableRecord(`has no column ${missing.join(", ")}; ${ADVICE}`);
}

/** A cell that stands for a number. */
function integer(cell: string | readonly string[] | null): number {
  if (cell === null || cell === "") return 0;
  const number = Number(cell);
  if (!Number.isFinite(number)) throw new UnusableRecord(`has "${cell}" where a number belongs`);
  return number;
}

function word(cell: string | readonly string[] | null): string {
  return typeof cell === "string" ? cell : "";
}

function fact(row: Row): Fact {
  const [path, path2, fileType, argv] = [row("path"), row("path2"), row("ftype"), row("argv")];
  const optional = (cell: ReturnType<Row>) => (typeof cell === "string" ? cell : null);
  return {
    event: word(row("event")),
    pid: integer(row("pid")),
    comm: word(row("comm")),
    flags: integer(row("flags")),
    name: word(row("fname")),
    path: optional(path),
    path2: optional(path2),
    result: integer(row("return")),
    created: word(row("note")).split(" ").includes("created"),
    fileType: optional(fileType),
    argv: argv === null ? null : typeof argv === "string" ? splitWords(argv) : argv,
  };
}

/** The words of a cell that shell.ts quoted. */
export function splitWords(text: string): string[] {
  return Array.from(text.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g), ([word]) =>
    word.replace(/'([^']*)'|\\'/g, (_, quoted: string | undefined) => quoted ?? "'"),
  );
}

function factsOfCsv(rows: readonly RecordedRow[]): Fact[] {
  const column = (key: Key) => (key === "fname" ? "filename" : key);
  if (rows.length) requireKeys((key) => column(key) in rows[0]);
  return rows.map((row) =>
    fact((key) => {
      const cell = row[column(key)] ?? null;
      return cell === null ? null : nameOf(cell);
    }),
  );
}

function cellOf(value: unknown): string | readonly string[] | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item) => unescaped(String(item)));
  return unescaped(String(value));
}

/** @param objects what JSON.parse gave */
function factsOfObjects(objects: readonly unknown[]): Fact[] {
  return objects.map((object, index) => {
    if (typeof object !== "object" || object === null)
      throw new UnusableRecord("is JSON, but not of events");
    if (index === 0) requireKeys((key) => key in object);
    return fact((key) => cellOf((object as Record<string, unknown>)[key]));
  });
}

const BRACKET = 0x5b;
const BRACE = 0x7b;

/**
 * The events of a whole file, whose format is told by its first byte.
 * @throws UnusableRecord where columns are missing; Error or SyntaxError where it is no record
 */
export function factsOf(bytes: Buffer): Fact[] {
  if (bytes[0] === BRACKET) return factsOfObjects(JSON.parse(bytes.toString()));
  if (bytes[0] !== BRACE) return factsOfCsv(readRecorded(bytes));
  const lines = bytes
    .toString()
    .split("\n")
    .filter((line) => line !== "");
  return factsOfObjects(lines.map((line) => JSON.parse(line)));
}
