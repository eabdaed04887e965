/** The types of events and their bits. */
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
 * The types in the order in which those of one event are told. The kernel makes one event of
 * several that follow each other and does not say in which order they came: this is the one in
 * which they mostly do, from a file's appearing to its going.
 */
export const REPORT_ORDER = Object.keys(EVENT_BITS) as readonly WatchType[];

export function eventMask(types: ReadonlySet<WatchType>): number {
  return [...types].reduce((all, type) => all | EVENT_BITS[type], 0);
}

/** What is asked of the kernel: what is wanted, and what the tree is kept by. */
export interface MarkMasks {
  /** For the mark of a whole file system. */
  readonly filesystem: number;
  /** For the mark of a directory. */
  readonly inode: number;
  /** For that of a directory above what the user gave. */
  readonly ancestor: number;
}

export function markMasks(types: ReadonlySet<WatchType>, hasTargets: boolean): MarkMasks {
  const moves = hasTargets ? fan.FAN_RENAME : fan.FAN_MOVED_FROM | fan.FAN_MOVED_TO;
  const above = moves | fan.FAN_DELETE | fan.FAN_ONDIR;
  // The name of a file that is replaced is known by its changed count of links, between the move
  // and its end: see nameless.ts.
  const isNamelessTold = types.has("DELETE_SELF") || types.has("ATTRIB");
  const nameless = isNamelessTold ? fan.FAN_ATTRIB | fan.FAN_MOVE_SELF : 0;
  const common = eventMask(types) | fan.FAN_CREATE | above;
  const inode = (common & ~fan.FAN_FS_ERROR) | fan.FAN_EVENT_ON_CHILD;
  return { filesystem: (common | nameless) >>> 0, inode: inode >>> 0, ancestor: above >>> 0 };
}
