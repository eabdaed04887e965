/** The options that `exec` and `all` share, and the parsers of option values. */
import type { ArgsDef } from "citty";
import type { Column } from "../../events/column.ts";
import {
  DEFAULT_FILE_EVENT_COLUMNS,
  FILE_EVENT_COLUMNS,
  type FileColumn,
} from "../../events/columns.ts";
import { EVENT_GROUPS, EVENT_KINDS, type EventKind } from "../../events/event-kinds.ts";
import { type Formula, FormulaError, parseFormula } from "../../filters/flag-formula.ts";
import type { Arch } from "../../kernel/fcntl.ts";
import { parseUser, type User, UserError, userByName } from "../../process/user.ts";
import { type FormatName, formats } from "../../sinks/formats/index.ts";
import { nearest } from "../../text/did-you-mean.ts";
import { UsageError } from "../messages.ts";

const MIN_BUFFER = 64 << 10;
const MAX_BUFFER = 1 << 30;
const MAX_COMM_BYTES = 15;

/** Returns the options of `exec` and `all`, with the defaults that differ. */
export function recordingArgs(defaults: { buffer: string; output: string }) {
  return {
    format: {
      type: "string",
      valueHint: Object.keys(formats).join("|"),
      default: "csv",
      description: "output format",
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      description: `output file; - is standard output (default: ${defaults.output})`,
    },
    flags: {
      type: "string",
      valueHint: "FORMULA",
      description: 'only opens with matching flags: "O_CREAT|O_TRUNC", "O_WRONLY&~O_EXCL", "(…)"',
    },
    events: {
      type: "string",
      alias: "e",
      valueHint: "a,b,c",
      description: "events or groups of events to record, see below (default: open)",
    },
    columns: {
      type: "string",
      valueHint: "a,b,c",
      description: "columns, in this order; default and all name several",
    },
    summary: {
      type: "string",
      valueHint: "[=FORMAT[:FILE]]",
      description:
        "end with a summary of files and programs: text, markdown, json, github (default: text on stderr)",
    },
    "all-files": {
      type: "boolean",
      description: "list every file in the summary, including libraries and large directories",
    },
    buffer: {
      type: "string",
      valueHint: "SIZE",
      default: defaults.buffer,
      description: "size of the kernel's ring buffer in bytes, or with K, M or G",
    },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if events were lost",
    },
    quiet: {
      type: "boolean",
      alias: "q",
      description: "write only errors and losses to stderr",
    },
  } as const satisfies ArgsDef;
}

/** The sections of --help that `exec` and `all` share. */
export const EVENTS_HELP = [
  "Events:",
  ...Object.entries(EVENT_GROUPS).map(([group, kinds]) =>
    group === "all" ? "  all       all events" : `  ${group.padEnd(10)}${kinds.join(", ")}`,
  ),
].join("\n");

export const COLUMNS_HELP = [
  "Columns:",
  ...FILE_EVENT_COLUMNS.map((column) => {
    const mark = DEFAULT_FILE_EVENT_COLUMNS.includes(column) ? "*" : " ";
    const name = column.name === column.key ? column.name : `${column.name} (JSON: ${column.key})`;
    return `  ${mark} ${name.padEnd(24)}${column.about}`;
  }),
  "  (* written by default; the text format has its own layout)",
].join("\n");

function suggestion(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates);
  return near ? `did you mean ${near}?` : `expected one of ${candidates.join(", ")}`;
}

export function parseFormat(text: string): FormatName {
  if (Object.hasOwn(formats, text)) return text as FormatName;
  throw new UsageError(
    `--format ${text}: no such format; ${suggestion(text, Object.keys(formats))}`,
  );
}

/** Names that stand for several columns. */
const COLUMN_GROUPS: Readonly<Record<string, readonly FileColumn[]>> = {
  default: DEFAULT_FILE_EVENT_COLUMNS,
  all: FILE_EVENT_COLUMNS,
};

/**
 * @param formatColumns the columns of the format's own layout, if it has one
 * @throws UsageError
 */
export function parseFileColumns(
  text: string | undefined,
  formatColumns?: readonly string[],
): readonly FileColumn[] {
  if (text === undefined)
    return formatColumns
      ? FILE_EVENT_COLUMNS.filter(({ name }) => formatColumns.includes(name))
      : DEFAULT_FILE_EVENT_COLUMNS;
  const columns = text.split(",").flatMap((name) => {
    if (Object.hasOwn(COLUMN_GROUPS, name)) return COLUMN_GROUPS[name];
    const column = FILE_EVENT_COLUMNS.find((each) => each.name === name || each.key === name);
    if (column) return column;
    const names = new Set(FILE_EVENT_COLUMNS.flatMap((each) => [each.name, each.key]));
    const known = [...names, ...Object.keys(COLUMN_GROUPS)];
    throw new UsageError(`--columns ${name}: no such column; ${suggestion(name, known)}`);
  });
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice) throw new UsageError(`--columns ${twice.name}: named twice`);
  return columns;
}

