/** Memoizes enum-like values as encoded words, so that each is encoded once rather than per event. */
import { ByteSlice } from "../text/byte-slice.ts";
import { EVENT_KINDS, type EventKind } from "./event-kinds.ts";

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

/** Like {@link memoizeWord}, for values whose meaning depends on the kind of event. */
export function memoizeWordByKind<K>(make: (kind: EventKind, key: K) => string) {
  const kinds = new Map(
    EVENT_KINDS.map((kind) => [kind, memoizeWord((key: K) => make(kind, key))]),
  );
  return (kind: EventKind, key: K | null) => (key === null ? null : kinds.get(kind)!(key));
}
