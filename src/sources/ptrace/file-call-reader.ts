/**
 * Reads what the record of a file call needs, from the tracee's memory and from /proc: the counterpart
 * of bpf/syscalls.bpf.h.
 */

import * as abi from "../../events/event-record.ts";
import { type FileCall, hasAddress } from "../../events/file-calls.ts";
import { type LinkPolicy, linkPolicy } from "../../events/link-policy.ts";
import { O_NOFOLLOW } from "../../ffi/machine.ts";
import { EFAULT } from "../../kernel/errno.ts";
import { AT_FDCWD, O_CREAT, O_EXCL } from "../../kernel/fcntl.ts";
import { MS_BIND, MS_MOVE, MS_REMOUNT } from "../../kernel/mount.ts";
import { AF_UNIX, SUN_PATH, SUN_PATH_SIZE } from "../../kernel/socket.ts";
import type { Abi } from "../../syscalls/table.ts";
import { CallArguments, CREAT_FLAGS, howField } from "./call-arguments.ts";
import { type ExecutedFile, executedFile } from "./executed-file.ts";
import { NameResolver, type Passer, type ResolvedName } from "./name-resolver.ts";
import { PathWriter } from "./path-writer.ts";
import * as procfs from "./procfs.ts";
import type { RecordWriter } from "./record-writer.ts";
import type { SyscallStop } from "./syscall-stop.ts";

const OPEN_HOW_MODE = 8;
const ABI_NUMBERS: Readonly<Record<Abi, number>> = {
  x64: 0,
  arm64: 0,
  x64Compat: 1,
  arm64Compat: 1,
  x32: 2,
};
const MINUS_EFAULT = -BigInt(EFAULT);
const OURSELVES: Passer = { tid: process.pid, tgid: process.pid };
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
  readonly name2: Uint8Array | null;
  /** The directory in which a relative name starts; null for other names. */
  readonly base: string | null;
  /** Whether the call is an open with O_CREAT whose file did not exist. */
  readonly wasAbsent: boolean;
  /** Where the names of a call led that changes that; null for other calls. */
  readonly resolved: ResolvedNames | null;
  /** Whether the call's fd or result is none of the thread's fds, or may be another one by now. */
  readonly isOtherFd: boolean;
}

/** Where the names of a call lead; null for those that it lacks and those that are not known. */
interface ResolvedNames {
  readonly first: ResolvedName | null;
  readonly second: ResolvedName | null;
}

const NOT_RESOLVED: ResolvedNames = { first: null, second: null };
const NO_STATE: EntryState = {
  ...{ name: null, name2: null, exec: null, base: null, wasAbsent: false, resolved: null },
  isOtherFd: false,
};

/** A call that is recorded, with its number in the records. */
export interface RecordedCall {
  readonly call: FileCall;
  /** The index in CALL_NAMES. */
  readonly index: number;
}

export class FileCallReader {
  /** The arguments of the calls of the selected thread. */
  readonly args = new CallArguments();
  /** The paths of the record that is being written. */
  readonly paths: PathWriter;
  private readonly names = new NameResolver();
  private readonly writer: RecordWriter;
  private readonly want: number;

  /** @param want WANT_* bits */
  constructor(writer: RecordWriter, want: number) {
    this.writer = writer;
    this.want = want;
    this.paths = new PathWriter(writer, want);
  }

  private isRequested(bit: number): boolean {
    return (this.want & bit) !== 0;
  }

  /** @param withFile whether to read the file that the exec names, before it can change */
  captureExec(stop: SyscallStop, call: FileCall, tid: number, withFile: boolean): EntryState {
    const name = this.args.readString(stop, call, "name");
    const dfd = this.args.directoryFd(stop, call, "dfd");
    const exec = name && withFile ? executedFile(tid, dfd, name) : null;
    return { ...NO_STATE, name, exec };
  }

