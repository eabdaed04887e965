/** The columns of a FileEvent, all of them and the default ones. */
import { errnoName } from "../kernel/errno.ts";
import type { Arch } from "../kernel/fcntl.ts";
import { FILE_TYPES, fileType } from "../kernel/stat.ts";
import { CALLS_WITH_OWN_FLAGS, flagsText, modeText } from "../syscalls/flags-text.ts";
import { ByteSlice } from "../text/byte-slice.ts";
import type { Column } from "./column.ts";
import { EVENT_KINDS, type EventKind } from "./event-kinds.ts";
import * as abi from "./event-record.ts";
import { CALL_NAMES } from "./file-calls.ts";
import { type FileEvent, type Stream, uringOp } from "./file-event.ts";
import { URING_OPS } from "./io-uring-ops.ts";
import { memoizeWord, memoizeWordBy } from "./memo-words.ts";
import { mountText } from "./mount-text.ts";

export type FileColumn = Column<FileEvent> & {
  /** WANT_* bits of the fields that the kernel has to read; absent if they are always read. */
  readonly want?: number;
  /** The kinds of events that have a value; absent if all may have one. */
  readonly kinds?: readonly EventKind[];
};

const TWO_NAME_KINDS: readonly EventKind[] = ["rename", "link", "symlink", "xattr", "mount"];

const wordsByName = (names: readonly string[]) =>
  new Map(names.map((name) => [name, ByteSlice.from(name)]));
const CALL_WORDS = CALL_NAMES.map((name) => ByteSlice.from(name));
const KIND_WORDS = wordsByName(EVENT_KINDS);
const ABI_WORDS = abi.ABIS.map((name) => ByteSlice.from(name));
const OP_WORDS = wordsByName(URING_OPS.map(({ name }) => name));
const TYPE_WORDS = wordsByName(FILE_TYPES);
const WORD_BY_TYPE: Readonly<Record<number, ByteSlice>> = {
  [abi.EVENT_INTERP]: ByteSlice.from("interp"),
  [abi.EVENT_FORK]: ByteSlice.from("fork"),
  [abi.EVENT_EXIT]: ByteSlice.from("exit"),
};

const NOTE_WORDS: readonly (readonly [number, string])[] = [
  [abi.NOTE_NAME_UNREADABLE | abi.NOTE_NAME2_UNREADABLE, "name-unreadable"],
  [abi.NOTE_CREATED, "created"],
  [abi.NOTE_DIRECT, "direct"],
  [abi.NOTE_SQPOLL, "sqpoll"],
  [abi.NOTE_CQE_SKIP, "cqe-skip"],
  [abi.NOTE_PATH_CUT | abi.NOTE_PATH2_CUT, "path-cut"],
  [abi.NOTE_ARGV_CUT, "argv-cut"],
  [abi.NOTE_SECCOMP, "seccomp"],
];
const ALL_NOTES = NOTE_WORDS.reduce((bits, [bit]) => bits | bit, 0);
const INTERRUPTED = 0x10000;

const noteWord = memoizeWord((bits: number) => {
  const words = NOTE_WORDS.filter(([bit]) => bits & bit).map(([, word]) => word);
  return [...(bits & INTERRUPTED ? ["interrupted"] : []), ...words].join(" ");
});

/** What the flags of a call are called by; undefined where that is the kind of event. */
const FLAGS_SUBJECT_BY_CALL = CALL_NAMES.map((name) =>
  CALLS_WITH_OWN_FLAGS.find((call) => call === name),
);
const flagsWords = (arch: Arch) =>
  memoizeWordBy([...EVENT_KINDS, ...CALLS_WITH_OWN_FLAGS], (subject, flags: number | bigint) =>
    flagsText(subject, flags, arch),
  );
const FLAGS_WORDS = { x64: flagsWords("x64"), arm64: flagsWords("arm64") } as const;
const modeWord = memoizeWordBy(EVENT_KINDS, modeText);
const errnoWord = memoizeWord((ret: number) => errnoName(-ret));

