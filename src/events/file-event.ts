/**
 * The event that `exec` and `all` record: a file or process operation, as a view of the kernel's
 * bytes. columns.ts has its columns.
 */
import { ARCH } from "../ffi/machine.ts";
import { EFAULT, ERESTART_RESTARTBLOCK, ERESTARTSYS } from "../kernel/errno.ts";
import { __O_TMPFILE, type Arch, AT_FDCWD, AT_REMOVEDIR, O_CREAT } from "../kernel/fcntl.ts";
import { SUN_PATH, SUN_PATH_SIZE } from "../kernel/socket.ts";
import { abstractName, socketAddressText } from "../syscalls/socket-address-text.ts";
import { ByteSlice } from "../text/byte-slice.ts";
import type { Time } from "./column.ts";
import type { EventKind } from "./event-kinds.ts";
import * as abi from "./event-record.ts";
import { CALL_NAMES, FILE_CALLS, hasAddress } from "./file-calls.ts";
import { URING_OPS, type UringOp } from "./io-uring-ops.ts";
import { joinPath } from "./join-path.ts";
import type { ProcessChain } from "./process-chain.ts";

const { EVENT } = abi;
/** An open has a mode only with one of these flags. */
const MODE_FLAGS = O_CREAT | __O_TMPFILE;
/** The bits of umode_t: include/linux/types.h. */
const UMODE = 0xffff;
const NANOSECONDS = 1e9;

/** The mount that a path is in. */
export interface EventMount {
  /** The file system's device, as the kernel's dev_t. */
  dev: number;
  /** Path of the mounted directory within the file system. */
  readonly root: ByteSlice;
  /** The mount point. */
  readonly point: ByteSlice;
}

/** The static properties of a call or an io_uring request. */
interface CallInfo {
  readonly kind: EventKind;
  readonly roles: readonly string[];
}

const CALL_INFO = CALL_NAMES.map((_, call): CallInfo | undefined => FILE_CALLS[call - 1]);
const URING_OPS_BY_OPCODE = new Map<number, UringOp>(URING_OPS.map((op) => [op.opcode, op]));
const INFO_BY_TYPE: Readonly<Record<number, CallInfo>> = {
  [abi.EVENT_FORK]: { kind: "fork", roles: ["flags"] },
  [abi.EVENT_EXIT]: { kind: "exit", roles: [] },
  [abi.EVENT_INTERP]: { kind: "interp", roles: ["name"] },
};
const EXECVE = CALL_NAMES.indexOf("execve");
const EXECVEAT = CALL_NAMES.indexOf("execveat");
/** For an unknown call, in a record of another version. */
const UNKNOWN: CallInfo = { kind: "open", roles: ["dfd", "name", "flags", "mode"] };

/** Memory for a path and a name. */
function pathSlice(): ByteSlice {
  return new ByteSlice(new Uint8Array(abi.PATH_BYTES + abi.NAME_BYTES), 0, 0);
}

/** What a file descriptor refers to. */
export interface Stream {
  /** The type is that of stat(2). */
  readonly mode: number;
  readonly ino: bigint;
  /** The kernel's dev_t. */
  readonly dev: number;
  /** Whether it is a pipe without a name: pipe(7). */
  readonly isPipe: boolean;
}

/** A borrowed view of one event: its values are valid until the record moves to the next event. */
export class FileEvent {
  readonly record: abi.EventRecord;
  /** Where it was recorded: flags of open(2) depend on it. */
  readonly arch: Arch;
  /** The processes that led here, nearest first; null if they are not known. Set by src/attribution. */
  chain: ProcessChain | null = null;
  private readonly nameSlice = new ByteSlice();
  private readonly name2Slice = new ByteSlice();
  private readonly commSlice = new ByteSlice();
  private readonly groupLeaderSlice = new ByteSlice();
  private readonly pathSlice = pathSlice();
  private readonly path2Slice = pathSlice();
  private readonly directorySlice = pathSlice();
  private readonly borrowedMount: EventMount = { dev: 0, root: pathSlice(), point: pathSlice() };
  private readonly cgroupSlice = new ByteSlice(new Uint8Array(abi.CGROUP_BYTES), 0, 0);
  private readonly borrowedTime: Time = { seconds: 0, nanoseconds: 0 };
  private readonly bootTime: Time;

