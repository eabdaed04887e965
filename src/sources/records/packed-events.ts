/**
 * The content of a block of events: docs/record-format.md. A record that repeats a recent one is stored as
 * the words in which it differs; that is a seventh of a build's records, and is made and read faster.
 * Writer and reader keep the same records in the same slots, from the first block of a file to its last.
 */
import {
  BadRecordError,
  EVENT,
  EVENT_SIZE,
  EventRecord,
  MAX_EVENT_SIZE,
} from "../../events/event-record.ts";
import {
  EVENT_WORDS,
  FIRST_SLOTS,
  isDecisive,
  MAY_DECIDE,
  NO_SLOT,
  RecentRecords,
  RecordWords,
  SLOT_WORDS,
  SLOTS,
} from "../../events/recent-records.ts";

/** Set in the first word of a repeat; a whole record has its size there. */
const REPEAT = 0x80000000;
/** Bits of the first word of a repeat: the slot, and which of the last words of struct event follow. */
const SLOT_BITS = 16;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const LOW_WORDS = 32;
const HIGH_MASK = (1 << (EVENT_WORDS - LOW_WORDS)) - 1;
const PREFIX_WORDS = 2;

const TIME = EVENT.time >> 2;

/**
 * So many records are stored whole before others are compared with them. In a run of a second, the code
 * that compares would cost more time until it is compiled than it saves.
 */
const WHOLE_RECORDS = 1 << 15;

/** Packs records into the content of blocks. */
export class EventPacker {
  /** Records in the content. */
  count = 0;
  private words: Int32Array;
  private length = 0;
  /** Records that are still stored whole. */
  private wholeLeft: number;
  /** Made when it is needed: it has 12 MB. */
  private recent: RecentRecords | null = null;
  private readonly record = new RecordWords();
  /** Times of the earliest and the latest record, rounded, and exact: its two words. */
  private readonly first = { time: Infinity, low: 0, high: 0 };
  private readonly last = { time: -1, low: 0, high: 0 };

  /**
   * @param size of the content that is expected, in bytes
   * @param wholeRecords how many records are stored whole at the beginning
   */
  constructor(size: number, wholeRecords = WHOLE_RECORDS) {
    this.wholeLeft = wholeRecords;
    this.words = new Int32Array(size >> 2);
  }

  /** Bytes of the content. */
  get size(): number {
    return this.length * 4;
  }

  add(event: EventRecord): void {
    const { record } = this;
    record.moveTo(event);
    const needed = this.length + PREFIX_WORDS + Math.max(record.count, EVENT_WORDS);
    if (needed > this.words.length) this.grow(needed);
    if (this.wholeLeft > 0) {
      this.wholeLeft--;
      this.addWhole(NO_SLOT);
    } else this.addCompared();
    this.noteTime();
    this.count++;
  }

  private grow(needed: number): void {
    const larger = new Int32Array(Math.max(2 * this.words.length, needed));
    larger.set(this.words.subarray(0, this.length));
    this.words = larger;
  }

  private addCompared(): void {
    this.recent ??= new RecentRecords();
    const { recent } = this;
    const slot = recent.find(this.record);
    if (slot === NO_SLOT) this.addWhole(recent.keep(this.record));
    else this.addRepeat(recent, slot);
  }

  private addWhole(slot: number): void {
    const { words, record } = this;
    const { words: source, count, lastMask } = record;
    words[this.length] = record.size;
    words[this.length + 1] = slot;
    let to = this.length + PREFIX_WORDS;
    for (let from = record.at, end = from + count; from < end; ) words[to++] = source[from++];
    words[to - 1] &= lastMask;
    this.length = to;
  }

  private addRepeat(recent: RecentRecords, slot: number): void {
    const { words, length } = this;
    const { words: source, at } = this.record;
    const kept = recent.words;
    const start = slot * SLOT_WORDS;
    let to = length + PREFIX_WORDS;
    let low = 0;
    let high = 0;
    for (let i = 0; i < EVENT_WORDS; i++) {
      const word = source[at + i];
      if (kept[start + i] === word) continue;
      kept[start + i] = words[to++] = word;
      if (i < LOW_WORDS) low |= 1 << i;
      else high |= 1 << (i - LOW_WORDS);
    }
    words[length] = REPEAT | (high << SLOT_BITS) | slot;
    words[length + 1] = low;
    this.length = to;
  }

