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
import { eventTime, toSummaryEvent } from "./from-events.ts";

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
  /** What the record in each slot did, and which record that was. */
  private readonly lookups: (L | null)[] = new Array(SLOTS).fill(null);
  private readonly looked = new Float64Array(SLOTS);
  private readonly recent = new RecentRecords();
  private readonly words = new RecordWords();
  /** Which record is in each slot of `recent`: negative, so that it is none of a record file. */
  private readonly identities = new Float64Array(SLOTS);
  private lastIdentity = 0;
  private comm = "";
  private readonly commBytes = new Uint8Array(COMM_SIZE);
  private readonly commView = new DataView(this.commBytes.buffer);

  constructor(run: Model<L>) {
    this.run = run;
  }

  add(event: FileEvent): void {
    const { record } = event;
    const mayRepeat = record.type === EVENT_SYSCALL && record.abi !== ABI_IO_URING;
    const slot = !mayRepeat ? NO_SLOT : record.slot === NO_SLOT ? this.slotOf(record) : record.slot;
    if (slot === NO_SLOT) {
      this.run.add(toSummaryEvent(event));
      return;
    }
    const identity = record.slot === NO_SLOT ? this.identities[slot] : record.identity;
    const known = this.lookups[slot];
    if (known !== null && this.looked[slot] === identity && this.repeat(known, event)) return;
    this.lookups[slot] = this.run.add(toSummaryEvent(event));
    this.looked[slot] = identity;
  }

  private repeat(lookup: L, event: FileEvent): boolean {
    const comm = this.commOf(event);
    return this.run.repeat(lookup, { pid: event.record.tgid, comm, time: eventTime(event) });
  }

  /** Returns the slot of a live record; NO_SLOT if it is too large. */
  private slotOf(record: EventRecord): number {
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
