/**
 * Names as Unicode strings that keep every byte: a byte that is not valid UTF-8 becomes the lone low
 * surrogate U+DC00 + byte, as in Python's surrogateescape (PEP 383).
 */
import { decodeLatin1, encodeLatin1 } from "./latin1.ts";
import { decodeUtf8 } from "./utf8.ts";

const ASCII = /^[\x20-\x7e]*$/;

/** Captures a low surrogate without a high surrogate before it, which is an escaped byte. */
const ESCAPED_BYTE = /([\udc80-\udcff])(?<![\ud800-\udbff][\udc80-\udcff])/;

/** Returns the UTF-16 code unit that escapes a byte. */
export function escapeUnit(byte: number): number {
  return 0xdc00 + byte;
}

/** Returns bytes as a string. */
export function escapeBytes(bytes: Uint8Array): string {
  return decodeUtf8(bytes, (byte) => String.fromCharCode(escapeUnit(byte)));
}

/** Returns the bytes of a string that `escapeBytes`, or JSON.parse of a recorded file, returned. */
export function unescapeBytes(text: string): Uint8Array {
  return Buffer.concat(
    text
      .split(ESCAPED_BYTE)
      .map((part, index) =>
        index % 2 === 1 ? Buffer.of(part.charCodeAt(0) & 0xff) : Buffer.from(part),
      ),
  );
}

/** Returns a latin1 name as a string. */
export function surrogateEscape(name: string): string {
  return ASCII.test(name) ? name : escapeBytes(encodeLatin1(name));
}

/** Returns the latin1 name of a string. */
export function surrogateUnescape(text: string): string {
  return ASCII.test(text) ? text : decodeLatin1(unescapeBytes(text));
}