  private noteTime(): void {
    const { words, at } = this.record;
    const low = words[at + TIME] >>> 0;
    const high = words[at + TIME + 1] >>> 0;
    const time = high * 2 ** 32 + low;
    if (time < this.first.time) set(this.first, time, low, high);
    if (time > this.last.time) set(this.last, time, low, high);
  }

  /** Returns the content, and begins the next block. The content is borrowed until then. */
  take(): { content: Uint8Array; count: number; firstTime: bigint; lastTime: bigint } {
    const { count, first, last } = this;
    const content = new Uint8Array(this.words.buffer, 0, this.size);
    const times = { firstTime: exact(first), lastTime: exact(last) };
    this.length = this.count = 0;
    first.time = Infinity;
    last.time = -1;
    return { content, count, ...times };
  }
}

interface Moment {
  time: number;
  low: number;
  high: number;
}

function set(moment: Moment, time: number, low: number, high: number): void {
  moment.time = time;
  moment.low = low;
  moment.high = high;
}

function exact({ low, high }: Moment): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** A set of words of struct event, as the two masks of a repeat have them. */
function masksOf(words: readonly number[]): { readonly low: number; readonly high: number } {
  let [low, high] = [0, 0];
  for (const word of words) {
    if (word < LOW_WORDS) low |= 1 << word;
    else high |= 1 << (word - LOW_WORDS);
  }
  return { low, high };
}

/** The words that hold lengths: a change of these is checked. */
const LENGTHS = masksOf(
  [
    EVENT.name_len,
    EVENT.path_len,
    EVENT.argv_len,
    EVENT.name2_len,
    EVENT.mount_len,
    EVENT.mount2_len,
    EVENT.root2_len,
  ].map((offset) => offset >> 2),
);
const DECIDING = masksOf(MAY_DECIDE);
const CALL_BIT = 1 << (EVENT.call >> 2);

const LARGEST_WORDS = (MAX_EVENT_SIZE + 3) >> 2;

/** Returns where a slot begins, in words. */
function startOf(slot: number): number {
  return LARGEST_WORDS + slot * SLOT_WORDS;
}

/** Unpacks the content of blocks, record by record. Nothing in it is trusted. */
export class EventUnpacker {
  /** The present record, which is borrowed. */
  readonly record: EventRecord;
  /** Records that were read so far. */
  count = 0;
  /** A record that is in no slot, and the slots behind it: few at first, then all. */
  private words = new Int32Array(LARGEST_WORDS + FIRST_SLOTS * SLOT_WORDS);
  private readonly sizes = new Uint16Array(SLOTS);
  /** Which record is in each slot: see EventRecord.identity. */
  private readonly identities = new Float64Array(SLOTS);
  private lastIdentity = 0;
  /** Whether no more records of the identity in each slot are visited. */
  private readonly unwanted = new Uint8Array(SLOTS);
  private readonly callIndex: Uint8Array;

  /** @param callIndex what each number of a call stands for today */
  constructor(callIndex: Uint8Array) {
    this.callIndex = callIndex;
    this.record = new EventRecord(new Uint8Array(this.words.buffer));
  }

  /** Visits the records of a block. @throws BadRecordError if it is damaged: no more can be read */
  run(content: Uint8Array, visit: () => void): void {
    const source = alignedWords(content);
    for (let at = 0; at < source.length; this.count++) {
      // A repeat has the highest bit.
      const isRepeat = source[at] < 0;
      const slot = isRepeat ? source[at] & SLOT_MASK : source[at + 1];
      at = isRepeat ? this.readRepeat(source, at, slot) : this.readWhole(source, at, slot);
      if (slot !== NO_SLOT && this.unwanted[slot] === 1) continue;
      visit();
      if (this.record.isUnwanted) this.skipRepeats(slot);
    }
  }