  /** @param bootTime the wall-clock time at which CLOCK_BOOTTIME was 0 */
  constructor(record: abi.EventRecord, bootTime: Time, arch = ARCH) {
    this.record = record;
    this.arch = arch;
    this.bootTime = bootTime;
  }

  private get info(): CallInfo {
    const { type, abi: how, nr, call } = this.record;
    if (type === abi.EVENT_EXEC) return CALL_INFO[this.execCall] ?? UNKNOWN;
    if (type > abi.EVENT_URING_OVERFLOW) return INFO_BY_TYPE[type] ?? UNKNOWN;
    return (how === abi.ABI_IO_URING ? URING_OPS_BY_OPCODE.get(nr) : CALL_INFO[call]) ?? UNKNOWN;
  }

  /**
   * The call of an exec, as an index into CALL_NAMES. Where the kernel has forgotten it, an fd tells
   * execveat(2) from execve(2).
   */
  get execCall(): number {
    const { call, dfd } = this.record;
    if (CALL_INFO[call]?.kind === "exec") return call;
    return dfd === AT_FDCWD ? EXECVE : EXECVEAT;
  }

  /** As in `--events`. */
  get kind(): EventKind {
    const { kind } = this.info;
    // unlinkat(2) removes files and directories.
    return kind === "unlink" && Number(this.record.flags) & AT_REMOVEDIR ? "rmdir" : kind;
  }

  /** The system call; "" for an event of no call. */
  get call(): string {
    return CALL_NAMES[this.record.call] ?? "";
  }

  hasRole(role: string): boolean {
    return this.info.roles.includes(role);
  }

  /** The name as passed, without NUL; an address as text. */
  get name(): ByteSlice | null {
    const { info, nameSlice: slice, record } = this;
    slice.bytes = record.bytes;
    slice.start = record.nameStart;
    slice.length = record.nameLength;
    if (info.kind === "open") return slice;
    if (hasAddress(info.kind)) return this.address(slice);
    return info.roles.includes("name") || info.roles.includes("text") ? slice : null;
  }

  /** Whether the name, if there is one, is a path, or the address of a socket, which may have one. */
  get hasPathName(): boolean {
    const { kind, roles } = this.info;
    return kind === "open" || roles.includes("name") || hasAddress(kind);
  }

  /** The second name; null if the call takes only one. */
  get name2(): ByteSlice | null {
    const { info, name2Slice: slice, record } = this;
    if (!info.roles.includes("name2") && !info.roles.includes("text2")) return null;
    slice.bytes = record.bytes;
    slice.start = record.name2Start;
    slice.length = record.name2Length;
    return slice;
  }

  private address(raw: ByteSlice): ByteSlice {
    const { buffer, byteOffset } = raw.bytes;
    if (raw.length === 0) return raw;
    const text = socketAddressText(new DataView(buffer, byteOffset + raw.start, raw.length));
    if (text !== null) return ByteSlice.from(text);
    raw.start += SUN_PATH;
    raw.length = Math.min(raw.length - SUN_PATH, SUN_PATH_SIZE);
    const name = raw.bytes.subarray(raw.start, raw.start + raw.length);
    const end = name.indexOf(0);
    if (end === 0) return new ByteSlice(abstractName(name));
    if (end > 0) raw.length = end;
    return raw;
  }

  get comm(): ByteSlice {
    return this.commAt(EVENT.comm, this.commSlice);
  }

  /** The comm of the process's first thread. */
  get groupLeaderComm(): ByteSlice {
    return this.commAt(EVENT.leader_comm, this.groupLeaderSlice);
  }

  private commAt(field: number, slice: ByteSlice): ByteSlice {
    slice.bytes = this.record.bytes;
    slice.start = this.record.at + field;
    slice.length = this.record.commLength(field);
    return slice;
  }

  /** The fd as passed; null if the call takes none, or if it is unknown. */
  get dfd(): number | null {
    if (this.record.notes & abi.NOTE_DFD_UNKNOWN) return null;
    return this.hasRole("dfd") || this.hasRole("fd") || this.hasRole("name")
      ? this.record.dfd
      : null;
  }

  /** Flags as passed; null if the call takes none. */
  get flags(): number | bigint | null {
    const { kind, roles } = this.info;
    return kind === "open" || roles.includes("flags") ? this.record.flags : null;
  }

