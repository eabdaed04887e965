/** The event that `trace watch` records: a change of a file and its process, or a note about the watching. */

import { ByteSlice } from "../text/byte-slice.ts";
import type { Time } from "./column.ts";
import type { LoginSession } from "./login-session.ts";
import { type ProcessInfo, UNKNOWN_PROCESS } from "./process-info.ts";
import type { Severity } from "./syscall-event.ts";

/** The types of events: their names in fanotify(7) without FAN_. */
export const WATCH_TYPES = [
  "ACCESS",
  "MODIFY",
  "CLOSE_WRITE",
  "CLOSE_NOWRITE",
  "OPEN",
  "OPEN_EXEC",
  "ATTRIB",
  "CREATE",
  "DELETE",
  "DELETE_SELF",
  "MOVED_FROM",
  "MOVED_TO",
  "MOVE_SELF",
  "RENAME",
  "FS_ERROR",
] as const;

export type WatchType = (typeof WATCH_TYPES)[number];

/**
 * The types of notes: lines that are about the watching rather than about a change. They pass every
 * filter of `trace watch`. Those `inLog` are written to logs only, and read for the completeness
 * report; the others are reported like events.
 */
export const NOTES = {
  Q_OVERFLOW: { inLog: false, about: "events are missing, because the kernel's queue was full" },
  NOT_WRITTEN: { inLog: false, about: "events are missing, because the log could not be written" },
  PATH_GONE: { inLog: false, about: "nothing has the watched path any more" },
  PATH_BACK: { inLog: false, about: "something has the watched path again, and is watched" },
  MOUNT: { inLog: false, about: "a file system was mounted at, above or below a watched path" },
  UNMOUNT: { inLog: false, about: "it was unmounted" },
  WATCH_START: { inLog: true, about: "a process begins to watch the path, or continues to" },
  WATCH_END: { inLog: true, about: "it has ended" },
  CLOCK_STEP: { inLog: true, about: "the system's clock was set" },
  SEGMENT: { inLog: true, about: "the end of a segment of the log, with the hash of its lines" },
  CLEANED: { inLog: true, about: "trace clean dropped the lines before" },
} as const;

export type NoteType = keyof typeof NOTES;

export const NOTE_TYPES = Object.keys(NOTES) as readonly NoteType[];

/** Marks where events are missing. It has no path. */
export const Q_OVERFLOW = "Q_OVERFLOW" satisfies NoteType;

/** Follows events that are missing in a log. Its details have their number as `count`. */
export const NOT_WRITTEN = "NOT_WRITTEN" satisfies NoteType;

/** What a note adds to its path and process: numbers and texts by name. */
export type NoteDetails = Readonly<Record<string, number | string>>;

const NOTE_NAMES: ReadonlySet<string> = new Set(NOTE_TYPES);

/** Whether a line is a note. */
export function isNote(type: string): type is NoteType {
  return NOTE_NAMES.has(type);
}

/** Whether a line is a note that is shown only on request. */
export function isLogNote(type: string): boolean {
  return isNote(type) && NOTES[type].inLog;
}

/** The default types: those that change a file. */
export const DEFAULT_WATCH_TYPES: readonly WatchType[] = [
  "CLOSE_WRITE",
  "ATTRIB",
  "CREATE",
  "DELETE",
  "DELETE_SELF",
  "MOVED_FROM",
  "MOVED_TO",
  "MOVE_SELF",
];

/** Mode and owner of a file: inode(7). */
export interface FileAttributes {
  /** Permissions, with the set-user-ID, set-group-ID and sticky bits. */
  readonly mode: number;
  /** -1 if only the name is known. */
  readonly uid: number;
  readonly gid: number;
  /** Names, or the ids if they have none. */
  readonly owner: string;
  readonly group: string;
}

/** One type of one change. A borrowed view: valid until its source moves to the next event. */
export class WatchEvent {
  type: WatchType | NoteType = "CREATE";
  /** Whether the file is a directory; null if a record does not say. */
  isDirectory: boolean | null = false;
  /** When the event was read: the kernel does not report when it happened. */
  readonly time: Time = { seconds: 0, nanoseconds: 0 };
  /** The absolute path at the time of the event. */
  readonly path = new ByteSlice();
  /** The old path of a RENAME; empty for other types. */
  readonly oldPath = new ByteSlice();
  /** Another name of the file, by which it was changed; empty if that is `path`. */
  readonly link = new ByteSlice();
  /** Size in bytes when the event was read; null if it is not a regular file or no longer exists. */
  size: number | null = null;
  /** Difference to the last known size in bytes; null if there was none. */
  change: number | null = null;
  /** Size in bytes before; null if it is not known. */
  oldSize: number | null = null;
  /** Mode and owner of a CREATE or ATTRIB when the event was read; null if unknown. */
  attributes: FileAttributes | null = null;
  /** Mode and owner before an ATTRIB; null if unknown. */
  oldAttributes: FileAttributes | null = null;
  /** Its pid is 0 without CAP_SYS_ADMIN: then the kernel reports no pids of other processes. */
  processInfo: ProcessInfo = UNKNOWN_PROCESS;
  /** The effective user's name, or uid if it has none; "" if unknown. */
  user = "";
  /** The real user, if that is another; else "". */
  realUser = "";
  /** The login session of the process; null if it is not known. */
  login: LoginSession | null = null;
  /** The machine; "" if it is not known. One character per byte. */
  host = "";
  /** The errno of an FS_ERROR; null for other types. */
  error: number | null = null;
  /** SHA-256 of the file of a CLOSE_WRITE, hexadecimal; "" if there is none. */
  digest = "";
  /** Opens the file of a CLOSE_WRITE for reading: an fd, or negative. Valid as the event is. */
  openFile: (() => number) | null = null;
  /** By the rules of the user; "" without rules. */
  severity: Severity | "" = "";
  /** The text of the rule; "" if none matched. */
  reason = "";
  /** What a note adds; null for other types. */
  details: NoteDetails | null = null;
  /** Connects the MOVED_FROM and the MOVED_TO of a move; 0 for other types and in a history. */
  cookie = 0;
}

const copySlice = ({ bytes, start, length }: ByteSlice) =>
  new ByteSlice(bytes.slice(start, start + length));

/** Returns an event that owns its bytes, and whose file cannot be opened any more. */
export function copyOf(event: WatchEvent): WatchEvent {
  return Object.assign(new WatchEvent(), event, {
    time: { ...event.time },
    path: copySlice(event.path),
    oldPath: copySlice(event.oldPath),
    openFile: null,
  });
}
