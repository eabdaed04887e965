/**
 * Reads the records of the eBPF programs in place: bpf/interface.h. test/abi compares the offsets and
 * sizes with the C compiler's.
 */
import { TraceError } from "../errors.ts";

export const EVENT_SIZE = 176;
export const NAME_BYTES = 4096;
export const PATH_BYTES = 8192;
export const CGROUP_BYTES = 4096;
export const ROOT_BYTES = 1024;
/** The size of one struct stdio; an exec has three of them, or none. */
export const STDIO_SIZE = 16;
export const STDIO = { ino: 0, dev: 8, i_mode: 12, pipefs: 14 } as const;
const COMM_SIZE = 16;
export const ARGV_BYTES = 65536;
/** The maximum size of the arguments in a script's EVENT_INTERP. */
export const INTERP_ARGV_BYTES = 2048;
/** The maximum size of a record in bytes. */
export const MAX_EVENT_SIZE =
  EVENT_SIZE +
  2 * (NAME_BYTES + PATH_BYTES + ROOT_BYTES) +
  CGROUP_BYTES +
  3 * STDIO_SIZE +
  ARGV_BYTES;

export const EVENT_SYSCALL = 1;
export const EVENT_URING_SUBMIT = 2;
export const EVENT_URING_COMPLETE = 3;
export const EVENT_URING_FAILED = 4;
export const EVENT_URING_OVERFLOW = 5;
export const EVENT_EXEC = 6;
export const EVENT_FORK = 7;
export const EVENT_EXIT = 8;
export const EVENT_INTERP = 9;

/** The names of enum abi, in its order. */
export const ABIS = ["native", "compat", "x32", "io_uring"] as const;
export const ABI_IO_URING = 3;

export const NOTE_NAME_UNREADABLE = 0x01;
export const NOTE_DIRECT = 0x02;
export const NOTE_SQPOLL = 0x04;
export const NOTE_CQE_SKIP = 0x08;
export const NOTE_PATH = 0x10;
export const NOTE_PATH_CUT = 0x20;
export const NOTE_PATH2 = 0x40;
export const NOTE_PATH2_CUT = 0x80;
/** Set in user space: the kernel reported success but not the result. */
export const NOTE_RETURN_UNKNOWN = 0x100;
export const NOTE_NAME2_UNREADABLE = 0x200;
export const NOTE_BASE = 0x400;
export const NOTE_ARGV_CUT = 0x800;
export const NOTE_CREATED = 0x1000;
export const NOTE_DFD_UNKNOWN = 0x2000;
export const NOTE_SECCOMP = 0x4000;
export const NOTE_UNSELECTED = 0x8000;
export const NOTE_INTERP_UNSURE = 0x10000;
export const NOTE_TARGET2 = 0x20000;
export const NOTE_PARENT = 0x40000;
export const NOTE_PARENT2 = 0x80000;

export const WANT_PROCESS = 0x01;
export const WANT_INODE = 0x02;
export const WANT_PATH = 0x04;
export const WANT_MNTNS = 0x08;
export const WANT_CGROUP = 0x10;
export const WANT_ARGV = 0x20;
export const WANT_MOUNT = 0x40;
export const WANT_STDIO = 0x80;
export const WANT_CWD = 0x100;

export const WANT_EXEC = 1;
export const WANT_FORK = 2;
export const WANT_EXIT = 4;
export const WANT_UNSELECTED = 8;
export const WANT_INTERP = 0x10;

export const PROCESSES_ALL = 0;
export const PROCESSES_TREE = 1;
export const PROCESSES_LISTED = 2;

export const MEMBER_RECORDED = 2;

export const SYSCALLS = 1024;
export const SOCKETCALL = 102;
export const FORMULA_TERMS = 8;

export const NO_ARG = 0xff;
export const TRAIT_OPEN = 0x01;
export const TRAIT_CHROOT = 0x02;
export const TRAIT_HOW = 0x04;
export const TRAIT_ADDRESS = 0x08;
export const TRAIT_FAILED_ONLY = 0x10;
export const TRAIT_CHDIR = 0x20;
export const TRAIT_TEXT = 0x40;
export const TRAIT_TEXT2 = 0x80;
/** Field offsets of struct syscall_args. */
export const SYSCALL_ARGS = {
  call: 0,
  traits: 1,
  dfd: 2,
  name: 3,
  flags: 4,
  mode: 5,
  dfd2: 6,
  name2: 7,
} as const;
export const SYSCALL_ARGS_SIZE = 8;

