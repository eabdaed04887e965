/** Names for tests of the formats, and their decoding from JSON. */
import type { Column } from "../../src/events/column.ts";
import { ByteSlice } from "../../src/text/byte-slice.ts";

/** Returns text as UTF-8 and numbers as single bytes: `bytes("a", 0xff)`. */
export function bytes(...parts: (string | number)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => Buffer.from(typeof part === "string" ? part : [part])));
}

/** The columns of an event of two names. */
export const nameColumns: readonly Column<readonly [Uint8Array, Uint8Array]>[] = [
  { name: "comm", key: "comm", about: "", kind: "bytes", of: (event) => new ByteSlice(event[0]) },
  {
    name: "filename",
    key: "fname",
    about: "",
    kind: "bytes",
    of: (event) => new ByteSlice(event[1]),
  },
];

/** Returns the bytes of a name in parsed JSON, as Python's `os.fsencode` does. */
export function bytesOfJson(text: string): Buffer {
  const parts = Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    return code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code & 0xff]) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** Pieces that are difficult for some format, or for code that reads four bytes at a time. */
const PIECES = [
  ...["a", "/usr/lib/x86_64", '"', '""', ",", "\n", "\r\n", "\\", "\t", "\x1b[31m", "\x7f", "\x01"],
  ...["é", "\u0085", "\u009f", "\u00a0", "\u2028", "\u2029", "\u202a", "日本", "😀", "\u{10ffff}"],
].map((text) => bytes(text));

/** Returns a generator of reproducible random numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), seed | 1);
    x = (x + Math.imul(x ^ (x >>> 7), x | 61)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns a name of up to 40 parts: whole pieces, truncated pieces, single bytes (never NUL). */
export function randomName(random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const part = () => {
    const piece = PIECES[below(PIECES.length)];
    const choice = below(4);
    if (choice === 0) return Uint8Array.of(1 + below(255));
    return choice === 1 ? piece.subarray(below(piece.length)) : piece;
  };
  return Buffer.concat(Array.from({ length: below(41) }, part));
}
