/**
 * Recent records by their names and paths. Nearly all records of a build repeat an earlier one but for the
 * time, the process or the result: compilers look up the same names for each directory of each header.
 */
import { EVENT, EVENT_SIZE, type EventRecord } from "./event-record.ts";

/** Slots for records; a writer and a reader of record files have the same. */
export const SLOTS = 1 << 16;
/** Maximum size of a record in a slot, in 32-bit words. */
export const SLOT_WORDS = 96;
/** The words of struct event. */
export const EVENT_WORDS = EVENT_SIZE / 4;
/** Slots for which there is memory at first. */
export const FIRST_SLOTS = 1 << 8;
/** No slot. */
export const NO_SLOT = -1;

/** A record may be in one of so many places of the hash table, which its hash determines. */
const WAYS = 4;
const SETS = SLOTS / WAYS;

const wordOf = (offset: number) => offset >> 2;

/** The words that tell records with the same names and paths apart, besides the sign of the result. */
const [FLAGS, NR, PATH_LEN, TYPE] = [EVENT.flags, EVENT.nr, EVENT.path_len, EVENT.type].map(wordOf);
const RET = wordOf(EVENT.ret);
const DFD = wordOf(EVENT.dfd);

/**
 * The words that decide what a record does, besides its names and paths; the time and the process do not.
 */
const DECISIVE = [
  EVENT.flags,
  EVENT.flags + 4,
  EVENT.ino,
  EVENT.ino + 4,
  EVENT.dev,
  EVENT.notes,
  EVENT.nr,
  EVENT.path_len,
  EVENT.type,
  EVENT.mntns,
  EVENT.name2_len,
  EVENT.i_mode,
  EVENT.mount2_len,
  EVENT.root2_len,
  EVENT.mount_dev,
  EVENT.mount2_dev,
].map(wordOf);
/** Words of struct event of which a change may make another record: DECISIVE, and some by their sign. */
export const MAY_DECIDE: readonly number[] = [...DECISIVE, RET, DFD];
const IS_DECISIVE = Uint8Array.from({ length: EVENT_WORDS }, (_, word) =>
  DECISIVE.includes(word) ? 1 : 0,
);

/** Whether a change of a word of struct event makes another record of it. */
export function isDecisive(word: number, before: number, after: number): boolean {
  // Errors and AT_FDCWD are negative. Fds and sizes do not matter: the path is in the record.
  if (word === RET || word === DFD) return (before | after) >>> 31 === 1;
  return IS_DECISIVE[word] === 1;
}

/** A record as 32-bit words, in the memory where it is if it can be read there. */
export class RecordWords {
  words: Int32Array = new Int32Array(0);
  /** Where the record begins. */
  at = 0;
  /** Its bytes, the words that hold them, and the bits of the last word that belong to it. */
  size = 0;
  count = 0;
  lastMask = -1;
  /** The memory of the record before, which is nearly always that of the next one, and where it begins. */
  private bytes: Uint8Array = new Uint8Array(0);
  private offset = 0;
  private copy = new Uint8Array(0);

  moveTo(record: EventRecord): void {
    const { bytes, at } = record;
    const size = record.end - at;
    if (bytes !== this.bytes) this.setMemory(bytes);
    const start = this.offset + at;
    const count = (size + 3) >> 2;
    this.size = size;
    this.count = count;
    this.lastMask = (size & 3) === 0 ? -1 : (1 << (8 * (size & 3))) - 1;
    if ((start & 3) === 0 && (start >> 2) + count <= this.words.length) this.at = start >> 2;
    else this.moveToCopy(bytes.subarray(at, at + size));
  }

  private setMemory(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.offset = bytes.byteOffset;
    this.words = new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >> 2);
  }

  private moveToCopy(record: Uint8Array): void {
    if (this.copy.length < record.length) this.copy = new Uint8Array((2 * record.length + 4) & ~3);
    this.copy.set(record);
    this.bytes = this.copy; // so that the next record sets the memory again
    this.words = new Int32Array(this.copy.buffer);
    this.at = 0;
  }
}

