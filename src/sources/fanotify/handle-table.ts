/**
 * A map from a file system's id and a file's handle to a value, looked up where they stand in the
 * kernel's bytes: no string and no object per look-up.
 */

interface Entry<V> {
  readonly hash: number;
  readonly length: number;
  readonly words: Int32Array;
  value: V;
}

const LEAST = 256;

export class HandleTable<V> {
  /** A power of two, at most half full. */
  private slots: (Entry<V> | undefined)[] = new Array(LEAST).fill(undefined);
  size = 0;

  /** @param at where the key begins in `view`, `length` bytes of it */
  get(view: DataView, at: number, length: number): V | undefined {
    return this.slots[this.slotOf(view, at, length, hashOf(view, at, length))]?.value;
  }

  set(view: DataView, at: number, length: number, value: V): void {
    const hash = hashOf(view, at, length);
    const slot = this.slotOf(view, at, length, hash);
    const found = this.slots[slot];
    if (found) {
      found.value = value;
      return;
    }
    const words = Int32Array.from({ length: (length + 3) >> 2 }, (_, i) =>
      wordAt(view, at + i * 4, at + length),
    );
    this.slots[slot] = { hash, length, words, value };
    this.size++;
    if (this.size * 2 > this.slots.length) this.keep(() => true);
  }

  /** Forgets what is not to be kept. */
  keep(wanted: (value: V) => boolean): void {
    const kept = this.slots.filter((entry) => entry !== undefined && wanted(entry.value));
    let size = LEAST;
    while (size < kept.length * 4) size *= 2;
    this.slots = new Array(size).fill(undefined);
    this.size = kept.length;
    for (const entry of kept) {
      let slot = entry!.hash & (size - 1);
      while (this.slots[slot]) slot = (slot + 1) & (size - 1);
      this.slots[slot] = entry;
    }
  }

  /** All values, in no order. */
  values(): V[] {
    return this.slots.flatMap((entry) => (entry ? [entry.value] : []));
  }

  /** Where the key is, or is to be. */
  private slotOf(view: DataView, at: number, length: number, hash: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot];
      if (!entry || (entry.hash === hash && isAt(entry, view, at, length))) return slot;
    }
  }
}

function isAt<V>(entry: Entry<V>, view: DataView, at: number, length: number): boolean {
  if (entry.length !== length) return false;
  const { words } = entry;
  for (let i = 0; i < words.length; i++)
    if (wordAt(view, at + i * 4, at + length) !== words[i]) return false;
  return true;
}

/** Four bytes, or as many as there are before `end`. */
function wordAt(view: DataView, at: number, end: number): number {
  if (at + 4 <= end) return view.getInt32(at, true);
  let word = 0;
  for (let byte = at; byte < end; byte++) word |= view.getUint8(byte) << ((byte - at) * 8);
  return word;
}

function hashOf(view: DataView, at: number, length: number): number {
  let hash = length;
  for (let word = at; word < at + length; word += 4) {
    hash = Math.imul(hash ^ wordAt(view, word, at + length), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
