/** The distinct names of a column, by indexes in the order of their first use. */
import { backslashEscape } from "../../../text/backslash-escape.ts";
import type { ByteSlice } from "../../../text/byte-slice.ts";
import { sliceToLatin1 } from "../../../text/latin1.ts";

const INITIAL_SLOTS = 1 << 10;
const BACKSLASH = 0x5c;

const utf8 = new TextEncoder();

export class NameTable {
  /** Bytes of all names. */
  size = 0;
  /** The names without escapes, and their hashes. */
  private originals: Uint8Array[] = [];
  private hashes: number[] = [];
  private names: Uint8Array[] = [];
  /** Indexes of names plus one, by hash; 0 for a free slot. */
  private slots = new Uint32Array(INITIAL_SLOTS);
  private last = -1;
  private readonly escapes: boolean;

  /** @param escapes whether names become valid UTF-8: src/text/backslash-escape.ts */
  constructor(escapes: boolean) {
    this.escapes = escapes;
  }

  /** Returns the index of the name that a borrowed slice has. */
  add(slice: ByteSlice): number {
    if (this.last < 0 || !isEqual(this.originals[this.last], slice)) this.last = this.find(slice);
    return this.last;
  }

  /** Returns the names, and forgets them. */
  take(): Uint8Array[] {
    const { names } = this;
    this.size = 0;
    this.originals = [];
    this.hashes = [];
    this.names = [];
    this.slots.fill(0);
    this.last = -1;
    return names;
  }

  private find(slice: ByteSlice): number {
    const { slots, hashes, originals } = this;
    const hash = hashOf(slice);
    const mask = slots.length - 1;
    let at = hash & mask;
    for (; slots[at] !== 0; at = (at + 1) & mask) {
      const index = slots[at] - 1;
      if (hashes[index] === hash && isEqual(originals[index], slice)) return index;
    }
    slots[at] = originals.length + 1;
    return this.append(slice, hash);
  }

  private append({ bytes, start, length }: ByteSlice, hash: number): number {
    const index = this.originals.length;
    const original = bytes.slice(start, start + length);
    const name =
      this.escapes && original.some(needsEscape)
        ? utf8.encode(backslashEscape(sliceToLatin1({ bytes, start, length })))
        : original;
    this.originals.push(original);
    this.hashes.push(hash);
    this.names.push(name);
    this.size += length + name.length;
    if (this.originals.length * 2 > this.slots.length) this.grow();
    return index;
  }

  private grow(): void {
    const slots = new Uint32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (const [index, hash] of this.hashes.entries()) {
      let at = hash & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = index + 1;
    }
    this.slots = slots;
  }
}

const needsEscape = (byte: number) => byte >= 0x80 || byte === BACKSLASH || byte === 0;

function isEqual(name: Uint8Array, { bytes, start, length }: ByteSlice): boolean {
  if (name.length !== length) return false;
  // Paths differ at their ends.
  for (let i = length - 1; i >= 0; i--) if (name[i] !== bytes[start + i]) return false;
  return true;
}

/** FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/. */
function hashOf({ bytes, start, length }: ByteSlice): number {
  let hash = 0x811c9dc5;
  for (let i = start, end = start + length; i < end; i++)
    hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
