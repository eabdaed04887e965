/**
 * Decoded values as JSON: numbers are numbers, NULL is null, an address is "0x7f…", a bit set is
 * {"flags":["O_RDONLY"],"value":0}, an fd is {"fd":3,"path":"/etc/hosts"}. Bytes are strings, escaped
 * like names.
 */

import { abstractNameText, straceText } from "../../syscalls/strace-text.ts";
import { WITHOUT_PATHS } from "../../syscalls/text-style.ts";
import type {
  FdValue,
  NamedArgument,
  NamedValue,
  Value,
  WaitStatusValue,
} from "../../syscalls/value.ts";
import { waitOutcome } from "../../syscalls/wait-status.ts";
import { ByteSlice } from "../../text/byte-slice.ts";
import { latin1Slice } from "../../text/latin1.ts";
import { Literal } from "./byte-buffer.ts";
import { Encoder } from "./encoder.ts";

const NULL = new Literal("null");
const COMMA = new Literal(",");
const OPEN = new Literal("{");
const CLOSE = new Literal("}");
const OPEN_LIST = new Literal("[");
const CLOSE_LIST = new Literal("]");
const FLAGS = new Literal('{"flags":[');
const FLAGS_VALUE = new Literal('],"value":');
const FD = new Literal('{"fd":');
const FD_SOCKET = new Literal(',"socket":');
const FD_DEVICE = new Literal(',"device":');
const FD_PROCESS = new Literal(',"process":');
const FD_PATH = new Literal(',"path":');

/** Keys are names of arguments and fields, usually few; the limit bounds the cache. */
const MAX_KEYS = 4096;
const keys = new Map<string, Literal>();

function keyLiteral(name: string): Literal {
  let literal = keys.get(name);
  if (!literal) {
    if (keys.size >= MAX_KEYS) keys.clear();
    literal = new Literal(`${JSON.stringify(name)}:`);
    keys.set(name, literal);
  }
  return literal;
}

function writeList<T>(encoder: Encoder, items: readonly T[], write: (item: T) => void): void {
  for (const [index, item] of items.entries()) {
    if (index > 0) encoder.literal(COMMA);
    write(item);
  }
}

function writeText(encoder: Encoder, text: string): void {
  encoder.json(latin1Slice(text));
}

function writeWaitStatus(encoder: Encoder, { status }: WaitStatusValue): void {
  encoder.literal(OPEN);
  writeList(encoder, Object.entries(waitOutcome(status)), ([name, each]) => {
    encoder.literal(keyLiteral(name));
    if (typeof each === "number") encoder.integer(each);
    else writeText(encoder, each);
  });
  encoder.literal(CLOSE);
}

/** Writes a value that is easiest to read as strace writes it. */
function writeStraceText(encoder: Encoder, value: Value): void {
  writeText(encoder, straceText(value));
}

function writeNamed(encoder: Encoder, { names, value }: NamedValue): void {
  encoder.literal(FLAGS);
  writeList(encoder, names, (name) => encoder.json(latin1Slice(name)));
  encoder.literal(FLAGS_VALUE);
  encoder.integer(value);
  encoder.literal(CLOSE);
}

function writeFd(encoder: Encoder, value: FdValue): void {
  const { fd, path, socket, device, process } = value;
  encoder.literal(FD);
  encoder.integer(fd);
  if (path !== undefined) {
    encoder.literal(FD_PATH);
    encoder.json(latin1Slice(path));
  }
  if (socket !== undefined) {
    encoder.literal(FD_SOCKET);
    encoder.json(latin1Slice(socket));
  }
  if (device !== undefined) {
    encoder.literal(FD_DEVICE);
    encoder.json(latin1Slice(device));
  }
  if (process !== undefined) {
    encoder.literal(FD_PROCESS);
    encoder.integer(process);
  }
  encoder.literal(CLOSE);
}

function writeArray(encoder: Encoder, items: readonly Value[]): void {
  encoder.literal(OPEN_LIST);
  writeList(encoder, items, (item) => writeValue(encoder, item));
  encoder.literal(CLOSE_LIST);
}

type Writers = {
  readonly [K in Value["kind"]]: (encoder: Encoder, value: Extract<Value, { kind: K }>) => void;
};

const WRITERS: Writers = {
  integer: (encoder, { value }) => encoder.integer(value),
  named: writeNamed,
  composite: (encoder, value) => writeNamed(encoder, value.whole()),
  string: (encoder, { bytes }) => encoder.json(new ByteSlice(bytes)),
  null: (encoder) => encoder.literal(NULL),
  pointer: (encoder, { address }) => writeText(encoder, `0x${address.toString(16)}`),
  fd: writeFd,
  struct: (encoder, { fields }) => writeValues(encoder, fields),
  array: (encoder, { items }) => writeArray(encoder, items),
  symbol: (encoder, { name }) => writeText(encoder, name),
  host: (encoder, { host }) => writeText(encoder, host),
  "abstract-name": (encoder, value) => writeText(encoder, `@${abstractNameText(value)}`),
  "wait-status": writeWaitStatus,
  field: (encoder, { value }) => writeValue(encoder, value),
  "random-bytes": writeStraceText,
  mode: writeStraceText,
  macro: writeStraceText,
  parts: writeStraceText,
  set: (encoder, value) => writeText(encoder, straceText(value, WITHOUT_PATHS)),
  mask: writeStraceText,
  change: writeStraceText,
  siginfo: writeStraceText,
};

function writeValue(encoder: Encoder, value: Value): void {
  const write = WRITERS[value.kind] as (encoder: Encoder, value: Value) => void;
  write(encoder, value);
}

/** Writes an object of values. */
export function writeValues(encoder: Encoder, values: readonly NamedArgument[]): void {
  encoder.literal(OPEN);
  writeList(encoder, values, ([name, value]) => {
    encoder.literal(keyLiteral(name));
    writeValue(encoder, value);
  });
  encoder.literal(CLOSE);
}

/** Encodes values as JSON for a cell of another format. */
export class ValuesEncoder {
  private readonly encoder = new Encoder(1024);
  private readonly slice = new ByteSlice();

  /** @param escapes whether bytes that are not UTF-8 are escaped by backslashes */
  constructor(escapes = false) {
    this.encoder.escapesNames = escapes;
  }

  /** Returns a slice that is borrowed until the next call. */
  encode(values: readonly NamedArgument[]): ByteSlice {
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
