/** Maps the types of watch events to the event bits of fanotify_mark(2). */
import type { WatchType } from "../../events/watch-event.ts";
import * as fan from "../../kernel/fanotify.ts";

export const EVENT_BITS: Readonly<Record<WatchType, number>> = {
  CREATE: fan.FAN_CREATE,
  MOVED_TO: fan.FAN_MOVED_TO,
  OPEN: fan.FAN_OPEN,
  OPEN_EXEC: fan.FAN_OPEN_EXEC,
  ACCESS: fan.FAN_ACCESS,
  MODIFY: fan.FAN_MODIFY,
  ATTRIB: fan.FAN_ATTRIB,
  CLOSE_WRITE: fan.FAN_CLOSE_WRITE,
  CLOSE_NOWRITE: fan.FAN_CLOSE_NOWRITE,
  RENAME: fan.FAN_RENAME,
  MOVE_SELF: fan.FAN_MOVE_SELF,
  MOVED_FROM: fan.FAN_MOVED_FROM,
  DELETE: fan.FAN_DELETE,
  DELETE_SELF: fan.FAN_DELETE_SELF,
  FS_ERROR: fan.FAN_FS_ERROR,
};

/**
 * The order in which the types of one kernel event are reported. The kernel merges consecutive
 * events and does not say in which order they happened. This is the usual order in the life of a
 * file, from creation to deletion.
 */
export const REPORT_ORDER = Object.keys(EVENT_BITS) as readonly WatchType[];

export function eventMask(types: ReadonlySet<WatchType>): number {
  return [...types].reduce((all, type) => all | EVENT_BITS[type], 0);
}

/** Masks for fanotify_mark(2): the requested types, and the events that update the tree. */
export interface MarkMasks {
  /** For a filesystem mark. */
  readonly filesystem: number;
  /** For the mark of a watched directory. */
  readonly inode: number;
  /** For the mark of an ancestor of a requested path: the names in it. */
  readonly ancestor: number;
}

/** @param reportsTargetFid see Group */
export function markMasks(types: ReadonlySet<WatchType>, reportsTargetFid: boolean): MarkMasks {
  const moves = reportsTargetFid ? fan.FAN_RENAME : fan.FAN_MOVED_FROM | fan.FAN_MOVED_TO;
  const named = eventMask(types) & (fan.FAN_MOVED_FROM | fan.FAN_MOVED_TO);
  const ancestor = moves | named | fan.FAN_CREATE | fan.FAN_DELETE | fan.FAN_ONDIR;
  // A file that a rename replaces is named by its FAN_ATTRIB (its link count changes), which comes
  // between the rename and its FAN_MOVE_SELF: see name-resolver.ts.
  const reportsNameless = types.has("DELETE_SELF") || types.has("ATTRIB");
  const nameless = reportsNameless ? fan.FAN_ATTRIB | fan.FAN_MOVE_SELF : 0;
  const common = eventMask(types) | ancestor;
  const inode = (common & ~fan.FAN_FS_ERROR) | fan.FAN_EVENT_ON_CHILD;
  return { filesystem: (common | nameless) >>> 0, inode: inode >>> 0, ancestor: ancestor >>> 0 };
}
