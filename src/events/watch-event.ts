/** A change of a watched file, with who made it: what `trace watch` records, and its columns. */

import { ByteSlice } from "../text/byte-slice.ts";
import type { Column, Time } from "./column.ts";
import { memoizeWord } from "./memo-words.ts";
import { type ProcessInfo, UNKNOWN_PROCESS } from "./process-info.ts";

/** The types of events, by their names in fanotify(7) without FAN_. */
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

/** Stands in the stream where events are missing: the kernel's queue was full. It has no path. */
export const Q_OVERFLOW = "Q_OVERFLOW";

/** Those that are told of unless the user says otherwise: what changes a file. */
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

/** One type of one change. A lent view: valid until its source moves to the next event. */
export class WatchEvent {
  type: WatchType | typeof Q_OVERFLOW = "CREATE";
  /** Whether it is about a directory; null: a record does not tell. */
  isDirectory: boolean | null = false;
  /** When it was read: the kernel does not say when it happened. */
  readonly time: Time = { seconds: 0, nanoseconds: 0 };
  /** Absolute, as it was when it happened. */
  readonly path = new ByteSlice();
  /** What a RENAME renamed; length 0: nothing. */
  readonly oldPath = new ByteSlice();
  /** Bytes of a regular file when the event was read; null: of no such, or it is gone. */
  size: number | null = null;
  /** By how many bytes that differs from when it was last known; null: it was not. */
  change: number | null = null;
  /** Its pid is 0 without CAP_SYS_ADMIN: then the kernel reports no pids of other processes. */
  processInfo: ProcessInfo = UNKNOWN_PROCESS;
  /** The name of its user, or the number; "": not known. */
  user = "";
  /** errno of the file system: of FS_ERROR alone. */
  error: number | null = null;
}

const latin1Slice = (text: string) => new ByteSlice(Buffer.from(text, "latin1"));

interface EncodedProcess {
  readonly comm: ByteSlice | null;
  readonly argv: readonly ByteSlice[];
}

/** Most events are of a process that did something before. */
const encodedProcesses = new WeakMap<ProcessInfo, EncodedProcess>();

function encodedProcess(who: ProcessInfo): EncodedProcess {
  let bytes = encodedProcesses.get(who);
  if (!bytes) {
    bytes = {
      comm: who.comm === "" ? null : latin1Slice(who.comm),
      argv: who.argv.map(latin1Slice),
    };
    encodedProcesses.set(who, bytes);
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
    about: "when it was read: seconds since 1970, nine decimals",
    of: (e) => e.time,
  },
  {
    name: "type",
    key: "type",
    kind: "word",
    about: "what happened; Q_OVERFLOW where events are missing",
    of: (e) => toWord(e.type),
  },
  {
    name: "path",
    key: "path",
    kind: "bytes",
    about: "of which file",
    of: (e) => (e.path.length ? e.path : null),
  },
  {
    name: "old_path",
    key: "old_path",
    kind: "bytes",
    about: "what a RENAME renamed",
    of: (e) => (e.oldPath.length ? e.oldPath : null),
  },
  {
    name: "size",
    key: "size",
    kind: "integer",
    about: "bytes of the file then",
    of: (e) => e.size,
  },
  {
    name: "change",
    key: "change",
    kind: "integer",
    about: "by how many bytes it grew since it was last known",
    of: (e) => e.change,
  },
  {
    name: "pid",
    key: "pid",
    kind: "integer",
    about: "who did it: process id",
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
    about: "user's name",
    of: (e) => (e.user === "" ? null : toWord(e.user)),
  },
  {
    name: "argv",
    key: "argv",
    kind: "list",
    about: "command line; in CSV quoted as a shell takes it",
    of: (e) => encodedProcess(e.processInfo).argv,
  },
  {
    name: "origin",
    key: "origin",
    kind: "word",
    about: "who told its name: bpf, proc (read from /proc), inherited (its parent's), unknown",
    of: (e) => toWord(e.processInfo.origin),
  },
];

export const WATCH_COLUMNS: readonly WatchColumn[] = [
  ...DEFAULT_WATCH_COLUMNS,
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
    about: "user id",
    of: (e) => (e.processInfo.uid < 0 ? null : e.processInfo.uid),
  },
  {
    name: "error",
    key: "error",
    kind: "integer",
    about: "errno of a FS_ERROR",
    of: (e) => e.error,
  },
];
