/**
 * Finds out where a file is of which an event says only which it is: a changed count of links, a
 * file that is deleted or was moved. What comes just before or just after has its name.
 */
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import type { Tree } from "./directory-tree.ts";
import type { Reader } from "./event-reader.ts";
import { nameOf } from "./event-scope.ts";
import type { Files, Place } from "./file-cache.ts";

/** The process's own next event follows; between them there may be others'. */
const NEAR = 64;
const NAMES = fan.FAN_CREATE | fan.FAN_DELETE;
const MOVES = fan.FAN_RENAME | fan.FAN_MOVED_FROM | fan.FAN_MOVED_TO;

/** `elsewhere`: in a directory that nobody wants; `later`: what would tell is not there yet. */
export type Found = Place | "elsewhere" | "later";

export class Nameless {
  private readonly reader: Reader;
  private readonly tree: Tree;
  private readonly files: Files;
  /** Where the process that made the last move moved something, unless it did more since. */
  private lastMove: { readonly pid: number; readonly to: Place | "elsewhere" } | null = null;
  /** Whether the event was met before, when nothing followed it yet. */
  private hasWaited = false;

  constructor(reader: Reader, tree: Tree, files: Files) {
    this.reader = reader;
    this.tree = tree;
    this.files = files;
  }

  /** Takes in an event that has a name. */
  saw(event: FanotifyEvent): void {
    const { mask, pid, newDfid, dfid } = event;
    if ((mask & MOVES) === 0) {
      if (pid === this.lastMove?.pid) this.lastMove = null;
    } else if ((mask & fan.FAN_MOVED_FROM) === 0)
      this.lastMove = { pid, to: this.placeOf(event, newDfid.present ? newDfid : dfid) };
  }

  private placeOf(event: FanotifyEvent, record: FidRecord): Place | "elsewhere" {
    const directory = this.tree.find(event.view, record.key, record.keyLength);
    return directory ? { directory, name: nameOf(event, record) } : "elsewhere";
  }

  /** Where the file is that the reader's event is about. */
  find(): Found {
    const { event } = this.reader;
    const place = event.mask & fan.FAN_ATTRIB ? this.changed(event) : this.moved(event);
    if (place === "later") this.reader.stay();
    else if (place === "elsewhere") this.files.left(event);
    else this.files.learn(event, place);
    this.hasWaited = place === "later";
    // It ends a move.
    if (event.mask & fan.FAN_MOVE_SELF) this.lastMove = null;
    return place;
  }

  /** Of a changed count of links: a name was made or removed, or replaced by a move just before. */
  private changed(event: FanotifyEvent): Found {
    const ahead = this.ahead(event);
    if (ahead) return ahead;
    if (this.lastMove?.pid === event.pid) return this.lastMove.to;
    const known = this.known(event);
    return known === "elsewhere" && !this.hasWaited ? "later" : known;
  }

  /** Of what was moved or deleted: it was named just before, if anybody wants it. */
  private moved(event: FanotifyEvent): Place | "elsewhere" {
    const isMove = (event.mask & fan.FAN_MOVE_SELF) !== 0 && this.lastMove?.pid === event.pid;
    return isMove ? this.lastMove!.to : this.known(event);
  }

  /** What follows a changed count of links: the name that was made or removed. */
  private ahead(event: FanotifyEvent): Place | "elsewhere" | null {
    let left = NEAR;
    for (const next of this.reader.following()) {
      const isNamed = next.dfid.present && (next.mask & NAMES) !== 0;
      // Before Linux 5.17 it does not say which file it is about.
      const isIts = !next.fid.present || isSame(event, next);
      if (isNamed && next.pid === event.pid && isIts) return this.placeOf(next, next.dfid);
      if (--left === 0) break;
    }
    return null;
  }

  private known(event: FanotifyEvent): Place | "elsewhere" {
    return this.files.placeOf(event) ?? "elsewhere";
  }
}

/** Whether two events are about the same file. */
function isSame(one: FanotifyEvent, other: FanotifyEvent): boolean {
  if (!other.fid.present || one.fid.keyLength !== other.fid.keyLength) return false;
  for (let i = 0; i < one.fid.keyLength; i++)
    if (one.view.getUint8(one.fid.key + i) !== other.view.getUint8(other.fid.key + i)) return false;
  return true;
}
