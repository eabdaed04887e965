/**
 * Names and messages as they may be shown to a person: the one rule for what is unsafe. On a terminal
 * that is what controls it, reorders text or cannot be seen. In the log of a CI job it is what its
 * runner takes for a command: "##[error]" anywhere in a line, as of Azure Pipelines and GitHub, and
 * "::error::" at the start of one, as of GitHub.
 */
import { encodeLatin1 } from "./latin1.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Characters that control a terminal, reorder the text around them, or are invisible. */
const UNSAFE: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f], // C0
  [0x7f, 0x9f], // DEL, C1
  [0xad, 0xad], // soft hyphen
  [0x61c, 0x61c], // Arabic letter mark
  [0x34f, 0x34f], // combining grapheme joiner
  [0x115f, 0x1160], // Hangul fillers
  [0x17b4, 0x17b5], // Khmer vowels that are not shown
  [0x180b, 0x180f], // Mongolian vowel separator and variation selectors
  [0x200b, 0x200f], // zero-width space and joiners, left-to-right and right-to-left mark
  [0x2028, 0x202e], // line and paragraph separator, bidi embeddings and overrides
  [0x2060, 0x206f], // word joiner, invisible operators, bidi isolates
  [0x3164, 0x3164], // Hangul filler
  [0xfe00, 0xfe0f], // variation selectors
  [0xfeff, 0xfeff], // byte order mark
  [0xffa0, 0xffa0], // half-width Hangul filler
  [0xfff9, 0xfffb], // interlinear annotation
  [0x1bca0, 0x1bca3], // shorthand format controls
  [0x1d173, 0x1d17a], // musical format controls
  [0xe0000, 0xe0fff], // tags
];

/** Whether a character must not be written to a terminal. */
export function isUnsafe(code: number): boolean {
  return UNSAFE.some(([first, last]) => code >= first && code <= last);
}

/** Text that is shown as it is. */
const PLAIN = /^[\x20-\x22\x24-\x7e]*$/;
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

/** The first character of a command: "##[error]", "##vso[…]". */
const COMMAND = /#(?=#[a-z]*\[)/gi;
const ESCAPED_HASH = hexEscape(0x23);
const ESCAPED_COLON = hexEscape(0x3a);

/**
 * Escapes the unsafe characters of a text as `\xHH`, `\uHHHH` or `\u{HHHHH}`. What begins a line of
 * output needs `printableLine` besides.
 */
export function printableText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(NON_ASCII, escapeUnsafe).replace(COMMAND, ESCAPED_HASH);
}

/** Decodes a latin1 name; escapes unsafe characters, and bytes that are not UTF-8 as `\xHH`. */
export function printable(name: string): string {
  return PLAIN.test(name) ? name : printableText(decodeUtf8(encodeLatin1(name), hexEscape));
}

/** Escapes a "::" at the start of a line that consists of printable text. */
export function printableLine(line: string): string {
  return line.replace(/^(\s*):(?=:)/, `$1${ESCAPED_COLON}`);
}

/** Escapes the unsafe characters of JSON, which are all within strings, as `\uHHHH`. */
export function printableJson(json: string): string {
  return json.replace(/[^\n\x20-\x7e]/gu, (character) =>
    isUnsafe(character.codePointAt(0)!) ? unicodeEscapes(character) : character,
  );
}

/** Returns `\uHHHH` for each UTF-16 code unit. */
function unicodeEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, i) => {
    return `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  }).join("");
}

const HASH = 0x23;
const COLON = 0x3a;
const SPACE = 0x20;
const OPENING_BRACKET = 0x5b;

/** Whether a "#" of a name begins a command, in `bytes[at, end)`. */
export function beginsCommand(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== HASH || bytes[at + 1] !== HASH || at + 2 >= end) return false;
  let next = at + 2;
  while (next < end && isLetter(bytes[next])) next++;
  return next < end && bytes[next] === OPENING_BRACKET;
}

const isLetter = (byte: number) => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

/** Whether a name would be a command at the start of a line, where a runner skips white space. */
export function beginsLineCommand(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  if (end - start < 2 || (first !== COLON && first !== SPACE && first < 0x80)) return false;
  const name = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  return /^\s*::/.test(name.toString());
}
