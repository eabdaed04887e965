/** Reads a group's events, many at a time: fanotify(7). Lends one, and those that follow it. */
import { readAvailable } from "../../ffi/fd.ts";
import { allocate } from "../../ffi/memory.ts";
import { FanotifyEvent, fanotifyEvents, UnknownVersion } from "../../kernel/fanotify-event.ts";
import { Truncated } from "../../kernel/truncated-error.ts";

const READ_SIZE = 256 << 10;

export class Reader {
  /** Where `next` has moved to. */
  readonly event = new FanotifyEvent();
  /** Reads that were not understood; the rest of each is missing. */
  malformed = 0;
  private readonly group: number;
  private readonly follower = new FanotifyEvent();
  private current = allocate(READ_SIZE);
  private at = 0;
  private length = 0;
  /** What was read for a look at what follows. */
  private later = allocate(READ_SIZE);
  private laterLength = 0;
  private readonly filled: () => void;

  /**
   * @param group its fd
   * @param filled called after each read, before its events
   */
  constructor(group: number, filled: () => void) {
    this.group = group;
    this.filled = filled;
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
        this.misunderstood(error);
        this.at = this.length;
      }
    }
  }

  /** Whether all that was read has been taken. */
  get isAtEnd(): boolean {
    return this.at >= this.length && this.laterLength === 0;
  }

  /** The same event will be next once more. */
  stay(): void {
    this.at = this.event.at;
  }

  private fill(): boolean {
    [this.current, this.later] = [this.later, this.current];
    this.at = 0;
    this.length = this.laterLength || readAvailable(this.group, this.current);
    this.laterLength = 0;
    if (this.length > 0) this.filled();
    return this.length > 0;
  }

  /** The events after this one, as far as they are there. Each is lent until the next. */
  *following(): Generator<FanotifyEvent, void> {
    yield* this.within(this.current.view, this.at, this.length);
    if (this.laterLength === 0) this.laterLength = readAvailable(this.group, this.later);
    yield* this.within(this.later.view, 0, this.laterLength);
  }

  private *within(view: DataView, at: number, end: number): Generator<FanotifyEvent, void> {
    try {
      yield* fanotifyEvents(view, at, end, this.follower);
    } catch (error) {
      this.misunderstood(error, 0);
    }
  }

  private misunderstood(error: unknown, counted = 1): void {
    if (!(error instanceof Truncated || error instanceof UnknownVersion)) throw error;
    this.malformed += counted;
  }
}
