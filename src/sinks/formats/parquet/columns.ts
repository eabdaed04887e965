/**
 * The columns of a Parquet file: how a column of events is typed, and its values of one row group.
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
 */
import type { ColumnChunk, SchemaElement } from "hyparquet";
import type { Column, IntegerType, Time } from "../../../events/column.ts";
import type { ProcessChain } from "../../../events/process-chain.ts";
import type { NamedArgument } from "../../../syscalls/value.ts";
import { ByteSlice } from "../../../text/byte-slice.ts";
import { Encoder } from "../encoder.ts";
import { ValuesEncoder } from "../json-values.ts";
import { writeChain } from "../process-chain.ts";
import { type Leaf, type Writer, writeChunk } from "./chunk.ts";
import { NameTable } from "./name-table.ts";

/** Rows of a row group at most. */
export const GROUP_ROWS = 1 << 14;

const NANOSECONDS = 1_000_000_000n;
/** A value that is missing. */
const NONE = -1;
/** Definition levels of lists: docs/file-format/nestedencoding of Parquet. */
const LIST_ABSENT = 0;
const LIST_EMPTY = 1;
const LIST_ELEMENT = 3;
const NO_REPETITIONS = new Uint8Array(GROUP_ROWS);

export interface ParquetColumn<E> {
  /** Its elements of the schema: one, or those of a list. */
  readonly schema: readonly SchemaElement[];
  /** Bytes of the names that its values refer to. */
  readonly size: number;
  /** Keeps the value of an event, in the place of any that was kept for the row before. */
  add(event: E, row: number): void;
  /** Writes the values of the first rows, and forgets them. */
  write(writer: Writer, root: SchemaElement, rows: number): ColumnChunk;
}

const TEXT = {
  type: "BYTE_ARRAY",
  converted_type: "UTF8",
  logical_type: { type: "STRING" },
} as const satisfies Partial<SchemaElement>;

/** UTC. Not marked as such: DuckDB would then keep microseconds only. */
const TIMESTAMP = {
  type: "INT64",
  logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "NANOS" },
} as const satisfies Partial<SchemaElement>;

/** Seconds. A DECIMAL of 18 digits fits into 64 bits. */
const DURATION = {
  type: "INT64",
  converted_type: "DECIMAL",
  precision: 18,
  scale: 9,
} as const satisfies Partial<SchemaElement>;

interface IntegerInfo {
  /** Without a logical type, whose width the library encodes so that DuckDB refuses it. */
  readonly element: Partial<SchemaElement>;
  /** Converts to the type: what does not fit wraps, as in C. */
  readonly convert: (value: number | bigint) => number | bigint;
}

const INTEGERS: Readonly<Record<IntegerType, IntegerInfo>> = {
  int32: { element: { type: "INT32" }, convert: (value) => Number(value) | 0 },
  uint32: {
    element: { type: "INT32", converted_type: "UINT_32" },
    convert: (value) => Number(value) >>> 0,
  },
  int64: { element: { type: "INT64" }, convert: (value) => BigInt.asIntN(64, BigInt(value)) },
  uint64: {
    element: { type: "INT64", converted_type: "UINT_64" },
    convert: (value) => BigInt.asUintN(64, BigInt(value)),
  },
};

/** Returns a column whose values may all be missing. */
export function toParquet<E>(column: Column<E>): ParquetColumn<E> {
  const { key } = column;
  switch (column.kind) {
    case "integer":
      return new IntegerColumn(key, column.type ?? "int64", (event) => column.of(event));
    case "time":
      return new TimeColumn(key, column.isDuration === true, (event) => column.of(event));
    case "list":
      return new ListColumn(key, (event) => column.of(event));
    case "chain":
      return new TextColumn(
        key,
        false,
        chainText((event) => column.of(event)),
      );
    case "values":
      return new TextColumn(
        key,
        false,
        valuesText((event) => column.of(event)),
      );
    case "word":
    case "bytes":
      return new TextColumn(key, true, (event) => column.of(event));
  }
}

