/** Words on one line as a POSIX shell takes them apart again; Python: shlex.split. */
import { ByteSlice } from "./byte-slice.ts";

const PLAIN = /^[\w@%+=:,./-]+$/;

/** The bytes of each word, in single quotes where it has others than letters and a few signs. */
export function shellQuote(words: readonly ByteSlice[]): ByteSlice {
  // latin1 stands for bytes here: each character is one.
  const quoted = words.map(({ bytes, start, length }) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("latin1");
    return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  });
  return new ByteSlice(Buffer.from(quoted.join(" "), "latin1"));
}
