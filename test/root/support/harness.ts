/** Runs ./trace and reads its recordings, for the tests that need root. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CsvCell, readCsv } from "../../../src/sources/records/csv-reader.ts";
import { program, ROOT } from "./programs.ts";

/** The executable under test. */
/** Another executable can be tested, such as an older one. */
export const TRACE = process.env.TRACE_EXECUTABLE ?? join(ROOT, "trace");

/** Columns of an open. */
export const ALL_COLUMNS =
  "pid,cgid,comm,kind,flags,mode,filename,return,time,tid,ppid,uid,gid,tgid_comm,dfd,op,abi,path,dev,ino,note";
const BYTES = new Set(["comm", "filename", "tgid_comm", "path"]);
const WORDS = new Set(["kind", "op", "abi", "note", "time"]);

/** A recorded open. Columns that were not requested are undefined, cells without a value null. */
export interface Row {
  readonly pid: number;
  readonly cgid: number;
  readonly comm: Buffer;
  readonly kind: string;
  readonly flags: number;
  readonly mode: number;
  readonly filename: Buffer;
  readonly return: number | null;
  readonly time: string;
  readonly tid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly gid: number;
  readonly tgid_comm: Buffer;
  readonly dfd: number;
  readonly op: string | null;
  readonly abi: string;
  readonly path: Buffer | null;
  readonly dev: number | null;
  readonly ino: number | null;
  readonly note: string | null;
}

// ---- running ----

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string | undefined>;
  readonly stdin?: Buffer | string;
  /** The recorded file, trace.csv in cwd by default. */
  readonly record?: string;
}

export interface Run {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Read on access. */
  readonly rows: Row[];
}

/** Runs a command to its end. */
export function run(command: readonly string[], options: RunOptions = {}): Run {
  const { cwd = tmpdir(), env = process.env, stdin = "" } = options;
  const child = Bun.spawnSync([...command], { cwd, env, stdin: Buffer.from(stdin) });
  return {
    status: child.signalCode ? null : child.exitCode,
    signal: child.signalCode === undefined ? null : String(child.signalCode),
    stdout: child.stdout,
    stderr: child.stderr.toString(),
    get rows() {
      return readRows(readFileSync(options.record ?? join(cwd, "trace.csv")));
    },
  };
}

/** Runs `trace ARGS` to its end. */
export function runTrace(args: readonly string[], options: RunOptions = {}): Run {
  return run([TRACE, ...args], options);
}

/**
 * Runs a command under `trace exec` with all columns, recorded outside of the command's directory.
 * @throws Error unless the status is `status`, 0 by default
 */
export function record(
  command: readonly string[],
  options: RunOptions & { readonly args?: readonly string[]; readonly status?: number } = {},
): Run {
  using beside = temporaryDirectory();
  const output = join(beside.path, "record.csv");
  const args = ["exec", "--columns", ALL_COLUMNS, "-o", output, ...(options.args ?? [])];
  const result = runTrace([...args, "--", ...command], { ...options, record: output });
  if (result.status !== (options.status ?? 0))
    throw new Error(`${command.join(" ")}: status ${result.status}: ${result.stderr}`);
  // Read now: the directory is about to be removed.
  return { ...result, rows: result.rows };
}

// ---- reading ----

/** Reads recorded CSV, names byte for byte. */
export function readRows(csv: Buffer): Row[] {
  return readCsv(csv).map((cells) => {
    const named = Object.entries(cells);
    return Object.fromEntries(named.map(([name, cell]) => [name, value(name, cell)])) as never;
  });
}

function value(column: string, cell: CsvCell): Buffer | string | number | null {
  if (cell === null) return null;
  const bytes = Buffer.from(cell.buffer, cell.byteOffset, cell.length);
  if (BYTES.has(column)) return bytes;
  const text = bytes.toString();
  if (WORDS.has(column)) return text;
  if (!/^-?\d+$/.test(text)) throw new Error(`${column} is no integer: ${text}`);
  return Number(text);
}

