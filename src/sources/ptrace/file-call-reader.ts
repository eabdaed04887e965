/**
 * Reads what the record of a file call needs, from the tracee's memory and from /proc: the counterpart
 * of bpf/syscalls.bpf.h.
 */

import * as abi from "../../events/event-record.ts";
import type { FileCall } from "../../events/file-calls.ts";
import { EFAULT } from "../../kernel/errno.ts";
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_FOLLOW, O_CREAT, O_EXCL } from "../../kernel/fcntl.ts";
import { PATH_MAX } from "../../kernel/limits.ts";
import { MS_BIND, MS_MOVE, MS_REMOUNT } from "../../kernel/mount.ts";
import { fdOfName } from "../../kernel/proc-fd.ts";
import { AF_UNIX, SUN_PATH } from "../../kernel/socket.ts";
import { type Abi, syscallNumber } from "../../syscalls/table.ts";
import { type ExecutedFile, executedFile } from "./executed-file.ts";
import * as procfs from "./procfs.ts";
import type { RecordWriter } from "./record-writer.ts";
import { socketcallName, unpackSocketcall } from "./socketcall.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import { TraceeMemory } from "./tracee-memory.ts";
import type { Tracee } from "./tracer.ts";

const OPEN_HOW_SIZE = 24;
const SOCKADDR_BYTES = 128;
const CREAT_FLAGS = 0o1101;
const CLONE_VM = 0x100n;
const CLONE_VFORK = 0x4000n;
const ABI_NUMBERS: Readonly<Record<Abi, number>> = {
  x64: 0,
  arm64: 0,
  x64Compat: 1,
  arm64Compat: 1,
  x32: 2,
};
const MINUS_EFAULT = -BigInt(EFAULT);
/** The calls of socketcall(2) that are recorded. */
const RECORDED_SOCKETCALLS = new Set<string | undefined>(["bind", "connect"]);
const EMPTY = new Uint8Array(0);
const SLASH = 0x2f;

/**
 * State that is read at the entry of a call because it is lost at the exit: an exec replaces the
 * memory, and a killed thread has none.
 */
export interface EntryState {
  /** Null if it could not be read. */
  readonly name: Uint8Array | null;
  /** The file that an exec names, if it is of interest. */
  readonly exec: ExecutedFile | null;
  /** The directory in which a relative name starts; null for other names. */
  readonly base: string | null;
  /** Whether the call is an open with O_CREAT whose file did not exist. */
  readonly wasAbsent: boolean;
}

/** A call that is recorded, with its number in the records. */
export interface RecordedCall {
  readonly call: FileCall;
  /** The index in CALL_NAMES. */
  readonly index: number;
}

export class FileCallReader {
  private readonly memory = new TraceeMemory();
  private readonly writer: RecordWriter;
  private readonly want: number;

  /** @param want WANT_* bits */
  constructor(writer: RecordWriter, want: number) {
    this.writer = writer;
    this.want = want;
  }

  /** Selects the thread whose memory is read. */
  selectThread(tid: number): void {
    this.memory.pid = tid;
  }

  private isRequested(bit: number): boolean {
    return (this.want & bit) !== 0;
  }

  /** @param withFile whether to read the file that the exec names, before it can change */
  captureExec(stop: SyscallStop, call: FileCall, tid: number, withFile: boolean): EntryState {
    const name = this.readString(stop, call, "name");
    const exec = name && withFile ? executedFile(tid, this.execDfd(stop, call), name) : null;
    return { name, exec, base: null, wasAbsent: false };
  }

  private execDfd(stop: SyscallStop, call: FileCall): number {
    const dfd = this.argument(stop, call, "dfd");
    return dfd === null ? AT_FDCWD : Number(BigInt.asIntN(32, dfd));
  }

  /** Writes the arguments of an exec that succeeded. */
  writeExec(stop: SyscallStop, { call, index }: RecordedCall, entryState?: EntryState): void {
    const { writer } = this;
    writer.call(index, stop.number, ABI_NUMBERS[stop.abi]);
    this.writeNumbers(stop, call);
    writer.name(entryState?.name ?? EMPTY);
  }

  /** Captures an open, which may block until its thread is killed, or create its file. */
  captureOpen(stop: SyscallStop, call: FileCall, tid: number): EntryState {
    const name = call.roles.includes("name") ? this.readString(stop, call, "name") : null;
    const relative = name !== null && name.length > 0 && name[0] !== SLASH;
    const needsBase = this.isRequested(abi.WANT_PATH) || this.isRequested(abi.WANT_INODE);
    const base = relative && needsBase ? this.basePath(stop, call, "dfd", tid) : null;
    const wasAbsent = this.isFileAbsent(stop, call, name, base);
    return { name, exec: null, base, wasAbsent };
  }

