import { expect, test } from "bun:test";
import { sequenceLength } from "../../src/text/utf8.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Returns the length of the first character according to TextDecoder; 0 if it is malformed. */
function expected(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(4, bytes.length); length++) {
    try {
      strict.decode(bytes.subarray(0, length));
      return length;
    } catch {}
  }
  return 0;
}

const EDGES = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];

test("a sequence has the length that TextDecoder accepts, for every lead byte and the limits of the others", () => {
  for (let lead = 0; lead < 256; lead++) {
    for (const second of EDGES) {
      for (const third of EDGES) {
        for (const fourth of EDGES) {
          const bytes = Uint8Array.of(lead, second, third, fourth);
          expect([bytes, sequenceLength(bytes, 0, 4)]).toEqual([bytes, expected(bytes)]);
        }
      }
    }
  }
});

test("a truncated sequence is malformed, whatever follows the end", () => {
  for (const text of ["é", "€", "😀"]) {
    const bytes = new TextEncoder().encode(text);
    expect(sequenceLength(bytes, 0, bytes.length)).toBe(bytes.length);
    for (let end = 1; end < bytes.length; end++) expect(sequenceLength(bytes, 0, end)).toBe(0);
  }
});
