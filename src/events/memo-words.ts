/** Words that stand for numbers, made once for each that occurs and not once for each event. */
import { Slice } from "./column.ts";
import { EVENT_KINDS, type EventKind } from "./event-kinds.ts";

/** A program can make up as many values as it likes; no more words than this are kept. */
const MOST_WORDS = 4096;

/** @param make the word for a value; "" where it has none */
export function remembered<K>(make: (key: K) => string): (key: K) => Slice | null {
  const known = new Map<K, Slice | null>();
  let lastKey: K | undefined;
  let last: Slice | null = null;
  return (key) => {
    // Most events are like the one before.
    if (key === lastKey) return last;
    let slice = known.get(key);
    if (slice === undefined) {
      const text = make(key);
      slice = text ? Slice.of(text) : null;
      if (known.size >= MOST_WORDS) known.clear();
      known.set(key, slice);
    }
    lastKey = key;
    last = slice;
    return slice;
  };
}

/** The same for values whose meaning depends on the kind of event. */
export function rememberedByKind<K>(make: (kind: EventKind, key: K) => string) {
  const kinds = new Map(EVENT_KINDS.map((kind) => [kind, remembered((key: K) => make(kind, key))]));
  return (kind: EventKind, key: K | null) => (key === null ? null : kinds.get(kind)!(key));
}