  /** Whether an open would create its file: it has O_CREAT, and the file does not exist. */
  private isFileAbsent(
    stop: SyscallStop,
    call: FileCall,
    name: Uint8Array | null,
    base: string | null,
  ): boolean {
    if (name === null || !this.isRequested(abi.WANT_INODE)) return false;
    const flags = Number(this.argument(stop, call, "flags") ?? 0n);
    if (call.name !== "creat" && (flags & O_CREAT) === 0) return false;
    const text = Buffer.from(name).toString("latin1");
    return procfs.isAbsent(text.startsWith("/") ? text : `${base}/${text}`);
  }

  private argument(stop: SyscallStop, call: FileCall, role: string): bigint | null {
    const roles = stop.abi.endsWith("Compat") ? call.compatRoles : call.roles;
    const index = roles.indexOf(role);
    return index < 0 ? null : stop.args[index];
  }

  private readString(stop: SyscallStop, call: FileCall, role: string): Uint8Array | null {
    const address = this.argument(stop, call, role);
    if (address === null || address === 0n) return address === null ? null : EMPTY;
    const string = this.memory.readString(Number(address), PATH_MAX - 1);
    // A string without a readable NUL cannot be read by the kernel either.
    if (!string || (string.cut && string.length < PATH_MAX - 1)) return null;
    return string.bytes.slice(0, string.length);
  }

  /** Returns the directory in which a relative name starts. */
  private basePath(
    stop: SyscallStop,
    call: FileCall,
    role: "dfd" | "dfd2",
    tid: number,
  ): string | null {
    const argument = this.argument(stop, call, role);
    const dfd = argument === null ? AT_FDCWD : Number(BigInt.asIntN(32, argument));
    return dfd === AT_FDCWD ? procfs.cwdPath(tid) : procfs.fdPath(tid, dfd);
  }

  /** Replaces i386's socketcall(2) by the bind or connect that it makes, with its arguments in memory. */
  unpackSocketcall(stop: SyscallStop): void {
    if (!RECORDED_SOCKETCALLS.has(socketcallName(stop))) return;
    const name = unpackSocketcall(stop, this.memory);
    if (name !== undefined) stop.number = syscallNumber(stop.abi, name)!;
  }

  /** Writes a call's arguments and result, and the paths of its names. */
  writeCall(
    stop: SyscallStop,
    tracee: Tracee,
    { call, index }: RecordedCall,
    entryState: EntryState | undefined,
  ): void {
    const { writer } = this;
    writer.call(index, stop.number, ABI_NUMBERS[stop.abi]);
    writer.result(stop.result);
    this.writeNumbers(stop, call);
    const name = call.roles.includes("address")
      ? this.readAddress(stop, call)
      : (entryState?.name ??
        this.readString(stop, call, "name") ??
        this.readString(stop, call, "text"));
    const hasName = call.roles.some((role) => ["name", "text", "address"].includes(role));
    if (name) writer.name(name);
    else if (hasName) writer.addNotes(abi.NOTE_NAME_UNREADABLE);
    const name2 = this.readString(stop, call, "name2") ?? this.readString(stop, call, "text2");
    if (name2) writer.name2(name2);
    this.resolvePaths(stop, tracee, call, entryState, name, name2);
    if (entryState?.wasAbsent && !stop.failed) writer.addNotes(abi.NOTE_CREATED);
  }

  private writeNumbers(stop: SyscallStop, call: FileCall): void {
    const { writer } = this;
    const u32 = (role: string) => {
      const value = this.argument(stop, call, role);
      return value === null ? null : Number(BigInt.asUintN(32, value));
    };
    for (const [role, field] of [
      ["dfd", abi.EVENT.dfd],
      ["fd", abi.EVENT.dfd],
      ["dfd2", abi.EVENT.dfd2],
    ] as const) {
      const value = u32(role);
      if (value !== null) writer.u32(field, value);
    }
    const how = this.argument(stop, call, "how");
    const openHow = how === null ? null : this.memory.read(Number(how), OPEN_HOW_SIZE);
    if (openHow) {
      writer.u64(abi.EVENT.flags, openHow.view.getBigUint64(0, true));
      writer.u32(abi.EVENT.mode, Number(openHow.view.getBigUint64(8, true) & 0xffffffffn));
    }
    const flags = call.name === "creat" ? CREAT_FLAGS : u32("flags");
    if (flags !== null) writer.u64(abi.EVENT.flags, BigInt(flags));
    const mode = u32("mode");
    if (mode !== null) writer.u32(abi.EVENT.mode, mode);
    if (call.kind === "open" && flags !== null && !stop.failed && flags & O_EXCL && flags & O_CREAT)
      writer.addNotes(abi.NOTE_CREATED);
  }