  /** Writes the arguments of an exec that succeeded. */
  writeExec(stop: SyscallStop, { call, index }: RecordedCall, entryState?: EntryState): void {
    const { writer } = this;
    writer.call(index, stop.number, ABI_NUMBERS[stop.abi]);
    this.writeNumbers(stop, call);
    writer.name(entryState?.name ?? EMPTY);
  }

  /** Captures a message that was sent to an address. */
  static ofDestination(name: Uint8Array | null): EntryState {
    return { ...NO_STATE, name };
  }

  /** Captures an open, which may block until its thread is killed, or create its file. */
  captureOpen(stop: SyscallStop, call: FileCall, passer: Passer): EntryState {
    const name = call.roles.includes("name") ? this.args.readString(stop, call, "name") : null;
    const relative = name !== null && name.length > 0 && name[0] !== SLASH;
    const base =
      relative && this.resolvesNames ? this.basePath(stop, call, "dfd", passer.tid) : null;
    return { ...NO_STATE, name, base, wasAbsent: this.isFileAbsent(stop, call, name, passer) };
  }

  /** Captures a call that moves or removes its names. */
  captureNames(stop: SyscallStop, call: FileCall, passer: Passer): EntryState {
    const name = this.args.readString(stop, call, "name");
    const name2 = this.args.readString(stop, call, "name2");
    return {
      ...NO_STATE,
      name,
      name2,
      resolved: this.resolveNames(stop, call, passer, name, name2),
    };
  }

  /**
   * Captures an io_uring request: it may complete when its memory is used for something else.
   * @param isOtherFd see EntryState
   * @param file the path, as we see it, of the file that an index of the ring refers to
   */
  captureRequest(
    stop: SyscallStop,
    call: FileCall,
    passer: Passer,
    isOtherFd: boolean,
    file: string | null,
  ): EntryState {
    stop.openHow = this.args.readHow(stop, call)?.slice() ?? null;
    const changesNames = ["rename", "unlink", "rmdir"].includes(call.kind);
    const name = hasAddress(call.kind)
      ? this.args.readAddress(stop, call)
      : (this.args.readString(stop, call, "name") ?? this.args.readString(stop, call, "text"));
    const state = changesNames
      ? this.captureNames(stop, call, passer)
      : call.kind === "open"
        ? this.captureOpen(stop, call, passer)
        : NO_STATE;
    const name2 =
      this.args.readString(stop, call, "name2") ?? this.args.readString(stop, call, "text2");
    const first =
      file !== null && this.resolvesNames
        ? this.names.resolve(OURSELVES, AT_FDCWD, file, "never")
        : null;
    const resolved = first ? { first, second: null } : state.resolved;
    return { ...state, name, name2, resolved, isOtherFd };
  }

  /** Whether an open would create its file: it has O_CREAT, and the file does not exist. */
  private isFileAbsent(
    stop: SyscallStop,
    call: FileCall,
    name: Uint8Array | null,
    passer: Passer,
  ): boolean {
    if (name === null || !this.isRequested(abi.WANT_INODE)) return false;
    if ((this.args.lookupFlags(stop, call) & O_CREAT) === 0) return false;
    const { first } = this.resolveNames(stop, call, passer, name, null);
    return first !== null && first.file === null;
  }

  private get resolvesNames(): boolean {
    return this.isRequested(abi.WANT_PATH) || this.isRequested(abi.WANT_INODE);
  }

  /** Finds the files that the names lead to now. */
  private resolveNames(
    stop: SyscallStop,
    call: FileCall,
    passer: Passer,
    name: Uint8Array | null,
    name2: Uint8Array | null,
  ): ResolvedNames {
    if (!this.resolvesNames) return NOT_RESOLVED;
    const { roles } = call;
    const flags = this.args.lookupFlags(stop, call);
    const isPath = roles.includes("name") && this.args.isResolvable(stop, call);
    const resolve = (bytes: Uint8Array | null, role: "dfd" | "dfd2", policy: LinkPolicy) =>
      bytes &&
      this.names.resolve(passer, this.args.directoryFd(stop, call, role), latin1(bytes), policy);
    return {
      first: isPath ? resolve(name, "dfd", linkPolicy(call, flags, O_NOFOLLOW)) : null,
      second: roles.includes("name2") ? resolve(name2, "dfd2", "never") : null,
    };
  }

