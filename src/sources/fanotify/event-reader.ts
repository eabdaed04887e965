/** Reads a group's events, many at a time: fanotify(7). Lends one, and those that follow it. */
import { readAvailable } from "../../ffi/fd.ts";
import { allocate } from "../../ffi/memory.ts";
import { FanotifyEvent, fanotifyEvents, UnknownVersionError } from "../../kernel/fanotify-event.ts";
import { TruncatedError } from "../../kernel/truncated-error.ts";

const READ_SIZE = 256 << 10;

export class EventReader {
  /** Where `next` has moved to. */
  readonly event = new FanotifyEvent();
  /** Reads that were not understood; the rest of each is missing. */
  malformed = 0;
  private readonly group: number;
  private readonly lookaheadEvent = new FanotifyEvent();
  private current = allocate(READ_SIZE);
  private at = 0;
  private length = 0;
  /** What was read for a look at what follows. */
  private lookahead = allocate(READ_SIZE);
  private lookaheadLength = 0;
  private readonly onRead: () => void;

  /**
   * @param group its fd
   * @param filled called after each read, before its events
   */
  constructor(group: number, filled: () => void) {
    this.group = group;
    this.onRead = filled;
  }

  /** The bytes that the event stands in. */
  get bytes(): Uint8Array {
    return this.current.bytes;
  }

  /** The address of what stands at an offset of them. */
  addressOf(offset: number): number {
    return this.current.address + offset;
  }

  /** Moves on. @returns false where nothing is there */
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

  /** Whether all that was read has been taken. */
  get isAtEnd(): boolean {
    return this.at >= this.length && this.lookaheadLength === 0;
  }

  /** The same event will be next once more. */
  pushBack(): void {
    this.at = this.event.at;
  }

  private fill(): boolean {
    [this.current, this.lookahead] = [this.lookahead, this.current];
    this.at = 0;
    this.length = this.lookaheadLength || readAvailable(this.group, this.current);
    this.lookaheadLength = 0;
    if (this.length > 0) this.onRead();
    return this.length > 0;
  }

  /** The events after this one, as far as they are there. Each is lent until the next. */
  *following(): Generator<FanotifyEvent, void> {
    yield* this.eventsWithin(this.current.view, this.at, this.length);
    if (this.lookaheadLength === 0)
      this.lookaheadLength = readAvailable(this.group, this.lookahead);
    yield* this.eventsWithin(this.lookahead.view, 0, this.lookaheadLength);
  }

  private *eventsWithin(view: DataView, at: number, end: number): Generator<FanotifyEvent, void> {
    try {
      yield* fanotifyEvents(view, at, end, this.lookaheadEvent);
    } catch (error) {
      this.countMalformed(error, 0);
    }
  }

  private countMalformed(error: unknown, counted = 1): void {
    if (!(error instanceof TruncatedError || error instanceof UnknownVersionError)) throw error;
    this.malformed += counted;
  }
}
