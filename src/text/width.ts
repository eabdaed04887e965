/** How many columns of a terminal characters take: East Asian Width (UAX #11), wcwidth(3). */
import { codePoint, sequenceLength } from "./utf8.ts";

type Ranges = readonly (readonly [first: number, last: number])[];

const COMBINING: Ranges = [
  [0x300, 0x36f],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
];
const WIDE: Ranges = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

const inRanges = (code: number, ranges: Ranges) =>
  ranges.some(([first, last]) => code >= first && code <= last);

/** The columns that well-formed UTF-8 takes, for most scripts; a byte that is not takes one. */
export function widthOf(bytes: Uint8Array, start: number, end: number): number {
  let width = 0;
  for (let at = start; at < end; ) {
    const length = bytes[at] < 0x80 ? 1 : Math.max(1, sequenceLength(bytes, at, end));
    const code = length === 1 ? 0 : codePoint(bytes, at, length);
    width += code === 0 ? 1 : inRanges(code, COMBINING) ? 0 : inRanges(code, WIDE) ? 2 : 1;
    at += length;
  }
  return width;
}
