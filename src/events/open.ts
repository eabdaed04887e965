/** An open of a file: the event that `exec` and `all` record, and its columns. */
import { IORING_OPS } from "../kernel/io_uring.ts";
import {
  ABI_IO_URING,
  ABIS,
  CALLS,
  EVENT,
  type EventRecord,
  NOTE_CQE_SKIP,
  NOTE_DIRECT,
  NOTE_NAME_UNREADABLE,
  NOTE_PATH,
  NOTE_PATH_CUT,
  NOTE_RETURN_UNKNOWN,
  NOTE_SQPOLL,
  PATH_BYTES,
} from "../kernel/trace_events.ts";
import { type Column, Slice, type Time } from "./column.ts";

const EFAULT = 14;
/** The kernel's own error numbers for a call that a signal interrupted: include/linux/errno.h. */
const ERESTARTSYS = 512;
const ERESTART_RESTARTBLOCK = 516;
/** O_CREAT, and O_TMPFILE without its O_DIRECTORY: only then is there a mode. */
const TAKES_MODE = 0o100 | 0o20000000;

const CALL_WORDS = CALLS.map((name) => Slice.of(name));
const ABI_WORDS = ABIS.map((name) => Slice.of(name));
const OP_WORDS = new Map(Object.entries(IORING_OPS).map(([op, name]) => [+op, Slice.of(name)]));

const NOTE_WORDS: readonly (readonly [number, string])[] = [
  [NOTE_NAME_UNREADABLE, "name-unreadable"],
  [NOTE_DIRECT, "direct"],
  [NOTE_SQPOLL, "sqpoll"],
  [NOTE_CQE_SKIP, "cqe-skip"],
  [NOTE_PATH_CUT, "path-cut"],
];
const INTERRUPTED = 0x10000;
const noteSlices = new Map<number, Slice | null>();

/** The notes as words between spaces; made once for each combination that occurs. */
function noteWords(bits: number): Slice | null {
  let slice = noteSlices.get(bits);
  if (slice === undefined) {
    const words = NOTE_WORDS.filter(([bit]) => bits & bit).map(([, word]) => word);
    if (bits & INTERRUPTED) words.unshift("interrupted");
    slice = words.length ? Slice.of(words.join(" ")) : null;
    noteSlices.set(bits, slice);
  }
  return slice;
}

/** A lent view of one open. Every getter is valid until the view moves to the next event. */
export class OpenEvent {
  readonly record: EventRecord;
  private readonly nameSlice = new Slice();
  private readonly commSlice = new Slice();
  private readonly leaderSlice = new Slice();
  private readonly pathSlice = new Slice(new Uint8Array(new ArrayBuffer(2 * PATH_BYTES)), 0, 0);
  private readonly lentTime: Time = { seconds: 0, nanoseconds: 0 };
  private readonly bootTime: Time;

  /** @param bootTime when CLOCK_BOOTTIME was 0, on the wall clock */
  constructor(record: EventRecord, bootTime: Time) {
    this.record = record;
    this.bootTime = bootTime;
  }

  /** The name as the program passed it, without NUL. */
  get name(): Slice {
    const slice = this.nameSlice;
    slice.bytes = this.record.bytes;
    slice.start = this.record.nameStart;
    slice.length = this.record.nameLength;
    return slice;
  }

  get comm(): Slice {
    return this.commAt(EVENT.comm, this.commSlice);
  }

  /** comm of the process's first thread. */
  get leaderComm(): Slice {
    return this.commAt(EVENT.leader_comm, this.leaderSlice);
  }

  private commAt(field: number, slice: Slice): Slice {
    slice.bytes = this.record.bytes;
    slice.start = this.record.at + field;
    slice.length = this.record.commLength(field);
    return slice;
  }

  /** 0 where the call takes no mode: the register then holds whatever it held before. */
  get mode(): number {
    return Number(this.record.flags) & TAKES_MODE ? this.record.mode : 0;
  }

  /** The fd or -errno; null where the kernel told only that it went well. */
  get ret(): number | null {
    return this.record.notes & NOTE_RETURN_UNKNOWN ? null : this.record.ret;
  }

  /** True when a signal came first; the kernel restarts the call or turns this into EINTR. */
  get interrupted(): boolean {
    const ret = this.record.ret;
    return ret <= -ERESTARTSYS && ret >= -ERESTART_RESTARTBLOCK;
  }

  /** True when we could not read a name that the kernel itself could. */
  get nameMissing(): boolean {
    return (this.record.notes & NOTE_NAME_UNREADABLE) !== 0 && this.record.ret !== -EFAULT;
  }

  /** True when there is an fd, whose file is known. */
  get opened(): boolean {
    const unknown = NOTE_DIRECT | NOTE_RETURN_UNKNOWN;
    return this.record.ret >= 0 && (this.record.notes & unknown) === 0;
  }

  get notes(): Slice | null {
    const known = this.record.notes & ~(NOTE_PATH | NOTE_RETURN_UNKNOWN);
    return noteWords(known | (this.interrupted ? INTERRUPTED : 0));
  }

  get time(): Time {
    const low = this.record.u32(EVENT.time);
    const high = this.record.u32(EVENT.time + 4);
    // 2^32 ns are 4 s and 294967296 ns: all intermediate values stay below 2^53.
    const rest = high * 294967296 + low;
    const seconds = Math.floor(rest / 1e9);
    const nanoseconds = rest - seconds * 1e9 + this.bootTime.nanoseconds;
    const carry = nanoseconds >= 1e9 ? 1 : 0;
    this.lentTime.seconds = high * 4 + seconds + this.bootTime.seconds + carry;
    this.lentTime.nanoseconds = nanoseconds - carry * 1e9;
    return this.lentTime;
  }