/** "open,process" → the kinds of events. A group stands for its members. */
export function parseEvents(text: string): ReadonlySet<EventKind> {
  const names = [...EVENT_KINDS, ...Object.keys(EVENT_GROUPS)];
  const kinds = text.split(",").flatMap((name): readonly EventKind[] => {
    if (Object.hasOwn(EVENT_GROUPS, name)) return EVENT_GROUPS[name];
    const kind = EVENT_KINDS.find((each) => each === name);
    if (kind) return [kind];
    throw new UsageError(`--events ${name}: no such event; ${suggestion(name, names)}`);
  });
  return new Set(kinds);
}

/** "4M" → bytes; null if the text is not a size. */
function sizeInBytes(text: string): number | null {
  const match = text.match(/^(\d+)([KMG]?)$/i);
  if (!match) return null;
  return Number(match[1]) * 1024 ** ["", "K", "M", "G"].indexOf(match[2].toUpperCase());
}

/** "4M" → bytes, at least one. */
export function parseSize(option: string, text: string): number {
  const bytes = sizeInBytes(text);
  if (bytes && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
  throw new UsageError(`${option} ${text}: expected a size like 4096, 64K, 1M or 2G`);
}

/** "4M" → bytes, rounded up to a power of two, which a BPF ring buffer requires. */
export function parseBuffer(text: string): number {
  const bytes = sizeInBytes(text) ?? 0;
  if (bytes < MIN_BUFFER || bytes > MAX_BUFFER)
    throw new UsageError(`--buffer ${text}: expected a size from 64K to 1G`);
  return 2 ** Math.ceil(Math.log2(bytes));
}

/** "90", "90s", "500ms", "2m", "1h" → milliseconds. */
export function parseDuration(text: string): number {
  const match = text.match(/^(\d+(?:\.\d+)?)(ms|s|m|h)?$/);
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match?.[2] ?? "s"] ?? 1;
  const milliseconds = match ? Number(match[1]) * unit : 0;
  if (!(milliseconds > 0 && milliseconds < 2 ** 31))
    throw new UsageError(`--duration ${text}: expected a time like 500ms, 10s, 5m or 1h`);
  return milliseconds;
}

/** Checks the name of a process: the kernel stores TASK_COMM_LEN - 1 bytes of it. */
export function parseComm(option: string, text: string): string {
  if (text && Buffer.byteLength(text) <= MAX_COMM_BYTES) return text;
  throw new UsageError(
    `${option} ${text}: expected 1 to ${MAX_COMM_BYTES} bytes, as the kernel stores a name`,
  );
}

/** Parses a whole number from `min` to 2³²-1. */
export function parseNumber(option: string, text: string, min: number): number {
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number >= min && number <= 0xffffffff) return number;
  throw new UsageError(`${option} ${text}: expected a whole number from ${min}`);
}

/** Turns an error whose message shows the text with a caret below it into one with details. */
export function toUsageError(option: string, error: Error): UsageError {
  const [problem, ...details] = error.message.split("\n");
  return new UsageError(`${option}: ${problem}`, { cause: error, details: details.join("\n") });
}

/** Parses the value of --user. @throws UsageError */
export function parseUserOption(text: string): User {
  try {
    return parseUser(text);
  } catch (error) {
    if (error instanceof UserError)
      throw new UsageError(`--user ${error.message}`, { cause: error });
    throw error;
  }
}

/** @throws UsageError that shows the formula with a caret under the mistake */
export function parseFlags(text: string | undefined): Formula | null {
  if (text === undefined) return null;
  try {
    return parseFormula(text, process.arch as Arch);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    throw toUsageError("--flags", error);
  }
}

/** Returns the uid of a user's name or number. */
export function parseUid(option: string, text: string): number {
  if (/^\d+$/.test(text)) return parseNumber(option, text, 0);
  const user = text === "" ? null : userByName(text);
  if (user) return user.uid;
  throw new UsageError(`${option} ${text}: no such user`);
}

/** Parses names separated by commas. */
export function parseNames<T extends string>(
  option: string,
  text: string,
  known: readonly T[],
): readonly T[] {
  return text.split(",").map((name) => {
    const found = known.find((each) => each === name);
    if (found) return found;
    throw new UsageError(`${option} ${name}: unknown value; ${suggestion(name, known)}`);
  });
}

/** "pid,comm" → those columns; the default ones without a text. */
export function parseColumnNames<E>(
  text: string | undefined,
  defaults: readonly Column<E>[],
  all: readonly Column<E>[],
): readonly Column<E>[] {
  if (text === undefined) return defaults;
  const names = all.map(({ name }) => name);
  const chosen = parseNames("--columns", text, names);
  const twice = chosen.find((name, index) => chosen.indexOf(name) !== index);
  if (twice) throw new UsageError(`--columns ${twice}: named twice`);
  return chosen.map((name) => all[names.indexOf(name)]);
}

/** Returns every value of a repeatable option: citty retains only the last one. */
export function optionValues(options: readonly string[], name: string): string[] {
  const prefix = `--${name}=`;
  const given = options.filter((option) => option.startsWith(prefix));
  return given.map((option) => option.slice(prefix.length));
}
