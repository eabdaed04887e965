/** The items of each key, in order: a counting sort. */
export class Groups {
  private readonly ends: Uint32Array;
  private readonly items: Uint32Array;

  constructor(size: number, keys: number, keyOf: (item: number) => number) {
    this.ends = new Uint32Array(keys + 1);
    this.items = new Uint32Array(size);
    for (let item = 0; item < size; item++) this.ends[keyOf(item) + 1]++;
    for (let key = 1; key <= keys; key++) this.ends[key] += this.ends[key - 1];
    // Each start moves to its end while the items are placed.
    for (let item = 0; item < size; item++) this.items[this.ends[keyOf(item)]++] = item;
  }

  of(key: number): Uint32Array {
    return this.items.subarray(key === 0 ? 0 : this.ends[key - 1], this.ends[key]);
  }
}
