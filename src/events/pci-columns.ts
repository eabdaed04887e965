/**
 * The columns of an audit report: what PCI DSS 4.0 requires of each entry of an audit log (10.2.2):
 * user, type of event, date and time, success or failure, origin, and the affected resource.
 */
import { errnoName } from "../kernel/errno.ts";
import { ByteSlice } from "../text/byte-slice.ts";
import type { Column } from "./column.ts";
import { memoizeWord } from "./memo-words.ts";
import { WATCH_COLUMNS } from "./watch-columns.ts";
import { Q_OVERFLOW, type WatchEvent } from "./watch-event.ts";

type PciColumn = Column<WatchEvent>;

const text = memoizeWord((value: string) => value);

/** Returns a time as ISO 8601 with milliseconds, in UTC. */
function isoTime({ time: { seconds, nanoseconds } }: WatchEvent): ByteSlice {
  const date = new Date(seconds * 1000 + Math.floor(nanoseconds / 1e6));
  return ByteSlice.from(date.toISOString());
}

/** Only what has happened is reported, but for errors of file systems and lost events. */
function outcome({ type, error }: WatchEvent): string {
  if (type === Q_OVERFLOW || type === "NOT_WRITTEN") return "failure: events are missing";
  if (type !== "FS_ERROR") return "success";
  return error === null ? "failure" : `failure: ${errnoName(error)}`;
}

/** Returns a column of `trace watch` under another name. */
function renamed(name: string, from: string, about: string): PciColumn {
  const column = WATCH_COLUMNS.find((each) => each.name === from);
  if (!column) throw new Error(`no column ${from}`);
  return { ...column, name, key: name, about };
}

export const PCI_COLUMNS: readonly PciColumn[] = [
  { name: "when", key: "when", kind: "word", about: "date and time, UTC", of: isoTime },
  {
    name: "who",
    key: "who",
    kind: "bytes",
    about: "user who logged in, otherwise the user of the process",
    of: (e) => text(e.login?.user ?? e.user),
  },
  renamed("as", "user", "user of the process"),
  renamed("what", "type", "type of event"),
  {
    name: "outcome",
    key: "outcome",
    kind: "bytes",
    about: "success or failure",
    of: (e) => text(outcome(e)),
  },
  renamed("host", "host", "origin: the machine"),
  renamed("from", "from", "origin: the host of the login"),
  renamed("tty", "tty", "origin: the terminal"),
  renamed("session", "session", "origin: the login session"),
  renamed("resource", "path", "the file"),
  renamed("old_resource", "old_path", "its old path"),
  renamed("pid", "pid", "the process"),
  renamed("command", "ancestors", "its command line, and those of the processes that led to it"),
];
