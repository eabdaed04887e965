/** Names in a summary are strings with one character a byte (latin1); here they become text. */
import { sequenceLength } from "./utf8.ts";

/** The bytes of a name as such a string. */
export function decodeLatin1(bytes: Uint8Array, start = 0, length = bytes.length - start): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("latin1");
}

function decodeUtf8(name: string, invalid: (byte: number) => string): string {
  const bytes = Buffer.from(name, "latin1");
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at, bytes.length);
    text += length ? bytes.toString("utf8", at, at + length) : invalid(bytes[at]);
    at += Math.max(length, 1);
  }
  return text;
}

const ASCII = /^[\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function hexEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** For a person: what would drive a terminal, and what is no UTF-8, stands as \xHH or \uHHHH. */
export function printable(name: string): string {
  if (ASCII.test(name)) return name;
  return decodeUtf8(name, hexEscape).replace(CONTROLS, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? hexEscape(code) : `\\u${code.toString(16)}`;
  });
}

/** For JSON: a byte that is no UTF-8 becomes U+DC00 + byte, as in the record. */
export function surrogateEscape(name: string): string {
  return ASCII.test(name) ? name : decodeUtf8(name, (byte) => String.fromCharCode(0xdc00 + byte));
}
