/** The columns of `trace watch`, its logs and their readers. */

import { integer, symbol, type Value } from "../syscalls/value.ts";
import { ByteSlice } from "../text/byte-slice.ts";
import { encodeLatin1, latin1Slice } from "../text/latin1.ts";
import { decodeUtf8 } from "../text/utf8.ts";
import type { Column } from "./column.ts";
import { memoizeWord } from "./memo-words.ts";
import { chainOf, effectiveUid, otherRealUid, type ProcessInfo } from "./process-info.ts";
import type { FileAttributes, WatchEvent } from "./watch-event.ts";

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
    type: "int32",
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

export const DIGEST: WatchColumn = {
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

/** The columns for which login sessions are looked up. */
export const LOGIN_COLUMNS: readonly string[] = ORIGIN_COLUMNS.map(({ name }) => name);

const REAL_USER: WatchColumn = {
  name: "ruser",
  key: "ruser",
  kind: "bytes",
  about: "real user, if that is another: of a set-user-ID program",
  of: (e) => (e.realUser === "" ? null : toWord(e.realUser)),
};

/** What only lines of notes contain in a log: a quote within a string is escaped. */
export const NOTE_MARK = Buffer.from(',"details":{');

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
    type: "int32",
    about: "parent's pid",
    of: (e) => e.processInfo.ppid || null,
  },
  {
    name: "uid",
    key: "uid",
    kind: "integer",
    type: "uint32",
    about: "effective user id",
    of: (e) => (effectiveUid(e.processInfo) < 0 ? null : effectiveUid(e.processInfo)),
  },
  REAL_USER,
  {
    name: "ruid",
    key: "ruid",
    kind: "integer",
    type: "uint32",
    about: "real user id, if that is another",
    of: (e) => otherRealUid(e.processInfo),
  },
  {
    name: "error",
    key: "error",
    kind: "integer",
    type: "int32",
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