/** Returns the bytes of a name in JSON, where a byte that is not UTF-8 is U+DC00 + byte. */
export function bytesOfJson(text: string): Buffer {
  const pieces = text.split(/([\udc80-\udcff])(?<![\ud800-\udbff][\udc80-\udcff])/);
  return Buffer.concat(
    pieces.map((piece, i) =>
      i % 2 ? Buffer.from([piece.charCodeAt(0) & 0xff]) : Buffer.from(piece),
    ),
  );
}

// ---- comparing ----

/** Formats a name as test/programs/truth.h prints it. */
export function show(name: Buffer): string {
  return [...name]
    .map((byte) =>
      byte > 0x1f && byte < 0x7f && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
}

/** Formats a row as the test programs print their opens. */
export function line(row: Row): string {
  const kind = row.kind === "Uring" ? row.op : row.kind;
  return [show(row.filename), row.flags, row.mode, row.return ?? "", kind].join("\t");
}

/** Splits the output of a test program: one line per open, `?` for cells that it cannot know. */
export function truthOf(stdout: Buffer): string[] {
  return stdout
    .toString("latin1")
    .split("\n")
    .filter((text) => text !== "");
}

/**
 * Compares two multisets of lines, in which a cell `?` of an expected line matches anything.
 * @returns the differences, one per line: `-` only expected, `+` only actual; "" if there are none
 */
export function difference(expected: readonly string[], actual: readonly string[]): string {
  const left = new Map<string, number>();
  for (const text of actual) left.set(text, (left.get(text) ?? 0) + 1);
  const missing = expected.filter((text) => !hasUnknown(text) && !removeOne(left, text));
  const unknown = expected.filter(hasUnknown).filter((pattern) => {
    const match = [...left.keys()].find((text) => matches(pattern, text));
    return match === undefined || !removeOne(left, match);
  });
  const extra = [...left].flatMap(([text, count]) => Array<string>(count).fill(text));
  return [
    ...[...missing, ...unknown].sort().map((text) => `- ${text}`),
    ...extra.sort().map((text) => `+ ${text}`),
  ].join("\n");
}

function hasUnknown(text: string): boolean {
  return text.split("\t").includes("?");
}

function matches(pattern: string, text: string): boolean {
  const cells = text.split("\t");
  return pattern.split("\t").every((cell, i) => cell === "?" || cell === cells[i]);
}

function removeOne(left: Map<string, number>, text: string): boolean {
  const count = left.get(text) ?? 0;
  if (count > 1) left.set(text, count - 1);
  else left.delete(text);
  return count > 0;
}

// ---- directories ----

/** Creates an empty directory that is removed at the end of the block: `using d = …`. */
export function temporaryDirectory(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "trace-test-"));
  return {
    path,
    [Symbol.dispose]() {
      // Not rmSync: it cannot remove trees deeper than PATH_MAX.
      Bun.spawnSync(["rm", "-rf", "--", path]);
    },
  };
}

/** Records a test program in an empty directory; returns the opens that it prints and the rows. */
export function recordProgram(
  name: string,
  args: readonly string[] = [],
  options: { readonly args?: readonly string[]; readonly status?: number } = {},
): { truth: string[]; rows: Row[]; stderr: string } {
  using directory = temporaryDirectory();
  const { stdout, rows, stderr } = record([program(name), ...args], {
    ...options,
    cwd: directory.path,
  });
  return { truth: truthOf(stdout), rows, stderr };
}

/** Waits until a condition holds; returns false after half a minute: a busy machine is slow. */
export async function eventually(condition: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 3000; tries++) {
    if (condition()) return true;
    await Bun.sleep(10);
  }
  return false;
}

/** Waits until a condition holds. @throws Error with its text if it does not */
export async function until(condition: () => boolean): Promise<void> {
  if (!(await eventually(condition))) throw new Error(`waited in vain: ${condition}`);
}