  /** Returns the directory in which a relative name starts. */
  private basePath(
    stop: SyscallStop,
    call: FileCall,
    role: "dfd" | "dfd2",
    tid: number,
  ): string | null {
    const dfd = this.args.directoryFd(stop, call, role);
    return dfd === AT_FDCWD ? procfs.cwdPath(tid) : procfs.fdPath(tid, dfd);
  }

  /** Writes a call's arguments and result, and the paths of its names. */
  writeCall(
    stop: SyscallStop,
    tracee: Passer,
    { call, index }: RecordedCall,
    entryState: EntryState | undefined,
  ): void {
    const { writer } = this;
    writer.call(index, stop.number, ABI_NUMBERS[stop.abi]);
    writer.result(stop.result);
    this.writeNumbers(stop, call);
    if (call.kind === "mount") this.paths.mountsChanged();
    const name =
      entryState?.name ??
      (hasAddress(call.kind)
        ? this.args.readAddress(stop, call)
        : (this.args.readString(stop, call, "name") ?? this.args.readString(stop, call, "text")));
    const hasName =
      hasAddress(call.kind) || call.roles.some((role) => ["name", "text"].includes(role));
    if (name) writer.name(name);
    else if (hasName) writer.addNotes(abi.NOTE_NAME_UNREADABLE);
    const name2 =
      entryState?.name2 ??
      this.args.readString(stop, call, "name2") ??
      this.args.readString(stop, call, "text2");
    if (name2) writer.name2(name2);
    this.resolvePaths(stop, tracee, call, entryState, name, name2);
    if (entryState?.wasAbsent && !stop.failed) writer.addNotes(abi.NOTE_CREATED);
  }

