/**
 * Decoded values as JSON, so that a program need not take strace's spelling apart: numbers are
 * numbers, NULL is null, an address is "0x7f…", a bit set is {"flags":["O_RDONLY"],"value":0}, an fd
 * is {"fd":3,"path":"/etc/hosts"}, bytes are strings as names are in a record.
 */
import { Slice } from "../../events/column.ts";
import type { FdValue, NamedArgument, NamedValue, Value } from "../../syscalls/value.ts";
import { type Plain, plainWord } from "../../syscalls/word.ts";
import { Encoder, Literal } from "./encoder.ts";

const NULL = new Literal("null");
const COMMA = new Literal(",");
const OPEN = new Literal("{");
const CLOSE = new Literal("}");
const OPEN_LIST = new Literal("[");
const CLOSE_LIST = new Literal("]");
const FLAGS = new Literal('{"flags":[');
const FLAGS_VALUE = new Literal('],"value":');
const FD = new Literal('{"fd":');
const FD_PATH = new Literal(',"path":');

/** Keys are names of arguments and fields: few, but for those of structs that nobody foresaw. */
const MOST_KEYS = 4096;
const keys = new Map<string, Literal>();

function key(name: string): Literal {
  let literal = keys.get(name);
  if (!literal) {
    if (keys.size >= MOST_KEYS) keys.clear();
    literal = new Literal(`${JSON.stringify(name)}:`);
    keys.set(name, literal);
  }
  return literal;
}

const latin1 = (text: string) => new Slice(Buffer.from(text, "latin1"));

function list<T>(encoder: Encoder, items: readonly T[], write: (item: T) => void): void {
  for (const [index, item] of items.entries()) {
    if (index > 0) encoder.literal(COMMA);
    write(item);
  }
}

function plain(encoder: Encoder, value: Plain): void {
  if (value === null) encoder.literal(NULL);
  else if (typeof value === "number") encoder.integer(value);
  else if (typeof value === "string") encoder.json(latin1(value));
  else {
    encoder.literal(OPEN);
    list(encoder, Object.entries(value), ([name, each]) => {
      encoder.literal(key(name));
      plain(encoder, each);
    });
    encoder.literal(CLOSE);
  }
}

function named(encoder: Encoder, { names, value }: NamedValue): void {
  encoder.literal(FLAGS);
  list(encoder, names, (name) => encoder.json(latin1(name)));
  encoder.literal(FLAGS_VALUE);
  encoder.integer(value);
  encoder.literal(CLOSE);
}

function fd(encoder: Encoder, { fd, path }: FdValue): void {
  encoder.literal(FD);
  encoder.integer(fd);
  if (path !== undefined) {
    encoder.literal(FD_PATH);
    encoder.json(latin1(path));
  }
  encoder.literal(CLOSE);
}

function array(encoder: Encoder, items: readonly Value[]): void {
  encoder.literal(OPEN_LIST);
  list(encoder, items, (item) => writeValue(encoder, item));
  encoder.literal(CLOSE_LIST);
}

type Writers = {
  readonly [K in Value["kind"]]: (encoder: Encoder, value: Extract<Value, { kind: K }>) => void;
};

const WRITERS: Writers = {
  integer: (encoder, { value }) => encoder.integer(value),
  named,
  string: (encoder, { bytes }) => encoder.json(new Slice(bytes)),
  pointer: (encoder, { address }) => encoder.json(latin1(`0x${address.toString(16)}`)),
  fd,
  struct: (encoder, { fields }) => writeValues(encoder, fields),
  array: (encoder, { items }) => array(encoder, items),
  word: (encoder, { text }) => plain(encoder, plainWord(text)),
};

function writeValue(encoder: Encoder, value: Value): void {
  const write = WRITERS[value.kind] as (encoder: Encoder, value: Value) => void;
  write(encoder, value);
}

/** An object of values. */
export function writeValues(encoder: Encoder, values: readonly NamedArgument[]): void {
  encoder.literal(OPEN);
  list(encoder, values, ([name, value]) => {
    encoder.literal(key(name));
    writeValue(encoder, value);
  });
  encoder.literal(CLOSE);
}

/** The same as bytes, for a cell. */
export class ValuesText {
  private readonly encoder = new Encoder(1024);
  private readonly slice = new Slice();

  /** Lent until the next call. */
  of(values: readonly NamedArgument[]): Slice {
    writeValues(this.encoder, values);
    this.encoder.drainTo({
      write: (bytes, length) => {
        this.slice.bytes = bytes;
        this.slice.length = length;
      },
    });
    return this.slice;
  }
}
