/**
 * Resolves the name of a file whose event has only its handle: FAN_ATTRIB when the link count
 * changes, FAN_DELETE_SELF and FAN_MOVE_SELF. An event just before or just after has the name.
 */
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import type { DirectoryTree } from "./directory-tree.ts";
import type { EventReader } from "./event-reader.ts";
import { recordName } from "./event-scope.ts";
import type { FileCache, FileLocation } from "./file-cache.ts";

/** How far to look ahead for the next event of the same process, among events of others. */
const LOOKAHEAD_EVENTS = 64;
/**
 * How long an event waits for the one with its name: the kernel queues both in one call, whose thread
 * may lose its CPU in between.
 */
const MAX_PENDING_MS = 20;
const NAMES = fan.FAN_CREATE | fan.FAN_DELETE;
const MOVES = fan.FAN_RENAME | fan.FAN_MOVED_FROM | fan.FAN_MOVED_TO;

/** `unwatched`: the file is in no watched directory; `pending`: the naming event may still come. */
export type Resolution = FileLocation | "unwatched" | "pending";

export class NameResolver {
  private readonly reader: EventReader;
  private readonly tree: DirectoryTree;
  private readonly fileCache: FileCache;
  /** The last move and its target, until the same process causes another event. */
  private lastMove: { readonly pid: number; readonly to: FileLocation | "unwatched" } | null = null;
  /** When the current event was first found pending; null if it was not. */
  private pendingSince: number | null = null;
  /** Whether no event waits: no more will come. */
  isFinishing = false;
  private readonly now: () => number;

  /** @param now a clock in milliseconds */
  constructor(
    reader: EventReader,
    tree: DirectoryTree,
    fileCache: FileCache,
    now = () => performance.now(),
  ) {
    this.reader = reader;
    this.tree = tree;
    this.fileCache = fileCache;
    this.now = now;
  }

  /** Notes an event that has a name. */
  observe(event: FanotifyEvent): void {
    const { mask, pid, newDfid, dfid } = event;
    if ((mask & MOVES) === 0) {
      if (pid === this.lastMove?.pid) this.lastMove = null;
    } else if ((mask & fan.FAN_MOVED_FROM) === 0)
      this.lastMove = { pid, to: this.locationOf(event, newDfid.isPresent ? newDfid : dfid) };
  }

  private locationOf(event: FanotifyEvent, record: FidRecord): FileLocation | "unwatched" {
    const directory = this.tree.find(event.view, record.keyStart, record.keyLength);
    return directory ? { directory, name: recordName(event, record) } : "unwatched";
  }

  /** Resolves the file of the reader's current event, which is pushed back if it is pending. */
  resolve(): Resolution {
    const { event } = this.reader;
    const resolution =
      event.mask & fan.FAN_ATTRIB ? this.resolveLinkChange(event) : this.resolveMoved(event);
    if (resolution === "pending") this.reader.pushBack();
    else if (resolution === "unwatched") this.fileCache.markMovedAway(event);
    else this.fileCache.update(event, resolution);
    this.pendingSince = resolution === "pending" ? (this.pendingSince ?? this.now()) : null;
    // FAN_MOVE_SELF is the last event of a move.
    if (event.mask & fan.FAN_MOVE_SELF) this.lastMove = null;
    return resolution;
  }

  /**
   * Resolves an event of a changed link count: a name was added or removed, or a move just before
   * replaced it.
   */
  private resolveLinkChange(event: FanotifyEvent): Resolution {
    const ahead = this.lookAhead(event);
    if (ahead !== null && ahead !== "pending") return ahead;
    if (this.lastMove?.pid === event.pid) return this.lastMove.to;
    return ahead === "pending" && this.mayWait() ? "pending" : this.fromCache(event);
  }

  private mayWait(): boolean {
    if (this.isFinishing) return false;
    return this.pendingSince === null || this.now() - this.pendingSince < MAX_PENDING_MS;
  }

  /** Resolves an event of a moved or deleted file, which an event just before has named. */
  private resolveMoved(event: FanotifyEvent): FileLocation | "unwatched" {
    const isMove = (event.mask & fan.FAN_MOVE_SELF) !== 0 && this.lastMove?.pid === event.pid;
    return isMove ? this.lastMove!.to : this.fromCache(event);
  }

  /**
   * Looks for the event that follows a changed link count, with the added or removed name.
   * @returns `pending` if the queue ends before it; null if it is not among the next events
   */
  private lookAhead(event: FanotifyEvent): Resolution | null {
    let left = LOOKAHEAD_EVENTS;
    for (const next of this.reader.following()) {
      const isNamed = next.dfid.isPresent && (next.mask & NAMES) !== 0;
      // Before Linux 5.17 the event does not have the handle of the file, so the pid has to identify
      // the process, which 0 does not.
      const matchesFile = next.fid.isPresent ? isSameFile(event, next) : next.pid !== 0;
      if (isNamed && next.pid === event.pid && matchesFile) return this.locationOf(next, next.dfid);
      if (--left === 0) return null;
    }
    return "pending";
  }

  private fromCache(event: FanotifyEvent): FileLocation | "unwatched" {
    return this.fileCache.locationOf(event) ?? "unwatched";
  }
}

/** Whether two events are about the same file. */
function isSameFile(one: FanotifyEvent, other: FanotifyEvent): boolean {
  if (!other.fid.isPresent || one.fid.keyLength !== other.fid.keyLength) return false;
  for (let i = 0; i < one.fid.keyLength; i++)
    if (one.view.getUint8(one.fid.keyStart + i) !== other.view.getUint8(other.fid.keyStart + i))
      return false;
  return true;
}
