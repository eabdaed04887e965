/**
 * Reads the events of a fanotify group in batches, see fanotify(7). The current event and those
 * after it are borrowed views.
 */
import { readAvailable } from "../../ffi/fd.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";
import { FanotifyEvent, fanotifyEvents, UnknownVersionError } from "../../kernel/fanotify-event.ts";
import { TruncatedError } from "../../kernel/truncated-error.ts";
import type { EventQueue } from "./groups.ts";

const READ_SIZE = 256 << 10;

export class EventReader {
  /** The current event; valid until `next` is called. */
  readonly event = new FanotifyEvent();
  /** Reads with a malformed event, whose remaining events were skipped. */
  malformed = 0;
  private readonly groups: { readonly queues: readonly EventQueue[] };
  /** The queue that was read last. */
  private lastQueue = 0;
  private readonly lookaheadEvent = new FanotifyEvent();
  private current = allocate(READ_SIZE);
  private at = 0;
  private length = 0;
  /** The batch after the current one, read by `following`. */
  private lookahead = allocate(READ_SIZE);
  private lookaheadLength = 0;
  private readonly onRead: () => void;

  /**
   * @param groups the queues that are read in turn
   * @param onRead called when a batch becomes the current one, before its events
   */
  constructor(groups: EventReader["groups"], onRead: () => void) {
    this.groups = groups;
    this.onRead = onRead;
  }

  /** The bytes of the current batch, which offsets of the event refer to. */
  get bytes(): Uint8Array {
    return this.current.bytes;
  }

  /** Returns the memory address of an offset in `bytes`. */
  addressOf(offset: number): number {
    return this.current.address + offset;
  }

  /** Moves to the next event. @returns false if the queue is empty */
  next(): boolean {
    for (;;) {
      if (this.at >= this.length && !this.fill()) return false;
      try {
        this.at = this.event.moveTo(this.current.view, this.at, this.length);
        return true;
      } catch (error) {
        this.countMalformed(error);
        this.at = this.length;
      }
    }
  }

  /** Whether all events that were read have been returned. */
  get isAtEnd(): boolean {
    return this.at >= this.length && this.lookaheadLength === 0;
  }

  /** Makes `next` return the current event again. */
  pushBack(): void {
    this.at = this.event.at;
  }

  private fill(): boolean {
    [this.current, this.lookahead] = [this.lookahead, this.current];
    this.at = 0;
    this.length = this.lookaheadLength || this.read(this.current);
    this.lookaheadLength = 0;
    if (this.length > 0) this.onRead();
    return this.length > 0;
  }

  /** Reads the queues in turn. @returns the number of bytes; 0 if all are empty */
  private read(into: Memory): number {
    const { queues } = this.groups;
    for (let i = 0; i < queues.length; i++) {
      this.lastQueue = (this.lastQueue + 1) % queues.length;
      const { fd, fsid } = queues[this.lastQueue];
      const length = readAvailable(fd, into);
      if (fsid) this.setFsids(into, length, fsid);
      if (length > 0) return length;
    }
    return 0;
  }

  /** Gives all files of events a file system id. */
  private setFsids({ view, bytes }: Memory, length: number, fsid: Uint8Array): void {
    for (const { fid, dfid, oldDfid, newDfid } of this.eventsWithin(view, 0, length))
      for (const record of [fid, dfid, oldDfid, newDfid])
        if (record.isPresent) bytes.set(fsid, record.keyStart);
  }

  /** Yields the queued events after the current one. Each is borrowed until the next. */
  *following(): Generator<FanotifyEvent, void> {
    yield* this.eventsWithin(this.current.view, this.at, this.length);
    if (this.lookaheadLength === 0) this.lookaheadLength = this.read(this.lookahead);
    yield* this.eventsWithin(this.lookahead.view, 0, this.lookaheadLength);
  }

  private *eventsWithin(view: DataView, at: number, end: number): Generator<FanotifyEvent, void> {
    try {
      yield* fanotifyEvents(view, at, end, this.lookaheadEvent);
    } catch (error) {
      this.countMalformed(error, 0);
    }
  }

  private countMalformed(error: unknown, count = 1): void {
    if (!(error instanceof TruncatedError || error instanceof UnknownVersionError)) throw error;
    this.malformed += count;
  }
}