  private skipRepeats(slot: number): void {
    this.record.isUnwanted = false;
    if (slot !== NO_SLOT) this.unwanted[slot] = 1;
  }

  /** @returns where the next record begins */
  private readWhole(source: Int32Array, at: number, slot: number): number {
    const { record } = this;
    const size = source[at];
    const end = at + PREFIX_WORDS + ((size + 3) >> 2);
    if (end > source.length || size > MAX_EVENT_SIZE || size < EVENT_SIZE)
      throw new BadRecordError(`${size} bytes`);
    const isKept = slot !== NO_SLOT;
    if (isKept && (slot < 0 || slot >= SLOTS || size > SLOT_WORDS * 4))
      throw new BadRecordError("a bad slot");
    const start = isKept ? startOf(slot) : 0;
    if (start + SLOT_WORDS > this.words.length) this.grow();
    const { words } = this;
    for (let from = at + PREFIX_WORDS, to = start; from < end; ) words[to++] = source[from++];
    this.mapCall(start);
    record.moveTo(start * 4, size);
    if (isKept) this.sizes[slot] = size;
    record.slot = slot;
    record.identity = isKept ? this.renew(slot) : 0;
    return end;
  }

  private readRepeat(source: Int32Array, at: number, slot: number): number {
    const { words, record } = this;
    const high = (source[at] >>> SLOT_BITS) & HIGH_MASK;
    const low = source[at + 1];
    const size = this.sizes[slot];
    if (size === 0) throw new BadRecordError("the repeat of a missing record");
    const start = startOf(slot);
    let from = at + PREFIX_WORDS;
    const isOther =
      ((low & DECIDING.low) | (high & DECIDING.high)) !== 0 &&
      this.isDecided(source, from, start, low, high);
    for (let bits = low; bits !== 0; bits &= bits - 1)
      words[start + lowestBit(bits)] = source[from++];
    for (let bits = high; bits !== 0; bits &= bits - 1)
      words[start + LOW_WORDS + lowestBit(bits)] = source[from++];
    if (from > source.length) throw new BadRecordError("cut off");
    if (low & CALL_BIT) this.mapCall(start);
    if (low & LENGTHS.low || high & LENGTHS.high) record.moveTo(start * 4, size);
    else record.returnTo(start * 4, size);
    record.slot = slot;
    record.identity = isOther ? this.renew(slot) : this.identities[slot];
    return from;
  }

  /** Whether words that differ make another record of the one at `start`. @param at of the words */
  private isDecided(
    source: Int32Array,
    at: number,
    start: number,
    low: number,
    high: number,
  ): boolean {
    let from = at;
    for (let word = 0; word < EVENT_WORDS; word++) {
      const bit = word < LOW_WORDS ? low >>> word : high >>> (word - LOW_WORDS);
      if ((bit & 1) === 1 && isDecisive(word, this.words[start + word], source[from++]))
        return true;
    }
    return false;
  }

  /** Pages of slots that are not used take no memory. */
  private grow(): void {
    const more = new Int32Array(startOf(SLOTS));
    more.set(this.words);
    this.words = more;
    this.record.setMemory(new Uint8Array(more.buffer));
  }

  private renew(slot: number): number {
    this.identities[slot] = ++this.lastIdentity;
    this.unwanted[slot] = 0;
    return this.lastIdentity;
  }

  /** Another version of trace may have other numbers of calls. */
  private mapCall(start: number): void {
    const { bytes } = this.record;
    const at = start * 4 + EVENT.call;
    bytes[at] = this.callIndex[bytes[at]];
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** Returns words in memory that can be read as words; less than a whole one at the end is cut off. */
function alignedWords(content: Uint8Array): Int32Array {
  const isAligned = (content.byteOffset & 3) === 0;
  const { buffer, byteOffset, length } = isAligned ? content : content.slice();
  return new Int32Array(buffer, byteOffset, length >> 2);
}
