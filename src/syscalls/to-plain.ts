/**
 * Converts decoded values to plain JavaScript values for the library: integers are numbers, a bit set
 * has `has`, an fd is { fd, path }, a struct is an object, text is a string, NULL is null.
 * argument-types.ts declares the types.
 */
import { sequenceLength } from "../text/utf8.ts";
import type { Decoded, Text } from "./argument-types.ts";
import { abstractNameText, straceText } from "./strace-text.ts";
import type { NamedArgument, PartsValue, Value } from "./value.ts";
import { waitOutcome } from "./wait-status.ts";

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

/** Returns a lone unnamed number as a bigint, other parts as text. */
function toPlainParts(value: PartsValue): Decoded {
  const [first, ...others] = value.parts;
  return typeof first !== "string" && others.length === 0 ? BigInt(first) : straceText(value);
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
    case "null":
      return null;
    case "symbol":
      return value.name;
    case "host":
      return value.host;
    case "abstract-name":
      return fromLatin1(`@${abstractNameText(value)}`);
    case "wait-status":
      return waitOutcome(value.status);
    case "parts":
      return toPlainParts(value);
    case "mask":
      return value.value === 0n ? straceText(value) : value.value;
    case "field":
      return toPlain(value.value);
    case "random-bytes":
    case "mode":
    case "macro":
    case "set":
    case "change":
    case "siginfo":
      return straceText(value);
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
