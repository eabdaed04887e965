/** What a call that names files says, read from the memory of the tracee and from /proc. */

import * as abi from "../../events/event-record.ts";
import type { FileCall } from "../../events/file-calls.ts";
import { AF_UNIX, SUN_PATH } from "../../kernel/socket.ts";
import type { Abi } from "../../syscalls/table.ts";
import * as facts from "./procfs.ts";
import type { RecordWriter } from "./record-writer.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import { TraceeMemory } from "./tracee-memory.ts";
import type { Tracee } from "./tracer.ts";

const AT_FDCWD = -100;
const PATH_MAX = 4096;
const O_EXCL = 0o200;
const O_CREAT = 0o100;
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
const EFAULT = -14n;
/** SYS_BIND and SYS_CONNECT of include/uapi/linux/net.h, and the numbers of those calls on i386. */
const SOCKETCALL_NUMBERS: Readonly<Record<number, number>> = { 2: 361, 3: 362 };
const SOCKETCALL_ARGUMENTS = 3;
const EMPTY = new Uint8Array(0);
const SLASH = 0x2f;

/** What is read before the call, while it can be: an exec overwrites names, a kill ends all. */
export interface EntryState {
  /** Null where it could not be read. */
  readonly name: Uint8Array | null;
  /** What the kernel calls that which is executed. */
  readonly execName: Uint8Array | null;
  /** Where a name that may block starts from. */
  readonly base: string | null;
  /** An open that may make its file: it was not there. */
  readonly wasAbsent: boolean;
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

  /** From here on this thread's memory is read. */
  selectThread(tid: number): void {
    this.memory.pid = tid;
  }

  private isRequested(bit: number): boolean {
    return (this.want & bit) !== 0;
  }

  captureExec(stop: SyscallStop, call: FileCall): EntryState {
    const name = this.readString(stop, call, "name");
    return {
      name,
      execName: name && this.execName(stop, call, name),
      base: null,
      wasAbsent: false,
    };
  }

  /** What the kernel calls that which is executed: execveat(2) may go by an fd. */
  private execName(stop: SyscallStop, call: FileCall, name: Uint8Array): Uint8Array {
    const dfd = this.argument(stop, call, "dfd");
    const fd = dfd === null ? AT_FDCWD : Number(BigInt.asIntN(32, dfd));
    if (fd === AT_FDCWD || name[0] === SLASH) return name;
    return Buffer.concat([Buffer.from(`/dev/fd/${fd}${name.length === 0 ? "" : "/"}`), name]);
  }

  /** An open, which may block until it is killed, or make its file. */
  captureOpen(stop: SyscallStop, call: FileCall, tid: number): EntryState {
    const name = call.roles.includes("name") ? this.readString(stop, call, "name") : null;
    const relative = name !== null && name.length > 0 && name[0] !== SLASH;
    const wanted = this.isRequested(abi.WANT_PATH) || this.isRequested(abi.WANT_INODE);
    const base = relative && wanted ? this.base(stop, call, "dfd", tid) : null;
    const wasAbsent = this.isFileAbsent(stop, call, name, base);
    return { name, execName: null, base, wasAbsent };
  }

  /** Whether an open may make the file that it names: it is not there. */
  private isFileAbsent(
    stop: SyscallStop,
    call: FileCall,
    name: Uint8Array | null,
    basePath: string | null,
  ): boolean {
    if (name === null || !this.isRequested(abi.WANT_INODE)) return false;
    const flags = Number(this.argument(stop, call, "flags") ?? 0n);
    if (call.name !== "creat" && (flags & O_CREAT) === 0) return false;
    const text = Buffer.from(name).toString("latin1");
    return facts.isAbsent(text.startsWith("/") ? text : `${basePath}/${text}`);
  }

  private argument(stop: SyscallStop, call: FileCall, role: string): bigint | null {
    const index = call.roles.indexOf(role);
    return index < 0 ? null : stop.args[index];
  }

  private readString(stop: SyscallStop, call: FileCall, role: string): Uint8Array | null {
    const address = this.argument(stop, call, role);
    if (address === null || address === 0n) return address === null ? null : EMPTY;
    const found = this.memory.readString(Number(address), PATH_MAX - 1);
    // What ends before its NUL cannot be read by the kernel either.
    if (!found || (found.cut && found.length < PATH_MAX - 1)) return null;
    return found.bytes.slice(0, found.length);
  }

  /** Where a relative name starts from. */
  private base(
    stop: SyscallStop,
    call: FileCall,
    role: "dfd" | "dfd2",
    pid: number,
  ): string | null {
    const given = this.argument(stop, call, role);
    const dfd = given === null ? AT_FDCWD : Number(BigInt.asIntN(32, given));
    return dfd === AT_FDCWD ? facts.cwdPath(pid) : facts.fdPath(pid, dfd);
  }

