/** Memoizes enum-like values as encoded words, so that each is encoded once rather than per event. */
import { ByteSlice } from "../text/byte-slice.ts";

/** A traced program chooses some of the values, so their number is limited. */
const MAX_WORDS = 4096;

/**
 * Returns a function from a value to its encoded word, or to null if it has none.
 * @param make returns the word of a value; "" for none
 */
export function memoizeWord<K>(make: (key: K) => string): (key: K) => ByteSlice | null {
  const known = new Map<K, ByteSlice | null>();
  let lastKey: K | undefined;
  let last: ByteSlice | null = null;
  return (key) => {
    // Most events have the value of the one before.
    if (key === lastKey) return last;
    let slice = known.get(key);
    if (slice === undefined) {
      const text = make(key);
      slice = text ? ByteSlice.from(text) : null;
      if (known.size >= MAX_WORDS) known.clear();
      known.set(key, slice);
    }
    lastKey = key;
    last = slice;
    return slice;
  };
}

/**
 * Like {@link memoizeWord}, for values whose meaning depends on a subject.
 * @param subjects all of them
 */
export function memoizeWordBy<S extends string, K>(
  subjects: readonly S[],
  make: (subject: S, key: K) => string,
) {
  const words = new Map(
    subjects.map((subject) => [subject, memoizeWord((key: K) => make(subject, key))]),
  );
  return (subject: S, key: K | null) => (key === null ? null : words.get(subject)!(key));
}
