/**
 * Names that a JSON record holds, back as they were: a byte that was not UTF-8 stands there as a lone
 * low surrogate, U+DC00 + byte (src/sinks/encoder.ts, PEP 383).
 */

const ASCII = /^[\x20-\x7e]*$/;

/** A low surrogate that no high one stands before: a byte that was no UTF-8. */
const LONE_SURROGATE = /([\udc80-\udcff])(?<![\ud800-\udbff][\udc80-\udcff])/;

/** The name's bytes, one character each (latin1), of a string that JSON.parse gave. */
export function surrogateUnescape(text: string): string {
  if (ASCII.test(text)) return text;
  return text
    .split(LONE_SURROGATE)
    .map((part, index) => {
      if (index % 2) return String.fromCharCode(part.charCodeAt(0) & 0xff);
      return Buffer.from(part).toString("latin1");
    })
    .join("");
}
