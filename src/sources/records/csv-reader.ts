/**
 * Reads CSV (RFC 4180) as src/sinks/formats/csv.ts writes it to files. Cells are bytes, so names
 * that are not valid UTF-8 are preserved. The only importer of csv-parse.
 */
import { parse } from "csv-parse/sync";

/** A cell's bytes without its quotes; null for an empty cell that is not quoted. */
export type CsvCell = Uint8Array | null;

/** An event's cells by column name. */
export type CsvRow = Record<string, CsvCell>;

const NEWLINE = 0x0a;

/**
 * Parses a whole file.
 * @throws Error if it does not end with a newline, or is not valid CSV
 */
export function readCsv(bytes: Uint8Array): CsvRow[] {
  if (bytes.at(-1) !== NEWLINE) throw new Error("the recorded CSV is truncated within a line");
  const [header, ...rows] = parseCells(bytes);
  const names = header.map((cell) => new TextDecoder().decode(cell ?? undefined));
  return rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [names[i], cell])));
}

function parseCells(bytes: Uint8Array): CsvCell[][] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Without an encoding csv-parse returns Buffers, but its types have only strings.
  const cells: unknown = parse(buffer, {
    encoding: null,
    cast: (value, { quoting }) => (value.length === 0 && !quoting ? null : value),
  });
  return cells as CsvCell[][];
}
