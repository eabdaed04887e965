/** Quotes strings as strace does: C escapes, octal or hexadecimal ones for other bytes. */
import type { StringStyle } from "./text-style.ts";
import type { StringValue } from "./value.ts";

const ESCAPES: Readonly<Record<number, string>> = {
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  34: '\\"',
  92: "\\\\",
};
const PRINTABLE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** Bytes that make a string hexadecimal with -x: neither printable nor white space. */
const NOT_ASCII = /[^\t\n\v\f\r\x20-\x7e]/;

const isOctalDigit = (byte: number | undefined) => byte !== undefined && byte >> 3 === 6;
const hexEscape = (byte: number) => `\\x${byte.toString(16).padStart(2, "0")}`;

/** Returns an octal escape, as short as the following byte allows. */
function octalEscape(byte: number, next: number | undefined): string {
  return `\\${byte.toString(8).padStart(isOctalDigit(next) ? 3 : 1, "0")}`;
}

function escapeBytes(bytes: Uint8Array, inHex: boolean): string {
  let text = "";
  for (const [index, byte] of bytes.entries()) {
    const letter = ESCAPES[byte];
    if (letter !== undefined) text += letter;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += inHex ? hexEscape(byte) : octalEscape(byte, bytes[index + 1]);
  }
  return text;
}

/** Escapes bytes for quotation marks around them. */
export function escapedText(bytes: Uint8Array, style: StringStyle): string {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  if (style === "all" || (style === "non-ascii" && NOT_ASCII.test(raw)))
    return Array.from(bytes, hexEscape).join("");
  return PRINTABLE.test(raw) ? raw : escapeBytes(bytes, style === "non-ascii-chars");
}

/** Quotes and escapes bytes; truncated ones end with "...". */
export function quotedText(
  { bytes, cut }: Pick<StringValue, "bytes" | "cut">,
  style: StringStyle,
): string {
  return `"${escapedText(bytes, style)}"${cut ? "..." : ""}`;
}