  private writeNumbers(stop: SyscallStop, call: FileCall): void {
    const { writer } = this;
    const u32 = (role: string) => {
      const value = this.args.argument(stop, call, role);
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
    const how = this.args.readHow(stop, call);
    if (how) {
      writer.u64(abi.EVENT.flags, howField(how, 0));
      writer.u32(abi.EVENT.mode, Number(howField(how, OPEN_HOW_MODE) & 0xffffffffn));
    }
    const flags = call.name === "creat" ? CREAT_FLAGS : u32("flags");
    if (flags !== null) writer.u64(abi.EVENT.flags, BigInt(flags));
    const mode = u32("mode");
    if (mode !== null) writer.u32(abi.EVENT.mode, mode);
    if (call.kind === "open" && flags !== null && !stop.failed && flags & O_EXCL && flags & O_CREAT)
      writer.addNotes(abi.NOTE_CREATED);
  }

  /**
   * Writes the paths and files of the names or of the fd. They are those of the thread: the group
   * leader may have ended, or have another working directory.
   */
  private resolvePaths(
    stop: SyscallStop,
    passer: Passer,
    call: FileCall,
    entryState: EntryState | undefined,
    name: Uint8Array | null,
    name2: Uint8Array | null,
  ): void {
    const isAddress = hasAddress(call.kind);
    const isOtherFd = entryState?.isOtherFd === true;
    const openedFd = call.kind === "open" && !stop.failed ? Number(stop.result) : null;
    const byFd = call.roles.includes("fd") && !isAddress;
    if (byFd && isOtherFd) {
      this.paths.writeFirst(passer.tid, entryState?.resolved?.first ?? null, null);
      return;
    }
    const usedFd = openedFd ?? (byFd ? Number(BigInt.asIntN(32, stop.args[0])) : null);
    const fd = isOtherFd ? null : usedFd;
    if (isAddress) this.writeSocket(call, passer, name);
    else if (fd !== null) this.paths.writeLink(passer.tid, `fd/${fd}`);
    else if (call.kind === "chdir" && !stop.failed)
      this.paths.writeLink(passer.tid, call.name === "chroot" ? "root" : "cwd");
    else this.writeNames(stop, passer, call, entryState, name, name2);
  }

  /** Writes the file of a Unix socket, if it has one: unix(7). */
  private writeSocket(call: FileCall, passer: Passer, address: Uint8Array | null): void {
    if (!this.resolvesNames || !address || address.length <= SUN_PATH) return;
    if (address[0] !== AF_UNIX || address[1] !== 0 || address[SUN_PATH] === 0) return;
    const name = latin1(address.subarray(SUN_PATH, SUN_PATH + SUN_PATH_SIZE)).replace(/\0.*/s, "");
    const policy = linkPolicy(call, 0, O_NOFOLLOW);
    const base = name.startsWith("/") ? "root" : "cwd";
    this.paths.writeFirst(passer.tid, this.names.resolve(passer, AT_FDCWD, name, policy), base);
  }

  private writeNames(
    stop: SyscallStop,
    passer: Passer,
    call: FileCall,
    entryState: EntryState | undefined,
    name: Uint8Array | null,
    name2: Uint8Array | null,
  ): void {
    const { writer } = this;
    const [one, two] = [name, name2].map((bytes) =>
      bytes?.length || stop.result !== MINUS_EFAULT ? bytes : null,
    );
    const { first, second } =
      entryState?.resolved ?? this.resolveNames(stop, call, passer, one, two);
    if (call.name.startsWith("open_tree") && first && !stop.failed)
      this.paths.rememberTree(stop, passer.tid, first);
    // An empty name that the call did not accept leads nowhere.
    const accepted = name?.length || !stop.failed;
    if (this.hasFirstName(stop, call)) {
      const base = entryState?.base == null ? this.baseLink(stop, call, name, "dfd") : null;
      this.paths.writeFirst(passer.tid, accepted ? first : null, base);
      if (base === null && !first?.path) writer.path(entryState?.base ?? null, true);
    }
    if (!call.roles.includes("name2") && !this.hasSourcePath(stop, call)) return;
    if (this.isRequested(abi.WANT_INODE)) {
      if (call.kind === "rename" && name2?.length) writer.replacedFile(second?.file ?? null);
      else if (call.kind === "symlink") writer.file(second?.file ?? null);
    }
    if (!this.isRequested(abi.WANT_PATH)) return;
    const base = this.baseLink(stop, call, name2, "dfd2");
    if (second?.path != null && this.paths.startsAttached(passer.tid, base))
      this.paths.writeResolved(passer.tid, second, true);
    else if (base !== null) this.paths.writePathOf(passer.tid, base, true, true);
  }

  /** Returns the link of /proc/PID to the directory in which a name starts; null if there is no name. */
  private baseLink(
    stop: SyscallStop,
    call: FileCall,
    name: Uint8Array | null,
    role: "dfd" | "dfd2",
  ): string | null {
    if (!name?.length && stop.result === MINUS_EFAULT) return null;
    if (name?.[0] === SLASH) return "root";
    const dfd = this.args.directoryFd(stop, call, role);
    return dfd === AT_FDCWD ? "cwd" : `fd/${dfd}`;
  }

  /** Whether the source of mount(2) is the path that is bound or moved. */
  private hasSourcePath(stop: SyscallStop, call: FileCall): boolean {
    const flags = Number(this.args.argument(stop, call, "flags") ?? 0n);
    return call.name === "mount" && (flags & (MS_BIND | MS_MOVE)) !== 0 && !(flags & MS_REMOUNT);
  }

  /** Whether the first name has a base: NULL without an fd is no name, as in acct(2). */
  private hasFirstName(stop: SyscallStop, call: FileCall): boolean {
    const address = this.args.argument(stop, call, "name");
    return address !== null && (address !== 0n || call.roles.includes("dfd"));
  }
}

/** Decodes one character per byte. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
