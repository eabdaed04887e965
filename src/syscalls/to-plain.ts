/**
 * Decoded values as a program wants them, to be kept: numbers are numbers, a bit set has `has`, an fd
 * is { fd, path }, a struct is an object, text is a string, NULL is null. shapes.ts has their types.
 */
import { sequenceLength } from "../text/utf8.ts";
import type { Decoded, Text } from "./argument-types.ts";
import type { NamedArgument, Value } from "./value.ts";
import { type Plain, plainWord } from "./word.ts";

/** An address that strace shows beside what is there, as that of envp. */
const ADDRESS = /^0x[0-9a-f]+$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Bytes as a string. A byte that is no UTF-8 becomes a character from U+DC80 to U+DCFF, as Python's
 * surrogateescape has it, so that `bytesOf` gives the bytes back.
 */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeWithEscapes(bytes);
  }
}

/** What is well-formed in one piece, and each byte between. */
function decodeWithEscapes(bytes: Uint8Array): string {
  let text = "";
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at, bytes.length);
    if (length === 0) {
      text += utf8.decode(bytes.subarray(from, at)) + String.fromCharCode(0xdc00 | bytes[at]);
      from = at + 1;
    }
    at += Math.max(length, 1);
  }
  return text + utf8.decode(bytes.subarray(from));
}

/** The bytes of a text that `textOf` made. */
export function bytesOf(text: string): Uint8Array {
  const parts = text.split(/([\udc80-\udcff])(?<![\ud800-\udbff][\udc80-\udcff])/);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 1 ? Buffer.of(part.charCodeAt(0) & 0xff) : Buffer.from(part),
    ),
  );
}

/** Names that stand as one character a byte. */
const fromLatin1 = (text: string): string => textOf(Buffer.from(text, "latin1"));

/** A bigint only where a number would lose digits. */
export function toNumber(value: number | bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function toPlainWord(plain: Plain): Decoded {
  if (typeof plain === "string") return ADDRESS.test(plain) ? BigInt(plain) : fromLatin1(plain);
  return plain;
}

/** A value that may be kept. */
export function toPlain(value: Value): Decoded {
  switch (value.kind) {
    case "integer":
      return toNumber(value.value);
    case "named":
      return value;
    case "string":
      return textOf(value.bytes);
    case "pointer":
      return value.address;
    case "fd":
      return value.path === undefined
        ? { fd: value.fd }
        : { fd: value.fd, path: fromLatin1(value.path) };
    case "struct":
      return toPlainObject(value.fields);
    case "array":
      return value.items.map(toPlain);
    case "word":
      return toPlainWord(plainWord(value.text));
  }
}

/** Values by name. */
export function toPlainObject(values: readonly NamedArgument[]): {
  readonly [name: string]: Decoded;
} {
  return Object.fromEntries(values.map(([name, value]) => [name, toPlain(value)]));
}

/** Where the fd leads that a call gave. */
export function toPlainPath(path: string | undefined): Text | undefined {
  return path === undefined ? undefined : fromLatin1(path);
}