  /** Whether `mode` is meaningful: an open has one only with certain flags. */
  get hasMode(): boolean {
    const { kind, roles } = this.info;
    if (kind !== "open") return roles.includes("mode");
    return (Number(this.record.flags) & MODE_FLAGS) !== 0;
  }

  /** Mode as passed; 0 for an open whose flags use none; null if the call takes none. */
  get mode(): number | null {
    const { kind, roles } = this.info;
    // The register holds an unrelated value.
    if (!this.hasMode) return kind === "open" ? 0 : null;
    // The kernel truncates it to umode_t, except for access(2), which takes an int.
    const whole = kind === "access" || roles.includes("how");
    return whole ? this.record.mode : this.record.mode & UMODE;
  }

  /** The result or -errno; null for an exit, and if the kernel reported only success. */
  get ret(): number | null {
    if (this.record.type === abi.EVENT_EXIT) return null;
    return this.record.notes & (abi.NOTE_RETURN_UNKNOWN | abi.NOTE_SECCOMP)
      ? null
      : this.record.ret;
  }

  /** Whether a signal interrupted the call; the kernel restarts it or returns EINTR. */
  get interrupted(): boolean {
    const ret = this.record.ret;
    return ret <= -ERESTARTSYS && ret >= -ERESTART_RESTARTBLOCK;
  }

  /** Whether the eBPF program could not read a name that the kernel could. */
  get nameUnreadable(): boolean {
    const unreadable = abi.NOTE_NAME_UNREADABLE | abi.NOTE_NAME2_UNREADABLE;
    return (this.record.notes & unreadable) !== 0 && this.record.ret !== -EFAULT;
  }

  /** Whether a path is missing because it is longer than can be recorded. */
  get pathTooLong(): boolean {
    return (this.record.notes & (abi.NOTE_PATH_CUT | abi.NOTE_PATH2_CUT)) !== 0;
  }

  /** Whether the record has the file's inode. */
  get hasInode(): boolean {
    return this.record.iMode !== 0;
  }

  /** Whether the record has the inode of the file at the second name. */
  get hasReplaced(): boolean {
    return this.kind === "rename" && this.record.dev2 + Number(this.record.ino2) !== 0;
  }

  get time(): Time {
    return this.since(EVENT.time, this.bootTime);
  }

  /** The time in nanoseconds since 1970: a number of that size is a multiple of 256. */
  get epochNanoseconds(): number {
    const { record, bootTime } = this;
    const elapsed = record.u32(EVENT.time + 4) * 2 ** 32 + record.u32(EVENT.time);
    return bootTime.seconds * NANOSECONDS + (bootTime.nanoseconds + elapsed);
  }

  private since(field: number, origin: Time): Time {
    const low = this.record.u32(field);
    const high = this.record.u32(field + 4);
    // 2^32 ns are 4 s, 294 ms and 967296 ns, so all intermediate values stay below 2^53.
    const milliseconds = high * 294;
    const rest = high * 967296 + (milliseconds % 1000) * 1e6 + low;
    const seconds = Math.floor(rest / NANOSECONDS);
    const nanoseconds = rest - seconds * NANOSECONDS + origin.nanoseconds;
    const carry = nanoseconds >= NANOSECONDS ? 1 : 0;
    const whole = high * 4 + Math.floor(milliseconds / 1000) + seconds;
    this.borrowedTime.seconds = whole + origin.seconds + carry;
    this.borrowedTime.nanoseconds = nanoseconds - carry * NANOSECONDS;
    return this.borrowedTime;
  }

  /** The absolute path that the first name refers to; null if there is none, as for a pipe. */
  get path(): ByteSlice | null {
    const { notes, pathStart, pathLength, bytes } = this.record;
    if (!(notes & abi.NOTE_PATH)) return this.nameWithoutDirectory;
    const name = this.appended(this.name, notes & abi.NOTE_BASE, notes & abi.NOTE_PARENT);
    return joinPath(this.pathSlice, bytes, pathStart, pathLength, name);
  }

  /** The name of a program that is in no directory: "memfd:NAME"; null for others. */
  private get nameWithoutDirectory(): ByteSlice | null {
    const { type, notes, pathStart, pathLength, bytes } = this.record;
    const isProgram = type === abi.EVENT_EXEC || type === abi.EVENT_INTERP;
    if (!isProgram || pathLength < 2 || notes & abi.NOTE_PATH_CUT) return null;
    return new ByteSlice(bytes, pathStart, pathLength - 1);
  }

