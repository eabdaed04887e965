/** Quotes words for a POSIX shell: sh, or Python's shlex.split, gives them back byte for byte. */
import type { ByteSlice } from "./byte-slice.ts";
import { latin1Slice, sliceToLatin1 } from "./latin1.ts";

const PLAIN = /^[\w@%+=:,./-]+$/;

/** Joins words by spaces; puts a word in single quotes unless it has only characters of `PLAIN`. */
export function shellQuote(words: readonly ByteSlice[]): ByteSlice {
  const quoted = words.map((word) => {
    const text = sliceToLatin1(word);
    return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  });
  return latin1Slice(quoted.join(" "));
}