/** Converts the kernel's dev_t to the encoding of st_dev in stat(2). */
function userDev(dev: number): number {
  const major = dev >>> 20;
  const minor = dev & 0xfffff;
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

/** Formats what a standard stream refers to: pipes and sockets as in /proc/PID/fd. */
function streamText(stream: Stream | null): ByteSlice | null {
  if (stream === null) return null;
  const { mode, ino, dev, isPipe } = stream;
  const type = isPipe ? "pipe" : fileType(mode);
  const id = isPipe || type === "socket" ? `${ino}` : `${userDev(dev)}:${ino}`;
  return ByteSlice.from(`${type}:[${id}]`);
}

const streamColumn = (name: string, fd: 0 | 1 | 2): FileColumn => ({
  name,
  key: name,
  kind: "word",
  about: `${name} at an exec: pipe:[INO], socket:[INO], file:[DEV:INO], char:[DEV:INO], …`,
  want: abi.WANT_STDIO,
  kinds: ["exec"],
  of: (e) => streamText(e.stream(fd)),
});

/** The default columns, in order. */
export const DEFAULT_FILE_EVENT_COLUMNS: readonly FileColumn[] = [
  {
    name: "pid",
    key: "pid",
    kind: "integer",
    type: "int32",
    about: "process id (thread group)",
    of: (e) => e.record.tgid,
  },
  {
    name: "cgid",
    key: "cgid",
    kind: "integer",
    type: "uint64",
    about: "cgroup v2 id: the inode number of its directory",
    of: (e) => e.record.cgid,
  },
  { name: "comm", key: "comm", kind: "bytes", about: "name of the thread", of: (e) => e.comm },
  {
    name: "kind",
    key: "kind",
    kind: "word",
    about: "the system call: openat, rename, …; Uring for io_uring; fork, exit, interp",
    of: (e) =>
      WORD_BY_TYPE[e.record.type] ??
      CALL_WORDS[e.record.type === abi.EVENT_EXEC ? e.execCall : e.record.call] ??
      CALL_WORDS[0],
  },
  {
    name: "flags",
    key: "flags",
    kind: "integer",
    type: "uint64",
    about: "flags as passed",
    of: (e) => e.flags,
  },
  {
    name: "mode",
    key: "mode",
    kind: "integer",
    type: "uint32",
    about: "mode as passed; 0 if the flags of an open use none",
    of: (e) => e.mode,
  },
  {
    name: "filename",
    key: "fname",
    kind: "bytes",
    about: "name as passed; an address as text",
    of: (e) => e.name,
  },
  {
    name: "return",
    key: "return",
    kind: "integer",
    type: "int32",
    about: "result, such as an fd or a child's pid, or -errno; empty if unknown",
    of: (e) => e.ret,
  },
];

/** All columns. */
export const FILE_EVENT_COLUMNS: readonly FileColumn[] = [
  ...DEFAULT_FILE_EVENT_COLUMNS,
  {
    name: "event",
    key: "event",
    kind: "word",
    about: "kind of event: open, rename, exec, …",
    of: (e) => KIND_WORDS.get(e.kind) ?? null,
  },
  {
    name: "time",
    key: "time",
    kind: "time",
    about: "when the call ended: seconds since 1970, nine decimals",
    of: (e) => e.time,
  },
  {
    name: "tid",
    key: "tid",
    kind: "integer",
    type: "int32",
    about: "thread id",
    of: (e) => e.record.tid,
  },
  {
    name: "ppid",
    key: "ppid",
    kind: "integer",
    type: "int32",
    about: "parent's pid",
    want: abi.WANT_PROCESS,
    of: (e) => e.record.ppid,
  },
  {
    name: "uid",
    key: "uid",
    kind: "integer",
    type: "uint32",
    about: "user id",
    want: abi.WANT_PROCESS,
    of: (e) => e.record.uid,
  },
  {
    name: "gid",
    key: "gid",
    kind: "integer",
    type: "uint32",
    about: "group id",
    want: abi.WANT_PROCESS,
    of: (e) => e.record.gid,
  },
  {
    name: "tgid_comm",
    key: "tgid_comm",
    kind: "bytes",
    about: "name of the process's first thread",
    want: abi.WANT_PROCESS,
    of: (e) => e.groupLeaderComm,
  },
  {
    name: "dfd",
    key: "dfd",
    kind: "integer",
    type: "int32",
    about: "fd passed: of the directory that a relative name starts from, or of the file",
    of: (e) => e.dfd,
  },
  {
    name: "fname2",
    key: "fname2",
    kind: "bytes",
    about:
      "second name as passed: the new name of a rename or link, an attribute's name, a mount's source",
    kinds: TWO_NAME_KINDS,
    of: (e) => e.name2,
  },
  {
    name: "path",
    key: "path",
    kind: "bytes",
    about:
      "absolute path: of the opened file, otherwise the path that the name refers to, with symbolic links resolved where the file is known",
    want: abi.WANT_PATH,
    of: (e) => e.path,
  },
  {
    name: "path2",
    key: "path2",
    kind: "bytes",
    about: "absolute path that the second name refers to",
    want: abi.WANT_PATH,
    kinds: TWO_NAME_KINDS,
    of: (e) => e.path2,
  },
  {
    name: "dev",
    key: "dev",
    kind: "integer",
    type: "uint32",
    about: "device of the file (st_dev), if an fd refers to it, or if its identity is known",
    want: abi.WANT_INODE,
    of: (e) => (e.hasInode ? userDev(e.record.dev) : null),
  },
  {
    name: "ino",
    key: "ino",
    kind: "integer",
    type: "uint64",
    about: "inode number of the file",
    want: abi.WANT_INODE,
    of: (e) => (e.hasInode ? e.record.ino : null),
  },
  {
    name: "ftype",
    key: "ftype",
    kind: "word",
    about: `type of the file: ${FILE_TYPES.join(", ")}`,
    want: abi.WANT_INODE,
    of: (e) => (e.hasInode ? (TYPE_WORDS.get(fileType(e.record.iMode)) ?? null) : null),
  },
  {
    name: "dev2",
    key: "dev2",
    kind: "integer",
    type: "uint32",
    about: "device of the file that a rename replaces, if known",
    want: abi.WANT_INODE,
    kinds: ["rename"],
    of: (e) => (e.hasReplaced ? userDev(e.record.dev2) : null),
  },
  {
    name: "ino2",
    key: "ino2",
    kind: "integer",
    type: "uint64",
    about: "inode number of the file that a rename replaces",
    want: abi.WANT_INODE,
    kinds: ["rename"],
    of: (e) => (e.hasReplaced ? e.record.ino2 : null),
  },
  {
    name: "op",
    key: "op",
    kind: "word",
    about: "io_uring opcode",
    of: (e) => OP_WORDS.get(uringOp(e.record)?.name ?? "") ?? null,
  },
  {
    name: "abi",
    key: "abi",
    kind: "word",
    about: "native, compat (32-bit), x32, or io_uring",
    of: (e) => ABI_WORDS[e.record.abi] ?? null,
  },
  {
    name: "flags_text",
    key: "flags_text",
    kind: "word",
    about: "flags by name: O_WRONLY|O_CREAT|O_TRUNC",
    of: (e) => FLAGS_WORDS[e.arch](FLAGS_SUBJECT_BY_CALL[e.record.call] ?? e.kind, e.flags),
  },
  {
    name: "mode_text",
    key: "mode_text",
    kind: "word",
    about: "mode as in strace: 0644, of access R_OK|W_OK, of mknod S_IFIFO|0644",
    of: (e) => modeWord(e.kind, e.hasMode ? e.mode : null),
  },
  {
    name: "errno",
    key: "errno",
    kind: "word",
    about: "name of the error: ENOENT",
    of: (e) => {
      const ret = e.ret ?? 0;
      return ret < 0 ? errnoWord(ret) : null;
    },
  },
  {
    name: "argv",
    key: "argv",
    kind: "list",
    about: "arguments of an exec; in CSV quoted for a shell",
    want: abi.WANT_ARGV,
    kinds: ["exec"],
    of: (e) => e.argv,
  },
  {
    name: "cwd",
    key: "cwd",
    kind: "bytes",
    about: "working directory at an exec",
    want: abi.WANT_CWD,
    kinds: ["exec"],
    of: (e) => e.cwd,
  },
  streamColumn("stdin", 0),
  streamColumn("stdout", 1),
  streamColumn("stderr", 2),
  {
    name: "status",
    key: "status",
    kind: "integer",
    type: "int32",
    about: "exit code of an exit",
    kinds: ["exit"],
    of: (e) => e.status,
  },
  {
    name: "signal",
    key: "signal",
    kind: "integer",
    type: "int32",
    about: "signal that killed the process",
    kinds: ["exit"],
    of: (e) => e.signal,
  },
  {
    name: "wall",
    key: "wall",
    kind: "time",
    isDuration: true,
    about: "seconds that the process ran",
    kinds: ["exit"],
    of: (e) => e.wall,
  },
  {
    name: "cpu",
    key: "cpu",
    kind: "time",
    isDuration: true,
    about: "seconds of CPU time that the process used",
    kinds: ["exit"],
    of: (e) => e.cpu,
  },
  {
    name: "max_rss",
    key: "max_rss",
    kind: "integer",
    about: "maximum resident size of the process in KiB",
    kinds: ["exit"],
    of: (e) => e.maxRss,
  },
  {
    name: "mntns",
    key: "mntns",
    kind: "integer",
    type: "uint32",
    about: "mount namespace: the inode number of /proc/PID/ns/mnt",
    want: abi.WANT_MNTNS,
    of: (e) => e.record.mntns,
  },
  {
    name: "mount",
    key: "mount",
    kind: "bytes",
    about: "mount of the path: device, mounted directory, mount point, as in mountinfo",
    want: abi.WANT_PATH | abi.WANT_MOUNT,
    of: (e) => e.mount && mountText(e.mount),
  },
  {
    name: "mount2",
    key: "mount2",
    kind: "bytes",
    about: "mount of the second path",
    want: abi.WANT_PATH | abi.WANT_MOUNT,
    kinds: TWO_NAME_KINDS,
    of: (e) => e.mount2 && mountText(e.mount2),
  },
  {
    name: "cgroup",
    key: "cgroup",
    kind: "bytes",
    about: "path of the cgroup below the cgroup v2 mount",
    want: abi.WANT_CGROUP,
    of: (e) => e.cgroup,
  },
  {
    name: "ancestors",
    key: "ancestors",
    kind: "chain",
    about: "the process and those that led to it, nearest first: rm ← sh x.sh ← cron",
    want: abi.WANT_PROCESS | abi.WANT_ARGV,
    of: (e) => e.chain,
  },
  {
    name: "note",
    key: "note",
    kind: "word",
    want: abi.WANT_INODE, // "created" is read from the open file
    about:
      "interrupted, created, direct (io_uring slot), sqpoll, cqe-skip, name-unreadable, path-cut, argv-cut",
    of: (e) => noteWord((e.record.notes & ALL_NOTES) | (e.interrupted ? INTERRUPTED : 0)),
  },
];

/** The kinds of events that chains of processes are made of. */
export const CHAIN_KINDS: readonly EventKind[] = ["exec", "fork", "exit"];

/** Returns the columns that can have a value for any of these kinds of events. */
export function columnsForKinds(
  columns: readonly FileColumn[],
  kinds: ReadonlySet<EventKind>,
): readonly FileColumn[] {
  return columns.filter(
    ({ kinds: limited }) => !limited || limited.some((kind) => kinds.has(kind)),
  );
}

/** Returns the WANT_* bits of the optional fields that these columns need. */
export function wantBits(columns: readonly FileColumn[]): number {
  return columns.reduce((bits, { want }) => bits | (want ?? 0), 0);
}
