/**
 * Writes column chunks: the values of one column in one row group.
 * https://parquet.apache.org/docs/file-format/data-pages/
 */
import type { ColumnChunk, Encoding, SchemaElement } from "hyparquet";
import { writeDataPageV2 } from "hyparquet-writer/src/datapage.js";
import { writeDictionaryPage } from "hyparquet-writer/src/dictionary.js";

const CODEC = "ZSTD";
const ZSTD_LEVEL = 1;
const COMPRESSORS = {
  [CODEC]: (bytes: Uint8Array) =>
    Bun.zstdCompressSync(bytes as Uint8Array<ArrayBuffer>, { level: ZSTD_LEVEL }),
};

export type Writer = Parameters<typeof writeDictionaryPage>[0];
type PageData = Parameters<typeof writeDataPageV2>[0]["pageData"];

/** The values that a column has in a row group. */
export interface ChunkValues {
  /** Values without those that are missing: indexes of a dictionary, or the values themselves. */
  readonly values: readonly number[] | BigInt64Array;
  readonly dictionary?: readonly (number | bigint | Uint8Array)[];
  /** Of each value, whether it is there, and for lists where it is missing; see `Levels`. */
  readonly definitions: ArrayLike<number>;
  /** Of each value of a list, 0 for the first; of other columns 0 for each row. */
  readonly repetitions: ArrayLike<number>;
  readonly min?: number | bigint;
  readonly max?: number | bigint;
}

/** The place of a column in the schema. */
export interface Leaf {
  /** From the root of the schema to the element that has the type. */
  readonly path: SchemaElement[];
  /** The definition level of a value that is there. */
  readonly maxDefinition: number;
}

/** Writes the pages of a chunk. @returns what the footer says of it */
export function writeChunk(writer: Writer, leaf: Leaf, chunk: ChunkValues): ColumnChunk {
  const { path, maxDefinition: maxDefinitionLevel } = leaf;
  const { values, dictionary, definitions, repetitions, min, max } = chunk;
  const element = path[path.length - 1];
  const names = path.slice(1).map(({ name }) => name);
  const column = {
    columnName: names.join("."),
    element,
    schemaPath: path,
    codec: CODEC,
    compressors: COMPRESSORS,
    ...{ stats: false, pageSize: 0, columnIndex: false, offsetIndex: false },
  } as const;
  const start = writer.offset;
  let size = 0;
  const hasDictionary = dictionary !== undefined && values.length > 0;
  if (hasDictionary) size += writeDictionaryPage(writer, column, dictionary as unknown[]);
  const pageStart = writer.offset;
  const encoding = encodingOf(values, hasDictionary);
  const pageData = {
    values,
    definitionLevels: definitions,
    repetitionLevels: repetitions,
    maxDefinitionLevel,
  } as unknown as PageData;
  size += writeDataPageV2({ writer, column, encoding, pageData });
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: element.type ?? "BYTE_ARRAY",
      encodings: hasDictionary ? ["PLAIN", encoding] : [encoding],
      path_in_schema: names,
      codec: CODEC,
      num_values: BigInt(definitions.length),
      total_uncompressed_size: BigInt(size),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(pageStart),
      dictionary_page_offset: hasDictionary ? BigInt(start) : undefined,
      statistics: {
        min_value: min,
        max_value: max,
        null_count: BigInt(definitions.length - values.length),
      },
    },
  };
}

function encodingOf(values: ChunkValues["values"], hasDictionary: boolean): Encoding {
  if (values.length === 0) return "PLAIN";
  return hasDictionary ? "RLE_DICTIONARY" : "DELTA_BINARY_PACKED";
}
