/** Words that stand for numbers, made once for each that occurs and not once for each event. */
import { ByteSlice } from "../text/byte-slice.ts";
import { EVENT_KINDS, type EventKind } from "./event-kinds.ts";

/** A program can make up as many values as it likes; no more words than this are kept. */
const MAX_WORDS = 4096;

/** @param make the word for a value; "" where it has none */
export function memoizeWord<K>(make: (key: K) => string): (key: K) => ByteSlice | null {
  const known = new Map<K, ByteSlice | null>();
  let lastKey: K | undefined;
  let last: ByteSlice | null = null;
  return (key) => {
    // Most events are like the one before.
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

/** The same for values whose meaning depends on the kind of event. */
export function memoizeWordByKind<K>(make: (kind: EventKind, key: K) => string) {
  const kinds = new Map(
    EVENT_KINDS.map((kind) => [kind, memoizeWord((key: K) => make(kind, key))]),
  );
  return (kind: EventKind, key: K | null) => (key === null ? null : kinds.get(kind)!(key));
}
