/**
 * Converts decoded values to plain JavaScript values for the library: integers are numbers, a bit set
 * has `has`, an fd is { fd, path }, a struct is an object, text is a string, NULL is null.
 * argument-types.ts declares the types.
 */
import { sequenceLength } from "../text/utf8.ts";
import type { Decoded, Text } from "./argument-types.ts";
import type { NamedArgument, Value } from "./value.ts";
import { type Plain, plainWord } from "./word.ts";

/** An address that strace shows beside what is there, as that of envp. */
const ADDRESS = /^0x[0-9a-f]+$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes bytes as UTF-8. An invalid byte becomes a character from U+DC80 to U+DCFF, as in Python's
 * surrogateescape, so that `bytesOf` restores the bytes.
 */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeWithEscapes(bytes);
  }
}

/** Decodes well-formed runs at once and escapes the bytes between them. */
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

/** Returns the bytes that `textOf` decoded. */
export function bytesOf(text: string): Uint8Array {
  const parts = text.split(/([\udc80-\udcff])(?<![\ud800-\udbff][\udc80-\udcff])/);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 1 ? Buffer.of(part.charCodeAt(0) & 0xff) : Buffer.from(part),
    ),
  );
}

/** Decodes a name that has one character per byte. */
const fromLatin1 = (text: string): string => textOf(Buffer.from(text, "latin1"));

/** Returns a bigint only if a number would lose digits. */
export function toNumber(value: number | bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function toPlainWord(plain: Plain): Decoded {
  if (typeof plain === "string") return ADDRESS.test(plain) ? BigInt(plain) : fromLatin1(plain);
  return plain;
}

/** Returns a plain value that shares no memory with the traced program's. */
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

/** Returns an object of plain values by name. */
export function toPlainObject(values: readonly NamedArgument[]): {
  readonly [name: string]: Decoded;
} {
  return Object.fromEntries(values.map(([name, value]) => [name, toPlain(value)]));
}

/** Returns the path of an fd that a call returned. */
export function toPlainPath(path: string | undefined): Text | undefined {
  return path === undefined ? undefined : fromLatin1(path);
}
