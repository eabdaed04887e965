/** Which bytes are well-formed UTF-8: RFC 3629, table 3-7 of the Unicode standard. */

const isTail = (byte: number): boolean => (byte & 0xc0) === 0x80;

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
  if (second < lowestSecond(lead) || second > highestSecond(lead)) return 0;
  for (let i = 2; i < length; i++) if (!isTail(bytes[at + i])) return 0;
  return length;
}

/** Shuts out the overlong forms of three (E0) and four (F0) bytes. */
const lowestSecond = (lead: number): number => (lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80);

/** Shuts out surrogates (ED) and what lies beyond U+10FFFF (F4). */
const highestSecond = (lead: number): number =>
  lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
