/**
 * The width of text in terminal columns. Bun.stringWidth has the tables of Unicode (East Asian width,
 * combining characters, emoji sequences); this file is the only pure one that may use Bun, and only
 * that function, which reads nothing but its argument.
 */

/** Returns the width of a text. */
export function textWidth(text: string): number {
  return Bun.stringWidth(text);
}

/** Returns the width of UTF-8 in `bytes[start, end)`; makes a string only if it is not ASCII. */
export function utf8Width(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++)
    if (bytes[at] >= 0x80)
      return textWidth(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString());
  return end - start;
}

/** Appends spaces to a text up to a width. */
export function padToWidth(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Shortens a text to at most `width` columns, ending in `…` if it is truncated. */
export function truncateToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let end = 0;
  let used = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    used += textWidth(segment);
    if (used >= width) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end)}…`;
}
