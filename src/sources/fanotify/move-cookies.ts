/**
 * Numbers that connect the two events of a move, as the cookies of inotify(7) do. The kernel queues
 * MOVED_FROM and MOVED_TO of the same file one after the other.
 */

import { FAN_MOVED_FROM, FAN_MOVED_TO } from "../../kernel/fanotify.ts";
import type { FanotifyEvent } from "../../kernel/fanotify-event.ts";
import { decodeLatin1 } from "../../text/latin1.ts";

/** Moves out of the watched directories have no second event, so their number is limited. */
const MAX_PENDING = 256;

export class MoveCookies {
  private next = 1;
  /** The cookies of files that were moved away, by handle. */
  private readonly pending = new Map<string, number>();

  /** Returns the cookie of an event; 0 if it is no move. */
  of({ mask, view, fid }: FanotifyEvent): number {
    if ((mask & (FAN_MOVED_FROM | FAN_MOVED_TO)) === 0) return 0;
    // Without a handle, as before Linux 5.17, moves are not connected.
    if (!fid.isPresent) return this.next++;
    const bytes = new Uint8Array(view.buffer, view.byteOffset);
    const key = decodeLatin1(bytes, fid.keyStart, fid.keyLength);
    if (mask & FAN_MOVED_TO) return this.take(key);
    if (this.pending.size >= MAX_PENDING) this.pending.clear();
    this.pending.set(key, this.next);
    return this.next++;
  }

  private take(key: string): number {
    const cookie = this.pending.get(key) ?? this.next++;
    this.pending.delete(key);
    return cookie;
  }
}
