/**
 * Apache Parquet: columns with types, compressed, for engines such as DuckDB. Memory is bounded by a
 * row group.
 */
import type { KeyValue, SchemaElement } from "hyparquet";
import type { Sink } from "../../../core/sink.ts";
import type { RunHeader, RunTrailer } from "../../../events/run-info.ts";
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

class ParquetSink<E> implements Sink<E> {
  /** Events of the row groups that the output has accepted. */
  delivered = 0;
  private readonly columns: readonly ParquetColumn<E>[];
  private readonly root: SchemaElement;
  private readonly file: ParquetFile;
  private readonly keys: readonly string[];
  private rows = 0;
  /** Null if `conclude` will not be called. */
  private header: KeyValue | null = null;
  private isEnded = false;

  constructor({ output, columns }: SinkOptions<E>) {
    this.keys = columns.map(({ key }) => key);
    this.columns = columns.map((column) => toParquet(column));
    this.root = { name: "events", num_children: columns.length };
    const schema = [this.root, ...this.columns.flatMap((column) => column.schema)];
    this.file = new ParquetFile(output, schema);
  }

  begin(header: RunHeader): void {
    this.header = keyValue(HEADER_KEY, escapeStrings(describeRun(header, this.keys)));
  }

  write(event: E): void {
    const { columns, rows } = this;
    // If a column throws, the next event takes the place of this one.
    for (let i = 0; i < columns.length; i++) columns[i].add(event, rows);
    this.rows = rows + 1;
    if (this.rows === GROUP_ROWS || this.hasManyNames()) this.writeGroup();
  }

  private hasManyNames(): boolean {
    if (this.rows % NAMES_INTERVAL !== 0) return false;
    return this.columns.reduce((sum, { size }) => sum + size, 0) > MAX_NAMES;
  }

  /** If the output throws, the events of the row group are lost. */
  private writeGroup(): void {
    const { columns, root, rows } = this;
    this.rows = 0;
    this.file.addGroup(rows, (writer) => columns.map((column) => column.write(writer, root, rows)));
    this.delivered += rows;
  }

  /** Events wait for their row group. */
  flush(): void {}

  close(): void {
    try {
      if (this.rows > 0) this.writeGroup();
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
    this.file.finish(metadataOf);
  }
}

function keyValue(key: string, value: unknown): KeyValue {
  return { key, value: printableJson(JSON.stringify(value)) };
}

/** Returns the result of a run of which further events are missing. */
function lacking(result: RunTrailer, count: number): RunTrailer {
  if (count === 0) return result;
  const losses = [...result.losses, { what: "not written", count }];
  return { ...result, events: result.events - count, complete: false, losses };
}