const optional = (name: string, type: Partial<SchemaElement>): SchemaElement => ({
  ...type,
  name,
  repetition_type: "OPTIONAL",
});

/** A column whose values are indexes of a dictionary. */
abstract class DictionaryColumn<E> implements ParquetColumn<E> {
  readonly schema: readonly SchemaElement[];
  abstract readonly size: number;
  private readonly indexes = new Int32Array(GROUP_ROWS);

  constructor(element: SchemaElement) {
    this.schema = [element];
  }

  add(event: E, row: number): void {
    this.indexes[row] = this.indexOf(event);
  }

  write(writer: Writer, root: SchemaElement, rows: number): ColumnChunk {
    const { indexes } = this;
    // The library iterates over values, which is slow for typed arrays.
    const values: number[] = [];
    const definitions = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) {
      const index = indexes[row];
      if (index === NONE) continue;
      definitions[row] = 1;
      values.push(index);
    }
    const [element] = this.schema;
    return writeChunk(writer, flat(root, element), {
      ...this.take(),
      values,
      definitions,
      repetitions: NO_REPETITIONS.subarray(0, rows),
    });
  }

  /** Returns the index of an event's value, or NONE. */
  protected abstract indexOf(event: E): number;

  /** Returns the dictionary, and forgets it. */
  protected abstract take(): {
    dictionary: (number | bigint | Uint8Array)[];
    min?: number | bigint;
    max?: number | bigint;
  };
}

const flat = (root: SchemaElement, element: SchemaElement): Leaf => ({
  path: [root, element],
  maxDefinition: 1,
});

class TextColumn<E> extends DictionaryColumn<E> {
  private readonly names: NameTable;
  private readonly of: (event: E) => ByteSlice | null;

  /** @param escapes whether the text is a name, which may be no UTF-8 */
  constructor(name: string, escapes: boolean, of: (event: E) => ByteSlice | null) {
    super(optional(name, TEXT));
    this.names = new NameTable(escapes);
    this.of = of;
  }

  get size(): number {
    return this.names.size;
  }

  protected indexOf(event: E): number {
    const slice = this.of(event);
    return slice === null ? NONE : this.names.add(slice);
  }

  protected take() {
    return { dictionary: this.names.take() };
  }
}

class IntegerColumn<E> extends DictionaryColumn<E> {
  readonly size = 0;
  private readonly type: IntegerType;
  private readonly of: (event: E) => number | bigint | null;
  private readonly known = new Map<number | bigint, number>();
  private lastValue: number | bigint | null = null;
  private lastIndex = NONE;

  constructor(name: string, type: IntegerType, of: (event: E) => number | bigint | null) {
    super(optional(name, INTEGERS[type].element));
    this.type = type;
    this.of = of;
  }

  protected indexOf(event: E): number {
    const value = this.of(event);
    if (value === this.lastValue) return this.lastIndex;
    this.lastValue = value;
    this.lastIndex = value === null ? NONE : this.find(value);
    return this.lastIndex;
  }

  private find(value: number | bigint): number {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const index = this.known.size;
    this.known.set(value, index);
    return index;
  }

  protected take() {
    const { convert } = INTEGERS[this.type];
    const values = [...this.known.keys()].map(convert);
    this.known.clear();
    this.lastValue = null;
    this.lastIndex = NONE;
    const smaller = (a: number | bigint, b: number | bigint) => (b < a ? b : a);
    const larger = (a: number | bigint, b: number | bigint) => (b > a ? b : a);
    return {
      // An INT32 is signed in the file.
      dictionary: values.map((value) => (typeof value === "number" ? value | 0 : value)),
      ...(values.length ? { min: values.reduce(smaller), max: values.reduce(larger) } : {}),
    };
  }
}

class TimeColumn<E> implements ParquetColumn<E> {
  readonly schema: readonly SchemaElement[];
  readonly size = 0;
  private readonly of: (event: E) => Time | null;
  private readonly values = new BigInt64Array(GROUP_ROWS);
  private readonly definitions = new Uint8Array(GROUP_ROWS);

