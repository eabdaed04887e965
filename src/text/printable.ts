/** Names and messages as they may be shown on a terminal. */
import { encodeLatin1 } from "./latin1.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Characters that control a terminal, reorder the text around them, or are invisible. */
const UNSAFE: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f], // C0
  [0x7f, 0x9f], // DEL, C1
  [0xad, 0xad], // soft hyphen
  [0x61c, 0x61c], // Arabic letter mark
  [0x180e, 0x180e], // Mongolian vowel separator
  [0x200b, 0x200f], // zero-width space and joiners, left-to-right and right-to-left mark
  [0x2028, 0x202e], // line and paragraph separator, bidi embeddings and overrides
  [0x2060, 0x206f], // word joiner, invisible operators, bidi isolates
  [0xfeff, 0xfeff], // byte order mark
  [0xfff9, 0xfffb], // interlinear annotation
  [0xe0000, 0xe0fff], // tags
];

/** Whether a character must not be written to a terminal. */
export function isUnsafe(code: number): boolean {
  return UNSAFE.some(([first, last]) => code >= first && code <= last);
}

const ASCII = /^[\x20-\x7e]*$/;
const NON_ASCII = /[^\x20-\x7e]/gu;

function hexEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

function escapeUnsafe(character: string): string {
  const code = character.codePointAt(0)!;
  if (!isUnsafe(code)) return character;
  if (code < 0x100) return hexEscape(code);
  const digits = code.toString(16).padStart(4, "0");
  return code < 0x10000 ? `\\u${digits}` : `\\u{${digits}}`;
}

/** Escapes the unsafe characters of a text as `\xHH`, `\uHHHH` or `\u{HHHHH}`. */
export function printableText(text: string): string {
  return ASCII.test(text) ? text : text.replace(NON_ASCII, escapeUnsafe);
}

/** Decodes a latin1 name; escapes unsafe characters, and bytes that are not UTF-8 as `\xHH`. */
export function printable(name: string): string {
  return ASCII.test(name) ? name : printableText(decodeUtf8(encodeLatin1(name), hexEscape));
}