  /** The opened file's absolute path; null where none is known (failed opens, pipes). */
  get path(): Slice | null {
    if (!(this.record.notes & NOTE_PATH)) return null;
    const { bytes, pathStart, pathLength } = this.record;
    const slice = this.pathSlice;
    // The components stand leaf first, each ended by NUL: copied from the last to the first.
    let to = 0;
    let end = pathStart + pathLength - 1;
    while (end > pathStart) {
      let start = end;
      while (start > pathStart && bytes[start - 1] !== 0) start--;
      slice.bytes[to++] = 0x2f;
      for (let from = start; from < end; from++) slice.bytes[to++] = bytes[from];
      end = start - 1;
    }
    if (to === 0) slice.bytes[to++] = 0x2f;
    slice.length = to;
    return slice;
  }
}

/** The device as stat(2) has it in st_dev; the kernel's own numbering differs. */
function userDev(dev: number): number {
  const major = dev >>> 20;
  const minor = dev & 0xfffff;
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

const PID: Column<OpenEvent> = {
  name: "pid",
  key: "pid",
  kind: "integer",
  about: "process id (thread group)",
  of: (e) => e.record.tgid,
};
const CGID: Column<OpenEvent> = {
  name: "cgid",
  key: "cgid",
  kind: "integer",
  about: "cgroup v2 id: the inode number of its directory",
  of: (e) => e.record.cgid,
};
const COMM: Column<OpenEvent> = {
  name: "comm",
  key: "comm",
  kind: "bytes",
  about: "name of the thread",
  of: (e) => e.comm,
};
const KIND: Column<OpenEvent> = {
  name: "kind",
  key: "kind",
  kind: "word",
  about: "open, openat, openat2, creat, or Uring for io_uring",
  of: (e) => CALL_WORDS[e.record.call] ?? CALL_WORDS[0],
};
const FLAGS: Column<OpenEvent> = {
  name: "flags",
  key: "flags",
  kind: "integer",
  about: "open flags as passed",
  of: (e) => e.record.flags,
};
const MODE: Column<OpenEvent> = {
  name: "mode",
  key: "mode",
  kind: "integer",
  about: "mode as passed; 0 where the flags take none",
  of: (e) => e.mode,
};
const FILENAME: Column<OpenEvent> = {
  name: "filename",
  key: "fname",
  kind: "bytes",
  about: "name as passed",
  of: (e) => e.name,
};
const RETURN: Column<OpenEvent> = {
  name: "return",
  key: "return",
  kind: "integer",
  about: "fd, or -errno; empty where io_uring tells only of success",
  of: (e) => e.ret,
};

/** What is written when nothing else is asked for, in this order. */
export const DEFAULT_COLUMNS: readonly Column<OpenEvent>[] = [
  PID,
  CGID,
  COMM,
  KIND,
  FLAGS,
  MODE,
  FILENAME,
  RETURN,
];

/** Every column there is, by name. */
export const OPEN_COLUMNS: readonly Column<OpenEvent>[] = [
  ...DEFAULT_COLUMNS,
  {
    name: "time",
    key: "time",
    kind: "time",
    about: "when it was over: seconds since 1970, nine decimals",
    of: (e) => e.time,
  },
  { name: "tid", key: "tid", kind: "integer", about: "thread id", of: (e) => e.record.tid },
  { name: "ppid", key: "ppid", kind: "integer", about: "parent's pid", of: (e) => e.record.ppid },
  { name: "uid", key: "uid", kind: "integer", about: "user id", of: (e) => e.record.uid },
  { name: "gid", key: "gid", kind: "integer", about: "group id", of: (e) => e.record.gid },
  {
    name: "tgid_comm",
    key: "tgid_comm",
    kind: "bytes",
    about: "name of the process's first thread",
    of: (e) => e.leaderComm,
  },
  {
    name: "dfd",
    key: "dfd",
    kind: "integer",
    about: "directory fd that a relative name starts from; -100: the current directory",
    of: (e) => e.record.dfd,
  },
  {
    name: "op",
    key: "op",
    kind: "word",
    about: "io_uring opcode",
    of: (e) => (e.record.abi === ABI_IO_URING ? (OP_WORDS.get(e.record.nr) ?? null) : null),
  },
  {
    name: "abi",
    key: "abi",
    kind: "word",
    about: "native, compat (32-bit), x32, or io_uring",
    of: (e) => ABI_WORDS[e.record.abi] ?? null,
  },
  {
    name: "path",
    key: "path",
    kind: "bytes",
    about: "absolute path of the opened file, from its fd; empty for a failed open",
    of: (e) => e.path,
  },
  {
    name: "dev",
    key: "dev",
    kind: "integer",
    about: "device of the opened file, as st_dev",
    of: (e) => (e.opened ? userDev(e.record.dev) : null),
  },
  {
    name: "ino",
    key: "ino",
    kind: "integer",
    about: "inode number of the opened file",
    of: (e) => (e.opened ? e.record.ino : null),
  },
  {
    name: "note",
    key: "note",
    kind: "word",
    about: "interrupted, direct (io_uring slot), sqpoll, cqe-skip, name-unreadable, path-cut",
    of: (e) => e.notes,
  },
];
