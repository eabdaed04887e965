/**
 * The frame of a Parquet file: row groups as they come, and the footer that lists them. Readers start
 * with the footer, so that they refuse a file without one. https://parquet.apache.org/docs/file-format/
 */
import type { ColumnChunk, KeyValue, RowGroup, SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import type { Output } from "../../../core/sink.ts";
import type { Writer } from "./chunk.ts";

/** "PAR1", at the start and at the end. */
const MAGIC = 0x31524150;
const MAGIC_SIZE = 4;

export class ParquetFile {
  private readonly output: Output;
  private readonly schema: SchemaElement[];
  private readonly writer = new ByteWriter();
  private readonly groups: RowGroup[] = [];
  /** Those of the row group that is not written yet. */
  private chunks: ColumnChunk[] = [];
  private isBegun = false;

  /** @param schema the root and what is below it, depth first */
  constructor(output: Output, schema: SchemaElement[]) {
    this.output = output;
    this.schema = schema;
    this.writer.appendUint32(MAGIC);
  }

  /** Adds a column to the row group, in the order of the schema. */
  addColumn(write: (writer: Writer) => ColumnChunk): void {
    this.chunks.push(write(this.writer));
  }

  /**
   * Writes the row group.
   * @throws what the output throws; the file then is as if the row group had not been
   */
  endGroup(rows: number): void {
    const { writer, chunks } = this;
    const start = Number(chunks[0].file_offset);
    this.chunks = [];
    this.flush(start);
    const sizes = chunks.map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n);
    this.groups.push({
      columns: chunks,
      num_rows: BigInt(rows),
      total_byte_size: sizes.reduce((sum, size) => sum + size, 0n),
      total_compressed_size: BigInt(writer.offset - start),
    });
  }

  /**
   * Writes the footer. If there is no room for it, it takes the place of the last row group.
   * @param metadataOf returns the metadata of a file that lacks so many rows
   * @throws what the output throws
   */
  finish(metadataOf: (missingRows: number) => KeyValue[]): void {
    try {
      this.writeFooter(metadataOf(0));
    } catch (error) {
      const last = this.groups.pop();
      const size = Number(last?.total_compressed_size ?? 0);
      if (last && this.output.retract?.(size)) {
        this.writer.offset -= size;
        this.tryFooter(metadataOf(Number(last.num_rows)));
      }
      throw error;
    }
  }

  private tryFooter(metadata: KeyValue[]): void {
    try {
      this.writeFooter(metadata);
    } catch {}
  }

  private writeFooter(metadata: KeyValue[]): void {
    const { writer, schema, groups } = this;
    const start = writer.offset;
    writeMetadata(writer, {
      version: 2,
      created_by: "trace",
      schema,
      num_rows: groups.reduce((sum, { num_rows }) => sum + num_rows, 0n),
      row_groups: groups,
      key_value_metadata: metadata,
      metadata_length: 0,
    });
    writer.appendUint32(MAGIC);
    this.flush(start);
  }

  /** @param start offset of what is flushed, besides the bytes that every file begins with */
  private flush(start: number): void {
    const { writer } = this;
    const { index } = writer;
    writer.index = this.isBegun ? 0 : MAGIC_SIZE;
    try {
      this.output.write(new Uint8Array(writer.buffer), index);
    } catch (error) {
      writer.offset = start;
      throw error;
    }
    writer.index = 0;
    this.isBegun = true;
  }
}