  /** i386's bind and connect by socketcall(2), whose arguments stand in memory: as those calls. */
  unpackSocketcall(stop: SyscallStop): void {
    const number = SOCKETCALL_NUMBERS[Number(stop.args[0])];
    const found = number && this.memory.read(Number(stop.args[1]), SOCKETCALL_ARGUMENTS * 4);
    if (!found) return;
    stop.number = number;
    for (let i = 0; i < SOCKETCALL_ARGUMENTS; i++)
      stop.args[i] = BigInt(found.view.getUint32(i * 4, true));
  }

  /** Fills in what the call says, and where its names lead. */
  writeCall(
    stop: SyscallStop,
    tracee: Tracee,
    call: FileCall,
    index: number,
    begun: EntryState | undefined,
  ): void {
    const { writer } = this;
    writer.call(index, stop.number, ABI_NUMBERS[stop.abi]);
    writer.result(stop.result);
    this.writeNumbers(stop, call);
    const name = call.roles.includes("address")
      ? this.readAddress(stop, call)
      : (begun?.name ?? this.readString(stop, call, "name") ?? this.readString(stop, call, "text"));
    const hasName = call.roles.some((role) => ["name", "text", "address"].includes(role));
    if (name) writer.name(name);
    else if (hasName) writer.addNotes(abi.NOTE_NAME_UNREADABLE);
    const name2 = this.readString(stop, call, "name2") ?? this.readString(stop, call, "text2");
    if (name2) writer.name2(name2);
    this.resolvePaths(stop, tracee, call, begun, name, name2);
    if (begun?.wasAbsent && !stop.failed) writer.addNotes(abi.NOTE_CREATED);
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
    const found = how === null ? null : this.memory.read(Number(how), OPEN_HOW_SIZE);
    if (found) {
      writer.u64(abi.EVENT.flags, found.view.getBigUint64(0, true));
      writer.u32(abi.EVENT.mode, Number(found.view.getBigUint64(8, true) & 0xffffffffn));
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
    const found = this.memory.read(Number(this.argument(stop, call, "address")), length);
    return found ? found.bytes.slice(0, length) : null;
  }

  /** Where the names lead. Asked of the thread: the first one may have ended, or be elsewhere. */
  private resolvePaths(
    stop: SyscallStop,
    { tid }: Tracee,
    call: FileCall,
    begun: EntryState | undefined,
    name: Uint8Array | null,
    name2: Uint8Array | null,
  ): void {
    const { writer } = this;
    const opened = call.kind === "open" && !stop.failed ? Number(stop.result) : null;
    const isAddress = call.roles.includes("address");
    const byFd = call.roles.includes("fd") && !isAddress;
    const given = opened ?? (byFd ? Number(BigInt.asIntN(32, stop.args[0])) : null);
    if (given !== null && this.isRequested(abi.WANT_INODE))
      writer.inode(facts.statLink(tid, `fd/${given}`));
    if (!this.isRequested(abi.WANT_PATH)) return;
    const start = (bytes: Uint8Array | null, role: "dfd" | "dfd2") => {
      if (!bytes?.length && stop.result === EFAULT) return null;
      return bytes?.[0] === SLASH ? facts.rootPath(tid) : this.base(stop, call, role, tid);
    };
    if (isAddress) writer.path(socketBasePath(name, tid), true);
    else if (given !== null) writer.path(facts.fdPath(tid, given), false);
    else if (call.kind === "chdir" && !stop.failed)
      writer.path(call.name === "chroot" ? facts.rootPath(tid) : facts.cwdPath(tid), false);
    else if (call.roles.includes("name")) writer.path(begun?.base ?? start(name, "dfd"), true);
    if (call.roles.includes("name2")) writer.path2(start(name2, "dfd2"));
  }

  /** As the kernel has them: without the signal that the parent gets. */
  cloneFlags({ tid, syscall: stop }: Tracee, name: string | undefined): bigint {
    if (!stop || name === undefined || name === "fork") return 0n;
    if (name === "vfork") return CLONE_VFORK | CLONE_VM;
    if (name === "clone") return stop.args[0] & 0xffffff00n;
    this.memory.pid = tid;
    return this.memory.read(Number(stop.args[0]), 8)?.view.getBigUint64(0, true) ?? 0n;
  }
}

/** Where the name of a socket starts from, if it is a file: unix(7). */
function socketBasePath(address: Uint8Array | null, pid: number): string | null {
  if (!address || address.length <= SUN_PATH || address[0] !== AF_UNIX || address[1] !== 0)
    return null;
  const first = address[SUN_PATH];
  if (first === 0) return null;
  return first === SLASH ? facts.rootPath(pid) : facts.cwdPath(pid);
}
