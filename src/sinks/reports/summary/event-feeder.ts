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
import { NO_SLOT, RecentRecords, RecordWords, SLOTS } from "../../../events/recent-records.ts";
import type { Lookup } from "../../../model/lookup.ts";
import type { RunEvent } from "../../../model/run-event.ts";
import { sliceToLatin1 } from "../../../text/latin1.ts";
import { toSummaryEvent } from "./from-events.ts";

const COMM_SIZE = EVENT.leader_comm - EVENT.comm;

/** What events are added to: a model that knows lookups which repeat. */
export interface Model<L> {
  /** Returns what repeats if the same event comes again; null for events that change something. */
  add(event: RunEvent): L | null;
  /** Counts a lookup again. @returns false if it may lead elsewhere now */
  repeat(lookup: L, event: Pick<RunEvent, "pid" | "comm" | "time">): boolean;
}

export class EventFeeder<L = Lookup> {
  readonly run: Model<L>;
  private readonly isWanted: ((event: FileEvent) => boolean) | null;
  /** What the record in each slot did, and which record that was. */
  private readonly lookups: (L | null)[] = new Array(SLOTS).fill(null);
  private readonly looked = new Float64Array(SLOTS);
  private readonly recent = new RecentRecords();
  private readonly words = new RecordWords();
  /** Which record is in each slot of `recent`: negative, so that it is none of a record file. */
  private readonly identities = new Float64Array(SLOTS);
  private lastIdentity = 0;
  /** The event that repeats another: one object for all, as there are millions. */
  private readonly repeated = { pid: 0, comm: "", time: 0 };
  private comm = "";
  private readonly commBytes = new Uint8Array(COMM_SIZE);
  private readonly commView = new DataView(this.commBytes.buffer);

  /** @param isWanted which events are added; asked once for those that do the same */
  constructor(run: Model<L>, isWanted: ((event: FileEvent) => boolean) | null = null) {
    this.run = run;
    this.isWanted = isWanted;
  }

  add(event: FileEvent): void {
    const { record } = event;
    const isLive = record.slot === NO_SLOT;
    const slot = isLive ? this.slotOf(record) : record.slot;
    const identity = isLive ? this.identities[slot] : record.identity;
    const isKnown = slot !== NO_SLOT && this.looked[slot] === identity;
    const known = isKnown ? this.lookups[slot] : null;
    if (known !== null && this.repeat(known, event)) return;
    if (this.isWanted !== null && !this.isWanted(event)) {
      record.isUnwanted = true;
      return;
    }
    const lookup = this.run.add(toSummaryEvent(event));
    if (slot === NO_SLOT) return;
    this.lookups[slot] = mayRepeat(record) ? lookup : null;
    this.looked[slot] = identity;
  }

  private repeat(lookup: L, event: FileEvent): boolean {
    const { repeated } = this;
    repeated.pid = event.record.tgid;
    repeated.comm = this.commOf(event);
    repeated.time = event.epochNanoseconds;
    return this.run.repeat(lookup, repeated);
  }

  /** Returns the slot of a live record; NO_SLOT if it is too large or no call. */
  private slotOf(record: EventRecord): number {
    if (!mayRepeat(record)) return NO_SLOT;
    const { words, recent } = this;
    words.moveTo(record);
    const slot = recent.find(words);
    if (slot !== NO_SLOT && !recent.update(slot, words)) return slot;
    const kept = slot === NO_SLOT ? recent.keep(words) : slot;
    if (kept !== NO_SLOT) this.identities[kept] = --this.lastIdentity;
    return kept;
  }

  /** Returns the name of the event's thread: nearly always that of the event before. */
  private commOf({ record, comm: slice }: FileEvent): string {
    const { commView } = this;
    const at = record.at + EVENT.comm;
    let isSame = true;
    for (let i = 0; i < COMM_SIZE; i += 4)
      if (record.view.getUint32(at + i, true) !== commView.getUint32(i, true)) isSame = false;
    if (isSame) return this.comm;
    this.commBytes.set(record.bytes.subarray(at, at + COMM_SIZE));
    this.comm = sliceToLatin1(slice);
    return this.comm;
  }
}

/** Whether an event of a record may only look something up: a system call that took place at once. */
function mayRepeat({ type, abi }: EventRecord): boolean {
  return type === EVENT_SYSCALL && abi !== ABI_IO_URING;
}