/** Field offsets of struct event. */
export const EVENT = {
  time: 0,
  cgid: 8,
  flags: 16,
  max_rss: 16,
  id: 24,
  started: 24,
  ino: 32,
  user_data: 32,
  cpu_time: 32,
  ret: 40,
  ring: 40,
  tgid: 48,
  tid: 52,
  ppid: 56,
  uid: 60,
  gid: 64,
  dfd: 68,
  mode: 72,
  dev: 76,
  notes: 80,
  nr: 84,
  name_len: 86,
  path_len: 88,
  path2_len: 90,
  type: 92,
  call: 93,
  abi: 94,
  comm: 96,
  leader_comm: 112,
  dfd2: 128,
  mntns: 132,
  argv_len: 136,
  name2_len: 140,
  cgroup_len: 142,
  i_mode: 144,
  mount_len: 146,
  mount2_len: 148,
  root_len: 150,
  root2_len: 152,
  stdio_len: 154,
  mount_dev: 156,
  mount2_dev: 160,
  dev2: 164,
  ino2: 168,
} as const;

/** Field offsets of struct config. */
export const CONFIG = {
  formula: 0,
  wakeup_bytes: 128,
  largefile: 136,
  uring_ops: 144,
  args_or: 152,
  args_and: 160,
  formula_terms: 168,
  want: 172,
  events: 176,
  uring_call: 180,
  processes: 184,
  follow: 188,
  in_cgroup: 192,
  by_uid: 196,
  uid: 200,
  by_comm: 204,
  page_kib: 208,
  addresses: 212,
  comm: 216,
  native: 232,
  compat: 232 + SYSCALLS * SYSCALL_ARGS_SIZE,
} as const;
export const CONFIG_SIZE = 232 + 2 * SYSCALLS * SYSCALL_ARGS_SIZE;

/** The names of enum loss, in its order: the keys of the map `losses`. */
export const LOSSES = [
  "ring_full",
  "tree_full",
  "uring_full",
  "uring_unresolved",
  "interp",
] as const;

/** A record is shorter than it claims, or claims a length that no record can have. */
export class BadRecordError extends TraceError {
  override readonly name = "BadRecordError";
  override readonly code = "BAD_RECORD";
  constructor(fault: string) {
    super(`record from the kernel: ${fault}`);
  }
}

/**
 * A view of one struct event. It is borrowed: what it returns is valid until it moves to the next
 * record. A u64 field is a number, or a bigint if a number would lose digits.
 */