  constructor(name: string, isDuration: boolean, of: (event: E) => Time | null) {
    this.schema = [optional(name, isDuration ? DURATION : TIMESTAMP)];
    this.of = of;
  }

  add(event: E, row: number): void {
    const time = this.of(event);
    this.definitions[row] = time === null ? 0 : 1;
    if (time !== null)
      this.values[row] = BigInt(time.seconds) * NANOSECONDS + BigInt(time.nanoseconds);
  }

  write(writer: Writer, root: SchemaElement, rows: number): ColumnChunk {
    const definitions = this.definitions.slice(0, rows);
    const values = new BigInt64Array(rows);
    let count = 0;
    for (let row = 0; row < rows; row++)
      if (definitions[row] === 1) values[count++] = this.values[row];
    return this.writeValues(writer, root, values.subarray(0, count), definitions);
  }

  private writeValues(
    writer: Writer,
    root: SchemaElement,
    values: BigInt64Array,
    definitions: Uint8Array,
  ): ColumnChunk {
    const [element] = this.schema;
    let [min] = values;
    let max = min;
    for (let i = 1; i < values.length; i++) {
      const value = values[i];
      if (value < min) min = value;
      if (value > max) max = value;
    }
    const repetitions = NO_REPETITIONS.subarray(0, definitions.length);
    return writeChunk(writer, flat(root, element), { values, definitions, repetitions, min, max });
  }
}

class ListColumn<E> implements ParquetColumn<E> {
  readonly schema: readonly SchemaElement[];
  private readonly of: (event: E) => readonly ByteSlice[] | null;
  private readonly names = new NameTable(true);
  /** The indexes of the words of each row. */
  private lists: (readonly number[] | null)[] = [];

  constructor(name: string, of: (event: E) => readonly ByteSlice[] | null) {
    this.schema = [
      { ...optional(name, { converted_type: "LIST" }), num_children: 1 },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      optional("element", TEXT),
    ];
    this.of = of;
  }

  get size(): number {
    return this.names.size;
  }

  add(event: E, row: number): void {
    this.lists[row] = this.of(event)?.map((word) => this.names.add(word)) ?? null;
  }

  write(writer: Writer, root: SchemaElement, rows: number): ColumnChunk {
    const definitions: number[] = [];
    const repetitions: number[] = [];
    const values: number[] = [];
    for (const list of this.lists.slice(0, rows)) {
      if (!list?.length) {
        definitions.push(list ? LIST_EMPTY : LIST_ABSENT);
        repetitions.push(0);
      }
      for (const [at, index] of (list ?? []).entries()) {
        values.push(index);
        definitions.push(LIST_ELEMENT);
        repetitions.push(at === 0 ? 0 : 1);
      }
    }
    this.lists = [];
    const leaf = { path: [root, ...this.schema], maxDefinition: LIST_ELEMENT };
    const dictionary = this.names.take();
    return writeChunk(writer, leaf, {
      ...{ values, dictionary, definitions, repetitions },
    });
  }
}

/** Returns chains as JSON, each of which is encoded once in a row. */
function chainText<E>(of: (event: E) => ProcessChain | null) {
  const encoder = new Encoder(1024);
  encoder.escapesNames = true;
  let last: ProcessChain | null = null;
  let text = new ByteSlice();
  return (event: E): ByteSlice | null => {
    const chain = of(event);
    if (chain === null || chain === last) return chain && text;
    last = chain;
    writeChain(encoder, chain);
    text = encoder.copied();
    encoder.length = 0;
    return text;
  };
}

function valuesText<E>(of: (event: E) => readonly NamedArgument[] | null) {
  const encoder = new ValuesEncoder(true);
  return (event: E): ByteSlice | null => {
    const values = of(event);
    return values === null ? null : encoder.encode(values);
  };
}
