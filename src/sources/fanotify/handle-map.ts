/**
 * A hash map whose keys are a file system id followed by a file handle (name_to_handle_at(2)). Keys
 * are looked up in place in the kernel's bytes, without a string or an object per lookup or key.
 */

const MIN_SLOTS = 256;

export class HandleMap<V> {
  /** Entry numbers from 1; 0 is empty. The size is a power of two, at most half is used. */
  private slots = new Int32Array(MIN_SLOTS);
  /** The hash, the key's length in bytes and the key's start in `keyWords` of each entry. */
  private hashes = new Int32Array(MIN_SLOTS / 2);
  private lengths = new Uint16Array(MIN_SLOTS / 2);
  private starts = new Uint32Array(MIN_SLOTS / 2);
  private keyWords = new Int32Array(MIN_SLOTS * 4);
  private keyWordCount = 0;
  private entries: V[] = [];

  get size(): number {
    return this.entries.length;
  }

  /** @param at offset of the key in `view` */
  get(view: DataView, at: number, length: number): V | undefined {
    const entry = this.slots[this.findSlot(view, at, length, hashOf(view, at, length))];
    return entry === 0 ? undefined : this.entries[entry - 1];
  }

  set(view: DataView, at: number, length: number, value: V): void {
    const hash = hashOf(view, at, length);
    const slot = this.findSlot(view, at, length, hash);
    if (this.slots[slot] !== 0) {
      this.entries[this.slots[slot] - 1] = value;
      return;
    }
    this.reserve(length);
    const entry = this.entries.length;
    this.hashes[entry] = hash;
    this.lengths[entry] = length;
    this.starts[entry] = this.keyWordCount;
    for (let i = 0; i < length; i += 4)
      this.keyWords[this.keyWordCount++] = keyWordAt(view, at + i, at + length);
    this.entries.push(value);
    this.slots[slot] = entry + 1;
    if (this.entries.length * 2 > this.slots.length) this.rehash(this.slots.length * 2);
  }

  /** Removes all entries whose values do not satisfy a predicate. */
  retain(predicate: (value: V) => boolean): void {
    const { entries, keyWords, starts } = this;
    this.entries = [];
    this.keyWordCount = 0;
    for (const [entry, value] of entries.entries()) {
      if (!predicate(value)) continue;
      const next = this.entries.length;
      const count = (this.lengths[entry] + 3) >> 2;
      keyWords.copyWithin(this.keyWordCount, starts[entry], starts[entry] + count);
      this.hashes[next] = this.hashes[entry];
      this.lengths[next] = this.lengths[entry];
      starts[next] = this.keyWordCount;
      this.keyWordCount += count;
      this.entries.push(value);
    }
    this.rehash(this.slots.length);
  }

  /** Returns all values, in no particular order. */
  values(): readonly V[] {
    return this.entries;
  }

  /** Returns the slot of a key, or the empty slot where it is to be inserted. */
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
    for (let i = 0; i < length; i += 4)
      if (keyWordAt(view, at + i, at + length) !== this.keyWords[start + (i >> 2)]) return false;
    return true;
  }

  private reserve(length: number): void {
    if (this.entries.length === this.hashes.length) {
      this.hashes = doubled(this.hashes);
      this.lengths = doubled(this.lengths);
      this.starts = doubled(this.starts);
    }
    while (this.keyWordCount * 4 + length > this.keyWords.byteLength)
      this.keyWords = doubled(this.keyWords);
  }

  /** Rehashes all entries into `size` slots. */
  private rehash(size: number): void {
    this.slots = new Int32Array(size);
    for (let entry = 0; entry < this.entries.length; entry++) {
      let slot = this.hashes[entry] & (size - 1);
      while (this.slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.slots[slot] = entry + 1;
    }
  }
}

/** Returns a copy of an array with twice its length. */
export function doubled<T extends Int32Array | Uint32Array | Uint16Array | Uint8Array>(from: T): T {
  const to = new (from.constructor as new (length: number) => T)(from.length * 2);
  to.set(from);
  return to;
}

/** Returns four bytes as a number, or as many as there are before `end`. */
function keyWordAt(view: DataView, at: number, end: number): number {
  if (at + 4 <= end) return view.getInt32(at, true);
  let word = 0;
  for (let byte = at; byte < end; byte++) word |= view.getUint8(byte) << ((byte - at) * 8);
  return word;
}

function hashOf(view: DataView, at: number, length: number): number {
  let hash = length;
  for (let i = at; i < at + length; i += 4) {
    hash = Math.imul(hash ^ keyWordAt(view, i, at + length), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