/** Keeps recent records in slots; of a few with similar hashes, the one used longest ago is replaced. */
export class RecentRecords {
  /** The records, by their slots. It grows. */
  words: Int32Array = new Int32Array(FIRST_SLOTS * SLOT_WORDS);
  /** Slots in use. */
  private count = 0;
  // A hash table: number of the slot + 1, or 0; and of its record the size in bytes, hash and last use.
  private readonly slots = new Int32Array(SLOTS);
  private readonly sizes = new Uint16Array(SLOTS);
  private readonly hashes = new Int32Array(SLOTS);
  private readonly uses = new Float64Array(SLOTS);
  private useCount = 0;
  private hash = 0;

  /** Returns the slot of the record with the same names and paths, or NO_SLOT. */
  find(record: RecordWords): number {
    const { size } = record;
    if (size > SLOT_WORDS * 4) return NO_SLOT;
    const hash = hashOf(record);
    this.hash = hash;
    const first = (hash & (SETS - 1)) * WAYS;
    for (let way = first; way < first + WAYS; way++) {
      if (this.hashes[way] !== hash || this.sizes[way] !== size) continue;
      const slot = this.slots[way] - 1;
      if (!this.hasNames(slot, record)) continue;
      this.uses[way] = ++this.useCount;
      return slot;
    }
    return NO_SLOT;
  }

  private hasNames(slot: number, { words: source, at, count, lastMask }: RecordWords): boolean {
    const { words } = this;
    const start = slot * SLOT_WORDS;
    const last = count - 1;
    for (let i = EVENT_WORDS; i < last; i++) if (words[start + i] !== source[at + i]) return false;
    const isLast = words[start + last] === (source[at + last] & lastMask);
    return (
      (isLast || last < EVENT_WORDS) &&
      words[start + PATH_LEN] === source[at + PATH_LEN] &&
      words[start + NR] === source[at + NR]
    );
  }

  /** Puts the record that was not found into a slot. @returns the slot; NO_SLOT if it is too large */
  keep({ words: source, at, size, count, lastMask }: RecordWords): number {
    if (size > SLOT_WORDS * 4) return NO_SLOT;
    const way = this.oldest((this.hash & (SETS - 1)) * WAYS);
    if (this.slots[way] === 0) this.slots[way] = ++this.count;
    const slot = this.slots[way] - 1;
    const start = slot * SLOT_WORDS;
    if (start === this.words.length) this.grow();
    for (let i = 0; i < count; i++) this.words[start + i] = source[at + i];
    this.words[start + count - 1] &= lastMask;
    this.sizes[way] = size;
    this.hashes[way] = this.hash;
    this.uses[way] = ++this.useCount;
    return slot;
  }

  private grow(): void {
    const more = new Int32Array(2 * this.words.length);
    more.set(this.words);
    this.words = more;
  }

  private oldest(first: number): number {
    const { uses } = this;
    let oldest = first;
    for (let way = first + 1; way < first + WAYS; way++) if (uses[way] < uses[oldest]) oldest = way;
    return oldest;
  }

  /** Makes a slot equal to a record that was found there. @returns whether it is another record now */
  update(slot: number, { words: source, at }: RecordWords): boolean {
    const { words } = this;
    const start = slot * SLOT_WORDS;
    let isOther = false;
    for (let i = 0; i < EVENT_WORDS; i++) {
      const word = source[at + i];
      const before = words[start + i];
      if (word === before) continue;
      words[start + i] = word;
      if (isDecisive(i, before, word)) isOther = true;
    }
    return isOther;
  }
}

/** Uses only operations that are fast before they are optimized: no calls. */
function hashOf({ words, at, count, lastMask }: RecordWords): number {
  let hash = count ^ (words[at + RET] >>> 31);
  hash = ((hash << 5) - hash + words[at + FLAGS]) | 0;
  hash = ((hash << 5) - hash + words[at + NR]) | 0;
  hash = ((hash << 5) - hash + words[at + PATH_LEN]) | 0;
  hash = ((hash << 5) - hash + words[at + TYPE]) | 0;
  const last = at + count - 1;
  for (let i = at + EVENT_WORDS; i < last; i++) hash = ((hash << 5) - hash + words[i]) | 0;
  if (count > EVENT_WORDS) hash = ((hash << 5) - hash + (words[last] & lastMask)) | 0;
  return hash ^ (hash >>> 15) ^ (hash >>> 7);
}
