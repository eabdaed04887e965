/**
 * A map from a file system's id and a file's handle to a value, looked up where they stand in the
 * kernel's bytes: no string and no object per look-up, and none per key.
 */

const MIN_SLOTS = 256;

export class HandleMap<V> {
  /** The numbers of entries, from 1 on: a power of two of them, at most half full. */
  private slots = new Int32Array(MIN_SLOTS);
  /** Of each entry its hash, its key's length, and where its key begins in `words`. */
  private hashes = new Int32Array(MIN_SLOTS / 2);
  private lengths = new Uint16Array(MIN_SLOTS / 2);
  private starts = new Uint32Array(MIN_SLOTS / 2);
  private keyWords = new Int32Array(MIN_SLOTS * 4);
  private keyWordCount = 0;
  private all: V[] = [];

  get size(): number {
    return this.all.length;
  }

  /** @param at where the key begins in `view`, `length` bytes of it */
  get(view: DataView, at: number, length: number): V | undefined {
    const entry = this.slots[this.findSlot(view, at, length, hashOf(view, at, length))];
    return entry === 0 ? undefined : this.all[entry - 1];
  }

  set(view: DataView, at: number, length: number, value: V): void {
    const hash = hashOf(view, at, length);
    const slot = this.findSlot(view, at, length, hash);
    if (this.slots[slot] !== 0) {
      this.all[this.slots[slot] - 1] = value;
      return;
    }
    this.reserve(length);
    const entry = this.all.length;
    this.hashes[entry] = hash;
    this.lengths[entry] = length;
    this.starts[entry] = this.keyWordCount;
    for (let word = 0; word < length; word += 4)
      this.keyWords[this.keyWordCount++] = keyWordAt(view, at + word, at + length);
    this.all.push(value);
    this.slots[slot] = entry + 1;
    if (this.all.length * 2 > this.slots.length) this.rehash(this.slots.length * 2);
  }

  /** Forgets what is not to be kept. */
  retain(wanted: (value: V) => boolean): void {
    const { all, keyWords, starts } = this;
    this.all = [];
    this.keyWordCount = 0;
    for (const [entry, value] of all.entries()) {
      if (!wanted(value)) continue;
      const kept = this.all.length;
      const count = (this.lengths[entry] + 3) >> 2;
      keyWords.copyWithin(this.keyWordCount, starts[entry], starts[entry] + count);
      this.hashes[kept] = this.hashes[entry];
      this.lengths[kept] = this.lengths[entry];
      starts[kept] = this.keyWordCount;
      this.keyWordCount += count;
      this.all.push(value);
    }
    this.rehash(this.slots.length);
  }

  /** All values, in no order. */
  values(): readonly V[] {
    return this.all;
  }

  /** Where the key is, or is to be. */
  private findSlot(view: DataView, at: number, length: number, hash: number): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] - 1;
      if (entry < 0 || (hashes[entry] === hash && this.keyEquals(entry, view, at, length)))
        return slot;
    }
  }

  private keyEquals(entry: number, view: DataView, at: number, length: number): boolean {
    if (this.lengths[entry] !== length) return false;
    const start = this.starts[entry];
    for (let word = 0; word < length; word += 4)
      if (keyWordAt(view, at + word, at + length) !== this.keyWords[start + (word >> 2)])
        return false;
    return true;
  }

  private reserve(length: number): void {
    if (this.all.length === this.hashes.length) {
      this.hashes = doubled(this.hashes);
      this.lengths = doubled(this.lengths);
      this.starts = doubled(this.starts);
    }
    while (this.keyWordCount * 4 + length > this.keyWords.byteLength)
      this.keyWords = doubled(this.keyWords);
  }

  /** Deals the entries out anew. */
  private rehash(size: number): void {
    this.slots = new Int32Array(size);
    for (let entry = 0; entry < this.all.length; entry++) {
      let slot = this.hashes[entry] & (size - 1);
      while (this.slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.slots[slot] = entry + 1;
    }
  }
}

/** The same numbers with as much room again. */
export function doubled<T extends Int32Array | Uint32Array | Uint16Array | Uint8Array>(from: T): T {
  const to = new (from.constructor as new (length: number) => T)(from.length * 2);
  to.set(from);
  return to;
}

/** Four bytes, or as many as there are before `end`. */
function keyWordAt(view: DataView, at: number, end: number): number {
  if (at + 4 <= end) return view.getInt32(at, true);
  let word = 0;
  for (let byte = at; byte < end; byte++) word |= view.getUint8(byte) << ((byte - at) * 8);
  return word;
}

function hashOf(view: DataView, at: number, length: number): number {
  let hash = length;
  for (let word = at; word < at + length; word += 4) {
    hash = Math.imul(hash ^ keyWordAt(view, word, at + length), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
