/**
 * Finds out where a file is of which an event says only which it is: a changed count of links, a
 * file that is deleted or was moved. What comes just before or just after has its name.
 */
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import type { DirectoryTree } from "./directory-tree.ts";
import type { EventReader } from "./event-reader.ts";
import { recordName } from "./event-scope.ts";
import type { FileCache, FileLocation } from "./file-cache.ts";

/** The process's own next event follows; between them there may be others'. */
const LOOKAHEAD_EVENTS = 64;
const NAMES = fan.FAN_CREATE | fan.FAN_DELETE;
const MOVES = fan.FAN_RENAME | fan.FAN_MOVED_FROM | fan.FAN_MOVED_TO;

/** `elsewhere`: in a directory that nobody wants; `later`: what would tell is not there yet. */
export type Resolution = FileLocation | "elsewhere" | "later";

export class NameResolver {
  private readonly reader: EventReader;
  private readonly tree: DirectoryTree;
  private readonly fileCache: FileCache;
  /** Where the process that made the last move moved something, unless it did more since. */
  private lastMove: { readonly pid: number; readonly to: FileLocation | "elsewhere" } | null = null;
  /** Whether the event was met before, when nothing followed it yet. */
  private wasPending = false;

  constructor(reader: EventReader, tree: DirectoryTree, files: FileCache) {
    this.reader = reader;
    this.tree = tree;
    this.fileCache = files;
  }

  /** Takes in an event that has a name. */
  observe(event: FanotifyEvent): void {
    const { mask, pid, newDfid, dfid } = event;
    if ((mask & MOVES) === 0) {
      if (pid === this.lastMove?.pid) this.lastMove = null;
    } else if ((mask & fan.FAN_MOVED_FROM) === 0)
      this.lastMove = { pid, to: this.locationOf(event, newDfid.isPresent ? newDfid : dfid) };
  }

  private locationOf(event: FanotifyEvent, record: FidRecord): FileLocation | "elsewhere" {
    const directory = this.tree.find(event.view, record.keyStart, record.keyLength);
    return directory ? { directory, name: recordName(event, record) } : "elsewhere";
  }

  /** Where the file is that the reader's event is about. */
  resolve(): Resolution {
    const { event } = this.reader;
    const place =
      event.mask & fan.FAN_ATTRIB ? this.resolveLinkChange(event) : this.resolveMoved(event);
    if (place === "later") this.reader.pushBack();
    else if (place === "elsewhere") this.fileCache.markMovedAway(event);
    else this.fileCache.update(event, place);
    this.wasPending = place === "later";
    // It ends a move.
    if (event.mask & fan.FAN_MOVE_SELF) this.lastMove = null;
    return place;
  }

  /** Of a changed count of links: a name was made or removed, or replaced by a move just before. */
  private resolveLinkChange(event: FanotifyEvent): Resolution {
    const ahead = this.lookAhead(event);
    if (ahead) return ahead;
    if (this.lastMove?.pid === event.pid) return this.lastMove.to;
    const known = this.fromCache(event);
    return known === "elsewhere" && !this.wasPending ? "later" : known;
  }

  /** Of what was moved or deleted: it was named just before, if anybody wants it. */
  private resolveMoved(event: FanotifyEvent): FileLocation | "elsewhere" {
    const isMove = (event.mask & fan.FAN_MOVE_SELF) !== 0 && this.lastMove?.pid === event.pid;
    return isMove ? this.lastMove!.to : this.fromCache(event);
  }

  /** What follows a changed count of links: the name that was made or removed. */
  private lookAhead(event: FanotifyEvent): FileLocation | "elsewhere" | null {
    let left = LOOKAHEAD_EVENTS;
    for (const next of this.reader.following()) {
      const isNamed = next.dfid.isPresent && (next.mask & NAMES) !== 0;
      // Before Linux 5.17 it does not say which file it is about.
      const isIts = !next.fid.isPresent || isSameFile(event, next);
      if (isNamed && next.pid === event.pid && isIts) return this.locationOf(next, next.dfid);
      if (--left === 0) break;
    }
    return null;
  }

  private fromCache(event: FanotifyEvent): FileLocation | "elsewhere" {
    return this.fileCache.locationOf(event) ?? "elsewhere";
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
