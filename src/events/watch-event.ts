/** The event that `trace watch` records, a change of a file and its process, and its columns. */

import { integer, symbol, type Value } from "../syscalls/value.ts";
import { ByteSlice } from "../text/byte-slice.ts";
import { encodeLatin1, latin1Slice } from "../text/latin1.ts";
import { decodeUtf8 } from "../text/utf8.ts";
import type { Column, Time } from "./column.ts";
import type { LoginSession } from "./login-session.ts";
import { memoizeWord } from "./memo-words.ts";
import {
  chainOf,
  effectiveUid,
  otherRealUid,
  type ProcessInfo,
  UNKNOWN_PROCESS,
} from "./process-info.ts";
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

/** Whether a line is a note. */
export function isNote(type: string): type is NoteType {
  return Object.hasOwn(NOTES, type);
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

interface EncodedProcess {
  readonly comm: ByteSlice | null;
  readonly argv: readonly ByteSlice[];
}

/** Caches the encoded names, because most events are of a process that had one before. */
const encodedProcesses = new WeakMap<ProcessInfo, EncodedProcess>();

function encodedProcess(info: ProcessInfo): EncodedProcess {
  let bytes = encodedProcesses.get(info);
  if (!bytes) {
    bytes = {
      comm: info.comm === "" ? null : latin1Slice(info.comm),
      argv: info.argv.map(latin1Slice),
    };
    encodedProcesses.set(info, bytes);
  }
  return bytes;
}

const toWord = memoizeWord((name: string) => name);
const fileTypeWord = memoizeWord((isDirectory: boolean | null) =>
  isDirectory === null ? "" : isDirectory ? "dir" : "file",
);

type WatchColumn = Column<WatchEvent>;

export const DEFAULT_WATCH_COLUMNS: readonly WatchColumn[] = [
  {
    name: "time",
    key: "time",
    kind: "time",
    about: "when the event was read: seconds since 1970, nine decimals",
    of: (e) => e.time,
  },
  {
    name: "type",
    key: "type",
    kind: "word",
    about: "type of the event or note; Q_OVERFLOW where events are missing",
    of: (e) => toWord(e.type),
  },
  {
    name: "path",
    key: "path",
    kind: "bytes",
    about: "the file",
    of: (e) => (e.path.length ? e.path : null),
  },
  {
    name: "old_path",
    key: "old_path",
    kind: "bytes",
    about: "the old path of a RENAME",
    of: (e) => (e.oldPath.length ? e.oldPath : null),
  },
  {
    name: "size",
    key: "size",
    kind: "integer",
    about: "size of the file in bytes when the event was read",
    of: (e) => e.size,
  },
  {
    name: "change",
    key: "change",
    kind: "integer",
    about: "difference to its last known size",
    of: (e) => e.change,
  },
  {
    name: "pid",
    key: "pid",
    kind: "integer",
    about: "process that made the change",
    of: (e) => (e.processInfo.pid === 0 ? null : e.processInfo.pid),
  },
  {
    name: "comm",
    key: "comm",
    kind: "bytes",
    about: "name of the process",
    of: (e) => encodedProcess(e.processInfo).comm,
  },
  {
    name: "user",
    key: "user",
    kind: "bytes",
    about: "effective user, whose rights applied",
    of: (e) => (e.user === "" ? null : toWord(e.user)),
  },
  {
    name: "argv",
    key: "argv",
    kind: "list",
    about: "command line; in CSV quoted for a shell",
    of: (e) => encodedProcess(e.processInfo).argv,
  },
  {
    name: "origin",
    key: "origin",
    kind: "word",
    about:
      "source of the name: bpf, proc (read from /proc), inherited (from the parent), directory (that created the new directory in which the file was found), unknown",
    of: (e) => toWord(e.processInfo.origin),
  },
];

/** The column that a log has besides the default ones. */
const ANCESTORS: WatchColumn = {
  name: "ancestors",
  key: "ancestors",
  kind: "chain",
  about: "the process and those that led to it, nearest first: rm ← sh x.sh ← cron",
  of: (e) => chainOf(e.processInfo),
};

const OLD_SIZE: WatchColumn = {
  name: "old_size",
  key: "old_size",
  kind: "integer",
  about: "size of the file before, if it is known",
  of: (e) => e.oldSize,
};

const octal = memoizeWord((mode: number) => mode.toString(8).padStart(4, "0"));
const nowOf = ({ type, attributes }: WatchEvent) =>
  type === "ATTRIB" || type === "CREATE" ? attributes : null;
const beforeOf = ({ type, oldAttributes }: WatchEvent) =>
  type === "ATTRIB" ? oldAttributes : null;

/** A column of one of the attributes. */
function attributeColumn(
  name: string,
  about: string,
  of: (event: WatchEvent) => FileAttributes | null,
  part: "mode" | "owner" | "group",
): WatchColumn {
  const word = (attributes: FileAttributes | null) => {
    if (attributes === null) return null;
    return part === "mode" ? octal(attributes.mode) : toWord(attributes[part]);
  };
  const kind = part === "mode" ? "word" : "bytes";
  return { name, key: name, kind, about, of: (event) => word(of(event)) };
}

/** Mode and owner of a file, and what they were. */
export const ATTRIBUTE_COLUMNS: readonly WatchColumn[] = [
  attributeColumn("mode", "mode of the file of a CREATE or ATTRIB, octal", nowOf, "mode"),
  attributeColumn("old_mode", "its mode before an ATTRIB, if it is known", beforeOf, "mode"),
  attributeColumn("owner", "user that the file of a CREATE or ATTRIB belongs to", nowOf, "owner"),
  attributeColumn("old_owner", "its user before an ATTRIB, if it is known", beforeOf, "owner"),
  attributeColumn("group", "group that the file of a CREATE or ATTRIB belongs to", nowOf, "group"),
  attributeColumn("old_group", "its group before an ATTRIB, if it is known", beforeOf, "group"),
];

/** The columns for which files are read, besides the events. */
export const STAT_COLUMNS: readonly string[] = [
  ...["size", "change", "old_size"],
  ...ATTRIBUTE_COLUMNS.map(({ name }) => name),
];

/** Columns of the rules. */
export const SEVERITY_COLUMNS: readonly WatchColumn[] = [
  {
    name: "severity",
    key: "severity",
    kind: "word",
    about: "danger, warning or info, by the rules of the user",
    of: (e) => toWord(e.severity),
  },
  {
    name: "reason",
    key: "reason",
    kind: "bytes",
    about: "text of the rule that applied",
    of: (e) => toWord(e.reason),
  },
];

const digestWord = (digest: string) => (digest === "" ? null : ByteSlice.from(digest));

const DIGEST: WatchColumn = {
  name: "digest",
  key: "digest",
  kind: "bytes",
  about: "SHA-256 of the file of a CLOSE_WRITE, if it was asked for",
  of: (e) => digestWord(e.digest),
};

const toValue = (value: number | string): Value =>
  typeof value === "number" ? integer(value) : symbol(value);

const DETAILS: WatchColumn = {
  name: "details",
  key: "details",
  kind: "values",
  about: "what a note adds, as JSON",
  of: ({ details }) =>
    details && Object.entries(details).map(([name, value]) => [name, toValue(value)]),
};

const toBytes = memoizeWord((name: string) => name);
const toBytesOfLatin1 = memoizeWord((name: string) =>
  decodeUtf8(encodeLatin1(name), () => "\ufffd"),
);

/** Where a change came from: the login session of its process, and the machine. */
const ORIGIN_COLUMNS: readonly WatchColumn[] = [
  {
    name: "login",
    key: "login",
    kind: "bytes",
    about: "user who logged in, whatever user the process has become since (loginuid)",
    of: (e) => toBytes(e.login?.user ?? ""),
  },
  {
    name: "session",
    key: "session",
    kind: "integer",
    about: "number of the login session (sessionid)",
    of: (e) => e.login?.id ?? null,
  },
  {
    name: "tty",
    key: "tty",
    kind: "bytes",
    about: "terminal of the login session's process",
    of: (e) => toBytes(e.login?.tty ?? ""),
  },
  {
    name: "from",
    key: "from",
    kind: "bytes",
    about: "host that the user logged in from, if systemd-logind knows it",
    of: (e) => toBytesOfLatin1(e.login?.from ?? ""),
  },
  {
    name: "host",
    key: "host",
    kind: "bytes",
    about: "name of the machine",
    of: (e) => toBytesOfLatin1(e.host),
  },
];

const REAL_USER: WatchColumn = {
  name: "ruser",
  key: "ruser",
  kind: "bytes",
  about: "real user, if that is another: of a set-user-ID program",
  of: (e) => (e.realUser === "" ? null : toWord(e.realUser)),
};

/** The columns of a log, which `trace query` and `trace changes` read. */
export const LOG_COLUMNS: readonly WatchColumn[] = [
  ...DEFAULT_WATCH_COLUMNS,
  ANCESTORS,
  // Only notes have it, which is how a reader finds them without parsing every line.
  { ...DETAILS, sparse: true },
  { ...REAL_USER, sparse: true },
  // Otherwise it is the difference of size and change.
  {
    ...OLD_SIZE,
    kind: "integer",
    of: (e) => (e.size === null || e.change === null ? e.oldSize : null),
    sparse: true,
  },
  ...[...ATTRIBUTE_COLUMNS, ...SEVERITY_COLUMNS, DIGEST].map((column) => ({
    ...column,
    sparse: true,
  })),
  ...ORIGIN_COLUMNS.map((column) => ({ ...column, sparse: true })),
];

export const WATCH_COLUMNS: readonly WatchColumn[] = [
  ...DEFAULT_WATCH_COLUMNS,
  ANCESTORS,
  {
    name: "ftype",
    key: "ftype",
    kind: "word",
    about: "dir or file (anything else)",
    of: (e) => fileTypeWord(e.isDirectory),
  },
  {
    name: "ppid",
    key: "ppid",
    kind: "integer",
    about: "parent's pid",
    of: (e) => e.processInfo.ppid || null,
  },
  {
    name: "uid",
    key: "uid",
    kind: "integer",
    about: "effective user id",
    of: (e) => (effectiveUid(e.processInfo) < 0 ? null : effectiveUid(e.processInfo)),
  },
  REAL_USER,
  {
    name: "ruid",
    key: "ruid",
    kind: "integer",
    about: "real user id, if that is another",
    of: (e) => otherRealUid(e.processInfo),
  },
  {
    name: "error",
    key: "error",
    kind: "integer",
    about: "errno of an FS_ERROR",
    of: (e) => e.error,
  },
  {
    name: "link",
    key: "link",
    kind: "bytes",
    about: "another name of a requested file, by which it was changed",
    of: (e) => (e.link.length ? e.link : null),
  },
  OLD_SIZE,
  ...ATTRIBUTE_COLUMNS,
  ...SEVERITY_COLUMNS,
  DIGEST,
  DETAILS,
  ...ORIGIN_COLUMNS,
];
