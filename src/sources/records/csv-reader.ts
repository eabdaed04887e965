/**
 * Reads CSV (RFC 4180) as src/sinks/formats/csv.ts writes it to files. Cells are bytes, so names
 * that are not valid UTF-8 are preserved. The only importer of csv-parse.
 */
import { type CsvError, parse } from "csv-parse/sync";
import { TraceError } from "../../errors.ts";

/** A cell's bytes without its quotes; null for an empty cell that is not quoted. */
export type CsvCell = Uint8Array | null;

/** An event's cells by column name. */
export type CsvRow = Record<string, CsvCell>;

/** Bytes are no CSV; the message says why. */
export class CsvSyntaxError extends TraceError {
  override readonly name = "CsvSyntaxError";
  override readonly code = "CSV_SYNTAX";
}

/** A parsed file. */
export interface CsvTable {
  /** The names of the columns. */
  readonly names: readonly string[];
  readonly rows: readonly CsvRow[];
}

const NEWLINE = 0x0a;

/**
 * Parses a whole file.
 * @throws CsvSyntaxError if it does not end with a newline, or is not valid CSV
 */
export function readCsvTable(bytes: Uint8Array): CsvTable {
  if (bytes.at(-1) !== NEWLINE) throw new CsvSyntaxError("ends within a line");
  const [header = [], ...rows] = parseCells(bytes);
  const names = header.map((cell) => new TextDecoder().decode(cell ?? undefined));
  const toRow = (cells: readonly CsvCell[]) =>
    Object.fromEntries(cells.map((cell, i) => [names[i], cell]));
  return { names, rows: rows.map(toRow) };
}

/** Returns the rows of a file. @throws CsvSyntaxError */
export function readCsv(bytes: Uint8Array): CsvRow[] {
  return [...readCsvTable(bytes).rows];
}

/** What is wrong with a line, by the codes of csv-parse. */
const PROBLEMS: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_COLUMNS: "has another number of cells than the first line",
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: "has another number of cells than the first line",
  CSV_QUOTE_NOT_CLOSED: "begins a quoted cell that does not end",
  CSV_INVALID_CLOSING_QUOTE: "has text after the end of a quoted cell",
  INVALID_OPENING_QUOTE: "has a quote within a cell that is not quoted",
};

function syntaxError(error: unknown): unknown {
  const { code, lines } = error as Partial<CsvError> & { readonly lines?: number };
  if (typeof code !== "string" || typeof lines !== "number") return error;
  const problem = PROBLEMS[code] ?? "is no CSV";
  return new CsvSyntaxError(`line ${lines} ${problem}`, { cause: error });
}

function parseCells(bytes: Uint8Array): CsvCell[][] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Without an encoding csv-parse returns Buffers, but its types have only strings.
  try {
    const cells: unknown = parse(buffer, {
      encoding: null,
      cast: (value, { quoting }) => (value.length === 0 && !quoting ? null : value),
    });
    return cells as CsvCell[][];
  } catch (error) {
    throw syntaxError(error);
  }
}