  /** The working directory at an exec; null for other events, and if it was not requested. */
  get cwd(): ByteSlice | null {
    const { type, notes, path2Start, path2Length, bytes } = this.record;
    if (type !== abi.EVENT_EXEC || !(notes & abi.NOTE_PATH2)) return null;
    return joinPath(this.path2Slice, bytes, path2Start, path2Length, null);
  }

  /**
   * What a standard stream of an exec refers to; null if it is closed, for other events, and if it
   * was not requested.
   */
  stream(fd: 0 | 1 | 2): Stream | null {
    const { record } = this;
    if (record.type !== abi.EVENT_EXEC || record.stdioLength === 0) return null;
    const { view } = record;
    const at = record.stdioStart + fd * abi.STDIO_SIZE;
    const mode = view.getUint16(at + abi.STDIO.i_mode, true);
    const ino = view.getBigUint64(at + abi.STDIO.ino, true);
    if (mode === 0 && ino === 0n) return null;
    const dev = view.getUint32(at + abi.STDIO.dev, true);
    return { mode, ino, dev, isPipe: view.getUint16(at + abi.STDIO.pipefs, true) !== 0 };
  }

  /**
   * Whether the second path is that of a name: of an exec it is the working directory, and of texts
   * only the source of a mount is a path.
   */
  private get hasPath2(): boolean {
    const { type, notes } = this.record;
    if (!(notes & abi.NOTE_PATH2) || type === abi.EVENT_EXEC || type === abi.EVENT_INTERP)
      return false;
    const { kind, roles } = this.info;
    return kind === "mount" || !roles.includes("text2");
  }

  /** The absolute path that the second name refers to. */
  get path2(): ByteSlice | null {
    const { notes, path2Start, path2Length, bytes } = this.record;
    if (!this.hasPath2) return null;
    const isTarget = notes & (abi.NOTE_TARGET2 | abi.NOTE_PARENT2);
    const name = this.appended(this.name2, isTarget ? 0 : 1, notes & abi.NOTE_PARENT2);
    return joinPath(this.path2Slice, bytes, path2Start, path2Length, name);
  }

  /** Returns the part of a name to append to a path: all, the last component, or nothing. */
  private appended(name: ByteSlice | null, base: number, parent: number): ByteSlice | null {
    if (name === null || (!base && !parent)) return null;
    return parent ? lastComponent(name) : name;
  }

  /** The directory in which the first name starts; null if the path is that of a file. */
  get directory(): ByteSlice | null {
    const { notes, bytes, pathStart, pathLength } = this.record;
    if (!(notes & abi.NOTE_PATH) || !(notes & abi.NOTE_BASE)) return null;
    return joinPath(this.directorySlice, bytes, pathStart, pathLength, null);
  }

  /** The directory in which the second name starts; null if the second path is that of a file. */
  get directory2(): ByteSlice | null {
    const { notes, bytes, path2Start, path2Length } = this.record;
    if (!this.hasPath2 || notes & (abi.NOTE_TARGET2 | abi.NOTE_PARENT2)) return null;
    return joinPath(this.directorySlice, bytes, path2Start, path2Length, null);
  }

  /** The mount of the first path, or of the directory in which its name starts. */
  get mount(): EventMount | null {
    const { record } = this;
    if (!(record.notes & abi.NOTE_PATH)) return null;
    const { mountDev, pathStart, pathLength, mountLength, rootStart, rootLength } = record;
    return this.mountAt(
      mountDev,
      pathStart + mountLength,
      pathLength - mountLength,
      rootStart,
      rootLength,
    );
  }

  /**
   * The path of an open file within its file system, if no path of the mount namespace leads there:
   * the tree that it is in was detached, or is one of another namespace.
   */
  get detachedPath(): { dev: number; path: ByteSlice } | null {
    const { notes, mountDev, pathStart, pathLength, mountLength, rootStart, rootLength, bytes } =
      this.record;
    if (notes & (abi.NOTE_PATH | abi.NOTE_BASE) || mountDev === 0 || pathLength === 0) return null;
    const { root, point: inside } = this.borrowedMount;
    joinPath(root, bytes, rootStart, rootLength, null);
    joinPath(inside, bytes, pathStart, mountLength, null);
    const path = joinPath(this.directorySlice, bytes, rootStart, rootLength, inside);
    return { dev: mountDev, path };
  }