  private readAddress(stop: SyscallStop, call: FileCall): Uint8Array | null {
    const length = Math.min(Number(this.argument(stop, call, "length") ?? 0n), SOCKADDR_BYTES);
    const memory = this.memory.read(Number(this.argument(stop, call, "address")), length);
    return memory ? memory.bytes.slice(0, length) : null;
  }

  /**
   * Writes the paths of the names. They are those of the thread: the group leader may have ended, or
   * have another working directory.
   */
  private resolvePaths(
    stop: SyscallStop,
    { tid, tgid }: Tracee,
    call: FileCall,
    entryState: EntryState | undefined,
    name: Uint8Array | null,
    name2: Uint8Array | null,
  ): void {
    const { writer } = this;
    const openedFd = call.kind === "open" && !stop.failed ? Number(stop.result) : null;
    const isAddress = call.roles.includes("address");
    const byFd = call.roles.includes("fd") && !isAddress;
    const fd = openedFd ?? (byFd ? Number(BigInt.asIntN(32, stop.args[0])) : null);
    const withInode = fd ?? this.linkedFd(stop, call, name, tgid);
    if (withInode !== null && this.isRequested(abi.WANT_INODE))
      writer.inode(procfs.statLink(tid, `fd/${withInode}`));
    if (!this.isRequested(abi.WANT_PATH)) return;
    const start = (bytes: Uint8Array | null, role: "dfd" | "dfd2") => {
      if (!bytes?.length && stop.result === MINUS_EFAULT) return null;
      return bytes?.[0] === SLASH ? procfs.rootPath(tid) : this.basePath(stop, call, role, tid);
    };
    if (isAddress) writer.path(socketBasePath(name, tid), true);
    else if (fd !== null) writer.path(procfs.fdPath(tid, fd), false);
    else if (call.kind === "chdir" && !stop.failed)
      writer.path(call.name === "chroot" ? procfs.rootPath(tid) : procfs.cwdPath(tid), false);
    else if (this.hasFirstName(stop, call))
      writer.path(entryState?.base ?? start(name, "dfd"), true);
    if (call.roles.includes("name2") || this.hasSourcePath(stop, call))
      writer.path2(start(name2, "dfd2"));
  }

  /**
   * Returns the fd of the file that a new link leads to, if its name stands for one. These are the only
   * names of a file that was opened with O_TMPFILE.
   */
  private linkedFd(
    stop: SyscallStop,
    call: FileCall,
    name: Uint8Array | null,
    tgid: number,
  ): number | null {
    const flags = Number(this.argument(stop, call, "flags") ?? 0n);
    if (call.kind !== "link" || stop.failed || (flags & (AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) === 0)
      return null;
    if (name?.length) return fdOfName(Buffer.from(name).toString("latin1"), tgid);
    return Number(BigInt.asIntN(32, this.argument(stop, call, "dfd") ?? -1n));
  }

  /** Whether the source of mount(2) is the path that is bound or moved. */
  private hasSourcePath(stop: SyscallStop, call: FileCall): boolean {
    const flags = Number(this.argument(stop, call, "flags") ?? 0n);
    return call.name === "mount" && (flags & (MS_BIND | MS_MOVE)) !== 0 && !(flags & MS_REMOUNT);
  }

  /** Whether the first name has a base: NULL without an fd is no name, as in acct(2). */
  private hasFirstName(stop: SyscallStop, call: FileCall): boolean {
    const address = this.argument(stop, call, "name");
    return address !== null && (address !== 0n || call.roles.includes("dfd"));
  }

  /** Returns the kernel's clone flags, which do not include the exit signal: clone(2). */
  cloneFlags({ tid, syscall: stop }: Tracee, name: string | undefined): bigint {
    if (!stop || name === undefined || name === "fork") return 0n;
    if (name === "vfork") return CLONE_VFORK | CLONE_VM;
    if (name === "clone") return stop.args[0] & 0xffffff00n;
    this.memory.pid = tid;
    return this.memory.read(Number(stop.args[0]), 8)?.view.getBigUint64(0, true) ?? 0n;
  }
}

/** Returns the directory in which the name of a socket starts; null if it is no file: unix(7). */
function socketBasePath(address: Uint8Array | null, tid: number): string | null {
  if (!address || address.length <= SUN_PATH || address[0] !== AF_UNIX || address[1] !== 0)
    return null;
  const first = address[SUN_PATH];
  if (first === 0) return null;
  return first === SLASH ? procfs.rootPath(tid) : procfs.cwdPath(tid);
}
