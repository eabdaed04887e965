/** Reads files by DuckDB. */
import { DuckDBInstance } from "@duckdb/node-api";

export type DuckRow = Record<string, unknown>;

/** Runs a query; 64-bit integers, times and decimals are text. */
export async function duck(sql: string): Promise<DuckRow[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Returns the metadata of a Parquet file. */
export async function metadataOf(file: string): Promise<Record<string, unknown>> {
  const rows = await duck(
    `select decode(key) as key, decode(value) as value from parquet_kv_metadata('${file}')`,
  );
  return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(String(value))]));
}