  /** The mount of the second path, or of the directory in which the second name starts. */
  get mount2(): EventMount | null {
    const { record } = this;
    if (!this.hasPath2) return null;
    const { mount2Dev, path2Start, path2Length, mount2Length, root2Start, root2Length } = record;
    return this.mountAt(
      mount2Dev,
      path2Start + mount2Length,
      path2Length - mount2Length,
      root2Start,
      root2Length,
    );
  }

  private mountAt(
    dev: number,
    point: number,
    pointLength: number,
    root: number,
    rootLength: number,
  ): EventMount | null {
    if (dev === 0 || pointLength < 0) return null;
    const { borrowedMount: mount, record } = this;
    mount.dev = dev;
    joinPath(mount.point, record.bytes, point, pointLength, null);
    joinPath(mount.root, record.bytes, root, rootLength, null);
    return mount;
  }

  /** The cgroup's path below the cgroup v2 mount; `/` if it was not requested. */
  get cgroup(): ByteSlice {
    const { cgroupStart, cgroupLength, bytes } = this.record;
    return joinPath(this.cgroupSlice, bytes, cgroupStart, cgroupLength, null);
  }

  /** The arguments of an exec, each ended by a NUL, of which the last may lack it; null for other events. */
  get joinedArguments(): ByteSlice | null {
    const { type, bytes, argvStart, argvLength } = this.record;
    return type === abi.EVENT_EXEC ? new ByteSlice(bytes, argvStart, argvLength) : null;
  }

  /** The arguments of an exec; null for other events. */
  get argv(): ByteSlice[] | null {
    const { type, bytes, argvStart, argvLength } = this.record;
    if (type !== abi.EVENT_EXEC) return null;
    const words: ByteSlice[] = [];
    for (let at = argvStart, end = argvStart + argvLength; at < end; ) {
      const nul = bytes.indexOf(0, at);
      const stop = nul < 0 || nul > end ? end : nul;
      words.push(new ByteSlice(bytes, at, stop - at));
      at = stop + 1;
    }
    return words;
  }

  // The fields of an exit, null for other events.

  private get isExit(): boolean {
    return this.record.type === abi.EVENT_EXIT;
  }

  /** The exit code; null if a signal killed the process: wait(2). */
  get status(): number | null {
    return this.isExit && !(this.record.ret & 0x7f) ? (this.record.ret >> 8) & 0xff : null;
  }

  /** The signal that killed the process. */
  get signal(): number | null {
    return this.isExit && this.record.ret & 0x7f ? this.record.ret & 0x7f : null;
  }

  /** How long the process ran. */
  get wall(): Time | null {
    if (!this.isExit) return null;
    const { time, started } = {
      time: this.record.u64(EVENT.time),
      started: this.record.u64(EVENT.started),
    };
    return this.nanoseconds(Number(time) - Number(started));
  }

  /** The CPU time of all its threads. */
  get cpu(): Time | null {
    return this.isExit ? this.nanoseconds(Number(this.record.u64(EVENT.cpu_time))) : null;
  }

  private nanoseconds(count: number): Time {
    const seconds = Math.floor(count / NANOSECONDS);
    this.borrowedTime.seconds = seconds;
    this.borrowedTime.nanoseconds = count - seconds * NANOSECONDS;
    return this.borrowedTime;
  }

  /** Maximum resident size in KiB. */
  get maxRss(): number | bigint | null {
    return this.isExit ? this.record.u64(EVENT.max_rss) : null;
  }
}

const SLASH = 0x2f;

/** Narrows a slice to the last component of its name. */
function lastComponent(name: ByteSlice): ByteSlice {
  const { bytes, start } = name;
  let end = start + name.length;
  while (end > start && bytes[end - 1] === SLASH) end--;
  let at = end;
  while (at > start && bytes[at - 1] !== SLASH) at--;
  name.start = at;
  name.length = end - at;
  return name;
}

/** Returns the io_uring operation of a record; undefined for other records. */
export function uringOp(record: abi.EventRecord): UringOp | undefined {
  return record.abi === abi.ABI_IO_URING ? URING_OPS_BY_OPCODE.get(record.nr) : undefined;
}
