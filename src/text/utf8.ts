/** Which bytes are well-formed UTF-8: RFC 3629, table 3-7 of the Unicode standard. */

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;

/**
 * The length in bytes of the well-formed sequence that begins at `bytes[at]`: 1 to 4, or 0 where
 * none does (a stray tail, a truncated or overlong form, a surrogate, beyond U+10FFFF).
 * Nothing at or beyond `end` is looked at.
 */
export function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at];
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
  const second = bytes[at + 1];
  if (second < minSecondByte(lead) || second > maxSecondByte(lead)) return 0;
  for (let i = 2; i < length; i++) if (!isContinuation(bytes[at + i])) return 0;
  return length;
}

/** Shuts out the overlong forms of three (E0) and four (F0) bytes. */
const minSecondByte = (lead: number): number =>
  lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;

/** Shuts out surrogates (ED) and what lies beyond U+10FFFF (F4). */
const maxSecondByte = (lead: number): number =>
  lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;

/** The character of a well-formed sequence. */
export function codePoint(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at];
  let code = bytes[at] & (0x7f >> length);
  for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i] & 0x3f);
  return code;
}

/** Unicode's characters that drive a terminal, reorder what is read, or show nothing at all. */
const HIDDEN: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe0fff],
];

/** Whether a person would not see the character for what it is. */
export function isHidden(code: number): boolean {
  return HIDDEN.some(([first, last]) => code >= first && code <= last);
}
