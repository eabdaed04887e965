/**
 * Apache Parquet: columns with types, compressed, for engines such as DuckDB. Memory is bounded by two
 * row groups: one is encoded column by column while the other is filled, because events would be lost
 * if the source had to wait for a whole one.
 */
import type { KeyValue, SchemaElement } from "hyparquet";
import type { Sink } from "../../../core/sink.ts";
import { lacking, type RunHeader, type RunTrailer } from "../../../events/run-info.ts";
import { escapeStrings } from "../../../text/backslash-escape.ts";
import { printableJson } from "../../../text/printable.ts";
import type { Format, SinkOptions } from "../format.ts";
import { describeRun } from "../ndjson.ts";
import { GROUP_ROWS, type ParquetColumn, toParquet } from "./columns.ts";
import { ParquetFile } from "./file.ts";

/** Bytes of names with which a row group is written before it has all its rows. */
const MAX_NAMES = 8 << 20;
/** The names are counted after so many rows. */
const NAMES_INTERVAL = 64;

/** Keys of the metadata. */
const HEADER_KEY = "trace.header";
const RESULT_KEY = "trace.result";

export const parquet: Format = <E>(options: SinkOptions<E>) => new ParquetSink(options);

/** The values of a row group. */
interface Group<E> {
  readonly columns: readonly ParquetColumn<E>[];
  rows: number;
  /** Number of columns that are encoded. */
  encoded: number;
}

class ParquetSink<E> implements Sink<E> {
  /** Events of the row groups that the output has accepted. */
  delivered = 0;
  /** The row group that is filled, and the one that is encoded; that one has no rows if it is done. */
  private current: Group<E>;
  private full: Group<E>;
  /** A column is encoded after so many rows. */
  private readonly interval: number;
  private readonly root: SchemaElement;
  private readonly file: ParquetFile;
  private readonly keys: readonly string[];
  /** Null if `conclude` will not be called. */
  private header: KeyValue | null = null;
  private isEnded = false;

  constructor({ output, columns }: SinkOptions<E>) {
    this.keys = columns.map(({ key }) => key);
    const openGroup = () => ({ columns: columns.map(toParquet), rows: 0, encoded: 0 });
    this.current = openGroup();
    this.full = openGroup();
    this.interval = Math.floor(GROUP_ROWS / (columns.length + 1));
    this.root = { name: "events", num_children: columns.length };
    const schema = [this.root, ...this.full.columns.flatMap((column) => column.schema)];
    this.file = new ParquetFile(output, schema);
  }

  begin(header: RunHeader): void {
    this.header = keyValue(HEADER_KEY, escapeStrings(describeRun(header, this.keys)));
  }

  write(event: E): void {
    const { current, full, interval } = this;
    const { columns, rows } = current;
    // If a column throws, the next event takes the place of this one.
    for (let i = 0; i < columns.length; i++) columns[i].add(event, rows);
    current.rows = rows + 1;
    if (current.rows === GROUP_ROWS || hasManyNames(current)) this.turn();
    else if (full.rows > 0 && rows % interval === 0) this.encodeColumn();
  }

  /** Encodes what is left of the full row group, and lets the next events fill it. */
  private turn(): void {
    try {
      while (this.full.rows > 0) this.encodeColumn();
    } finally {
      const { current, full } = this;
      this.current = full;
      this.full = current;
    }
  }

  /** Encodes the next column; after the last one the row group is written. */
  private encodeColumn(): void {
    const { full, file, root } = this;
    const { columns, rows } = full;
    const column = columns[full.encoded++];
    file.addColumn((writer) => column.write(writer, root, rows));
    if (full.encoded < columns.length) return;
    full.rows = 0;
    full.encoded = 0;
    // If the output throws, the events of the row group are lost.
    file.endGroup(rows);
    this.delivered += rows;
  }

  /** Events wait for their row group. */
  flush(): void {}

  close(): void {
    try {
      this.turn();
      this.turn();
    } finally {
      if (!this.header) this.finish(() => []);
    }
  }

  conclude(result: RunTrailer): void {
    const { header } = this;
    if (header) this.finish((missing) => [header, keyValue(RESULT_KEY, lacking(result, missing))]);
  }

  private finish(metadataOf: (missingRows: number) => KeyValue[]): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const { delivered } = this;
    this.file.finish((missingRows) => {
      this.delivered = delivered - missingRows;
      return metadataOf(missingRows);
    });
  }
}

function hasManyNames<E>({ columns, rows }: Group<E>): boolean {
  if (rows % NAMES_INTERVAL !== 0) return false;
  return columns.reduce((sum, { size }) => sum + size, 0) > MAX_NAMES;
}

function keyValue(key: string, value: unknown): KeyValue {
  return { key, value: printableJson(JSON.stringify(value)) };
}
