/** Quotes words for a POSIX shell: sh, or Python's shlex.split, gives them back byte for byte. */
import { ByteSlice } from "./byte-slice.ts";

const PLAIN = /^[\w@%+=:,./-]+$/;

/** Joins words by spaces; puts a word in single quotes unless it has only characters of `PLAIN`. */
export function shellQuote(words: readonly ByteSlice[]): ByteSlice {
  // latin1 has one character per byte.
  const quoted = words.map(({ bytes, start, length }) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("latin1");
    return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  });
  return new ByteSlice(Buffer.from(quoted.join(" "), "latin1"));
}
