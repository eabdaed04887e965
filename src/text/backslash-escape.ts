/**
 * Names as valid Unicode text that keeps every byte, for readers that take no lone surrogates: a byte
 * that is not part of valid UTF-8 is `\\xHH`, and a backslash is two. docs/formats.md#names-that-are-no-utf-8.
 */
import { encodeLatin1 } from "./latin1.ts";
import { escapeUnit, unescapeBytes } from "./surrogate-escape.ts";
import { decodeUtf8 } from "./utf8.ts";

const NEEDS_ESCAPE = /[\\\0\x80-\xff]/;
const ESCAPE = /\\(?:\\|x([0-9a-f]{2}))/g;

const hexEscape = (byte: number) => `\\x${byte.toString(16).padStart(2, "0")}`;

function escapeBytes(bytes: Uint8Array): string {
  return decodeUtf8(bytes, hexEscape);
}

/** Returns a latin1 name as text. */
export function backslashEscape(name: string): string {
  if (!NEEDS_ESCAPE.test(name)) return name;
  return escapeBytes(encodeLatin1(name.replaceAll("\\", "\\\\").replaceAll("\0", "\\x00")));
}

/** Returns the latin1 name of what an escaped name is as UTF-8, one character per byte. */
export function backslashUnescape(latin1: string): string {
  return latin1.replace(ESCAPE, (_, hex: string | undefined) =>
    hex === undefined ? "\\" : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Returns a text as surrogate-escape.ts has it: bytes that are not UTF-8 are lone surrogates. */
export function toSurrogates(text: string): string {
  return text.replace(ESCAPE, (_, hex: string | undefined) => {
    if (hex === undefined) return "\\";
    const byte = Number.parseInt(hex, 16);
    return String.fromCharCode(byte < 0x80 ? byte : escapeUnit(byte));
  });
}

/** Escapes the strings of a JSON value, in which bytes that are not UTF-8 are lone surrogates. */
export function escapeStrings(value: unknown): unknown {
  if (typeof value === "string")
    return backslashEscape(Buffer.from(unescapeBytes(value)).toString("latin1"));
  if (Array.isArray(value)) return value.map(escapeStrings);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, escapeStrings(member)]),
  );
}

/** Undoes `escapeStrings`. */
export function unescapeStrings(value: unknown): unknown {
  if (typeof value === "string") return toSurrogates(value);
  if (Array.isArray(value)) return value.map(unescapeStrings);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, unescapeStrings(member)]),
  );
}
