/**
 * Reads recorded CSV back (RFC 4180 as src/sinks/csv.ts writes it, not for a terminal). Names keep
 * every byte, also where they are not UTF-8. The only importer of csv-parse.
 */
import { parse } from "csv-parse/sync";

/** A cell's bytes without its quotes; null where the cell is empty and was not quoted. */
export type CsvCell = Uint8Array | null;

/** An event's cells by the names of their columns. */
export type CsvRow = Record<string, CsvCell>;

const NEWLINE = 0x0a;

/**
 * @param bytes A whole file.
 * @throws Error where it does not end with a line's end, or is not CSV.
 */
export function readCsv(bytes: Uint8Array): CsvRow[] {
  if (bytes.at(-1) !== NEWLINE) throw new Error("the recorded CSV ends within a line");
  const [header, ...rows] = parseCells(bytes);
  const names = header.map((cell) => new TextDecoder().decode(cell ?? undefined));
  return rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [names[i], cell])));
}

function parseCells(bytes: Uint8Array): CsvCell[][] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Without an encoding the cells are bytes; the types of csv-parse speak of strings only.
  const cells: unknown = parse(buffer, {
    encoding: null,
    cast: (value, { quoting }) => (value.length === 0 && !quoting ? null : value),
  });
  return cells as CsvCell[][];
}
