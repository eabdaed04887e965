/**
 * Adds live events to the model of a run. Most events of a build look up what others looked up before:
 * compilers do so for each directory of each header. These are recognized by their bytes, and counted
 * without being decoded.
 */
import {
  ABI_IO_URING,
  EVENT,
  EVENT_SYSCALL,
  type EventRecord,
} from "../../../events/event-record.ts";
import type { FileEvent } from "../../../events/file-event.ts";
import type { Lookup } from "../../../model/run.ts";
import type { RunEvent } from "../../../model/run-event.ts";
import { sliceToLatin1 } from "../../../text/latin1.ts";
import { eventTime, toSummaryEvent } from "./from-events.ts";

/** A lookup has the slot that the hash of its key says; it replaces the one that was there. */
const SLOTS = 1 << 12;
/** Maximum size of a key in 32-bit words; a lookup with longer names is not kept. */
const KEY_WORDS = 128;
/**
 * The words of a record's header that decide what a lookup does; the names and paths follow them. The
 * time, the process and the inode do not.
 */
const HEADER = [
  EVENT.flags,
  EVENT.flags + 4,
  EVENT.ret,
  EVENT.dfd,
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
];

/** What events are added to: a model that knows lookups which repeat. */
interface Model<L> {
  /** Returns what repeats if the same event comes again; null for events that change something. */
  add(event: RunEvent): L | null;
  /** Counts a lookup again. @returns false if it may lead elsewhere now */
  repeat(lookup: L, event: Pick<RunEvent, "pid" | "comm" | "time">): boolean;
}

export class EventFeeder<L = Lookup> {
  readonly run: Model<L>;
  private readonly lookups: (L | null)[] = new Array(SLOTS).fill(null);
  private readonly keys = new Uint32Array(SLOTS * KEY_WORDS);
  private readonly lengths = new Uint8Array(SLOTS);
  /** The key of the present event, and its length and hash. */
  private readonly key = new Uint32Array(KEY_WORDS);
  private length = 0;
  private hash = 0;
  private comm = "";
  private readonly commBytes = new Uint8Array(EVENT.leader_comm - EVENT.comm);

  constructor(run: Model<L>) {
    this.run = run;
  }

  add(event: FileEvent): void {
    if (!this.readKey(event.record)) {
      this.run.add(toSummaryEvent(event));
      return;
    }
    const slot = this.hash & (SLOTS - 1);
    const known = this.lookups[slot];
    if (known !== null && this.hasKey(slot) && this.repeat(known, event)) return;
    const lookup = this.run.add(toSummaryEvent(event));
    if (lookup !== null) this.keep(slot, lookup);
  }

  private repeat(lookup: L, event: FileEvent): boolean {
    const comm = this.commOf(event);
    return this.run.repeat(lookup, { pid: event.record.tgid, comm, time: eventTime(event) });
  }

  private keep(slot: number, lookup: L): void {
    this.lookups[slot] = lookup;
    this.lengths[slot] = this.length;
    const at = slot * KEY_WORDS;
    for (let i = 0; i < this.length; i++) this.keys[at + i] = this.key[i];
  }

  /** Whether the lookup of a slot has the key of the present event. */
  private hasKey(slot: number): boolean {
    const { key, keys, length } = this;
    if (this.lengths[slot] !== length) return false;
    const at = slot * KEY_WORDS;
    for (let i = 0; i < length; i++) if (keys[at + i] !== key[i]) return false;
    return true;
  }

  /** Reads the key of an event. @returns whether it has one */
  private readKey(record: EventRecord): boolean {
    if (record.type !== EVENT_SYSCALL || record.abi === ABI_IO_URING) return false;
    const { key } = this;
    const { bytes, view, at, nameStart: start, cgroupStart: end } = record;
    const whole = start + ((end - start) & ~3);
    this.length = HEADER.length + ((whole - start) >>> 2) + 1;
    if (this.length > KEY_WORDS) return false;
    let words = 0;
    for (; words < HEADER.length; words++) key[words] = view.getUint32(at + HEADER[words], true);
    for (let from = start; from < whole; from += 4) key[words++] = view.getUint32(from, true);
    let rest = 0;
    for (let from = whole; from < end; from++) rest = (rest << 8) | bytes[from];
    key[words] = rest;
    this.hash = hashOf(key, this.length);
    return true;
  }

  /** Returns the name of the event's thread: nearly always that of the event before. */
  private commOf({ record, comm: slice }: FileEvent): string {
    const { commBytes } = this;
    const start = record.at + EVENT.comm;
    let isSame = true;
    for (let i = 0; isSame && i < commBytes.length; i++)
      isSame = record.bytes[start + i] === commBytes[i];
    if (isSame) return this.comm;
    commBytes.set(record.bytes.subarray(start, start + commBytes.length));
    this.comm = sliceToLatin1(slice);
    return this.comm;
  }
}

/** The multiplications of MurmurHash3. */
function hashOf(key: Uint32Array, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) {
    const word = Math.imul(key[i], 0xcc9e2d51);
    hash ^= Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}
