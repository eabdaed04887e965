/** Decodes UTF-8 strictly: RFC 3629, table 3-7 of the Unicode standard. */

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;

/**
 * Returns the length in bytes of the well-formed sequence at `bytes[at]`: 1 to 4, or 0 for a stray
 * continuation byte, a truncated or overlong form, a surrogate, or a value above U+10FFFF. Does not
 * read at or beyond `end`.
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

/** Excludes the overlong forms of three (E0) and four (F0) bytes. */
const minSecondByte = (lead: number): number =>
  lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;

/** Excludes surrogates (ED) and values above U+10FFFF (F4). */
const maxSecondByte = (lead: number): number =>
  lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;

/** Returns the code point of a well-formed sequence. */
export function codePoint(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at];
  let code = bytes[at] & (0x7f >> length);
  for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i] & 0x3f);
  return code;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes bytes; `replace` returns the text for each byte that is not part of a valid sequence. */
export function decodeUtf8(bytes: Uint8Array, replace: (byte: number) => string): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeInvalid(bytes, replace);
  }
}

/** Decodes the valid runs in one piece each. */
function decodeInvalid(bytes: Uint8Array, replace: (byte: number) => string): string {
  let text = "";
  let runStart = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at, bytes.length);
    if (length === 0) {
      text += strict.decode(bytes.subarray(runStart, at)) + replace(bytes[at]);
      runStart = at + 1;
    }
    at += Math.max(length, 1);
  }
  return text + strict.decode(bytes.subarray(runStart));
}