export class EventRecord {
  bytes: Uint8Array;
  view: DataView;
  at = 0;
  end = 0;
  /** The slot that a reader of record files has it in; -1 for a record from elsewhere. */
  slot = -1;
  /**
   * Two records of a slot with the same number do the same: they have the same names, paths and results,
   * and differ in time or process.
   */
  identity = 0;
  /** Set by a visitor that wants no more records with this slot and identity: they are only counted. */
  isUnwanted = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  /** Reads other memory from now on. */
  setMemory(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  /**
   * Moves to the record at `at`, whose length is `length` bytes.
   * @throws BadRecordError if it is truncated, or has a name that exceeds the maximum
   */
  moveTo(at: number, length: number): void {
    if (length < EVENT_SIZE || at + length > this.bytes.length)
      throw new BadRecordError(`${length} bytes, but the header alone has ${EVENT_SIZE}`);
    this.at = at;
    this.end = at + length;
    const { nameLength, name2Length, pathLength, path2Length } = this;
    const { rootLength, root2Length, cgroupLength, stdioLength } = this;
    const names = nameLength + name2Length + pathLength + path2Length;
    const others = rootLength + root2Length + cgroupLength + stdioLength;
    const needed = EVENT_SIZE + names + others + this.argvLength;
    if (needed > length) throw new BadRecordError(`${length} bytes, but its names need ${needed}`);
    if (
      nameLength >= NAME_BYTES ||
      name2Length >= NAME_BYTES ||
      pathLength > PATH_BYTES ||
      path2Length > PATH_BYTES ||
      rootLength > ROOT_BYTES ||
      root2Length > ROOT_BYTES ||
      (stdioLength !== 0 && stdioLength !== 3 * STDIO_SIZE) ||
      cgroupLength > CGROUP_BYTES
    )
      throw new BadRecordError("a name exceeds the maximum length");
  }

  /** Moves to a record that was checked before, and has the same lengths since. */
  returnTo(at: number, length: number): void {
    this.at = at;
    this.end = at + length;
  }

  u64(offset: number): number | bigint {
    const high = this.view.getUint32(this.at + offset + 4, true);
    if (high > 0x1fffff) return this.view.getBigUint64(this.at + offset, true);
    return high * 0x100000000 + this.view.getUint32(this.at + offset, true);
  }
  u32(offset: number): number {
    return this.view.getUint32(this.at + offset, true);
  }

  get type(): number {
    return this.bytes[this.at + EVENT.type];
  }
  get call(): number {
    return this.bytes[this.at + EVENT.call];
  }
  get abi(): number {
    return this.bytes[this.at + EVENT.abi];
  }
  get nr(): number {
    return this.view.getUint16(this.at + EVENT.nr, true);
  }
  get cgid(): number | bigint {
    return this.u64(EVENT.cgid);
  }
  get flags(): number | bigint {
    return this.u64(EVENT.flags);
  }
  get ino(): number | bigint {
    return this.u64(EVENT.ino);
  }
  /** The result or -errno. It always fits 32 bits, because the calls return int. */
  get ret(): number {
    return this.view.getInt32(this.at + EVENT.ret, true);
  }
  get tgid(): number {
    return this.u32(EVENT.tgid);
  }
  get tid(): number {
    return this.u32(EVENT.tid);
  }
  get ppid(): number {
    return this.u32(EVENT.ppid);
  }
  get uid(): number {
    return this.u32(EVENT.uid);
  }
  get gid(): number {
    return this.u32(EVENT.gid);
  }
  get dfd(): number {
    return this.view.getInt32(this.at + EVENT.dfd, true);
  }
  get mode(): number {
    return this.u32(EVENT.mode);
  }
  /** The kernel's dev_t: `major << 20 | minor`. */
  get dev(): number {
    return this.u32(EVENT.dev);
  }
  get notes(): number {
    return this.u32(EVENT.notes);
  }
  get dfd2(): number {
    return this.view.getInt32(this.at + EVENT.dfd2, true);
  }
  get mntns(): number {
    return this.u32(EVENT.mntns);
  }
  get iMode(): number {
    return this.view.getUint16(this.at + EVENT.i_mode, true);
  }

  /** Bytes of the path's components that are within its last mount: mount_len. */
  get mountLength(): number {
    return this.view.getUint16(this.at + EVENT.mount_len, true);
  }
  get mount2Length(): number {
    return this.view.getUint16(this.at + EVENT.mount2_len, true);
  }
  /** s_dev of the file system of the path, as the kernel's dev_t; 0 if it is not known. */
  get mountDev(): number {
    return this.u32(EVENT.mount_dev);
  }
  get mount2Dev(): number {
    return this.u32(EVENT.mount2_dev);
  }
  /**
   * Device and inode of the file that a rename replaced, or of the program that a script's
   * EVENT_INTERP belongs to; 0 if it is not known.
   */
  get dev2(): number {
    return this.u32(EVENT.dev2);
  }
  get ino2(): number | bigint {
    return this.u64(EVENT.ino2);
  }

  // The variable-length fields: the length of each, and where it starts in `bytes`.

  get nameLength(): number {
    return this.view.getUint16(this.at + EVENT.name_len, true);
  }
  get name2Length(): number {
    return this.view.getUint16(this.at + EVENT.name2_len, true);
  }
  get pathLength(): number {
    return this.view.getUint16(this.at + EVENT.path_len, true);
  }
  get path2Length(): number {
    return this.view.getUint16(this.at + EVENT.path2_len, true);
  }
  get cgroupLength(): number {
    return this.view.getUint16(this.at + EVENT.cgroup_len, true);
  }
  get rootLength(): number {
    return this.view.getUint16(this.at + EVENT.root_len, true);
  }
  get root2Length(): number {
    return this.view.getUint16(this.at + EVENT.root2_len, true);
  }
  get stdioLength(): number {
    return this.view.getUint16(this.at + EVENT.stdio_len, true);
  }
  get argvLength(): number {
    return this.u32(EVENT.argv_len);
  }
  get nameStart(): number {
    return this.at + EVENT_SIZE;
  }
  get name2Start(): number {
    return this.nameStart + this.nameLength;
  }
  get pathStart(): number {
    return this.name2Start + this.name2Length;
  }
  get path2Start(): number {
    return this.pathStart + this.pathLength;
  }
  get rootStart(): number {
    return this.path2Start + this.path2Length;
  }
  get root2Start(): number {
    return this.rootStart + this.rootLength;
  }
  get cgroupStart(): number {
    return this.root2Start + this.root2Length;
  }
  get stdioStart(): number {
    return this.cgroupStart + this.cgroupLength;
  }
  get argvStart(): number {
    return this.stdioStart + this.stdioLength;
  }

  /** Returns the length of the NUL-padded name of at most 16 bytes at a field. */
  commLength(offset: number): number {
    const start = this.at + offset;
    let length = 0;
    while (length < COMM_SIZE && this.bytes[start + length] !== 0) length++;
    return length;
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
