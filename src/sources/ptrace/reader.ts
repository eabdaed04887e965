/** What a call that names files says, read from the memory of the tracee and from /proc. */
import { AF_UNIX, SUN_PATH } from "../../kernel/socket.ts";
import * as abi from "../../kernel/trace_events.ts";
import type { FileCall } from "../../syscalls/files.ts";
import type { Abi } from "../../syscalls/table.ts";
import type { SyscallStop } from "./call.ts";
import * as facts from "./facts.ts";
import { TraceeMemory } from "./memory.ts";
import type { RecordWriter } from "./record.ts";
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
const ABI_NUMBER: Readonly<Record<Abi, number>> = {
  x64: 0,
  arm64: 0,
  x64Compat: 1,
  arm64Compat: 1,
  x32: 2,
};
const NOTHING = new Uint8Array(0);
const SLASH = 0x2f;

/** What is read before the call, while it can be: names that an exec overwrites. */
export interface Begun {
  readonly name: Uint8Array;
  /** An open that may make its file: it was not there. */
  readonly absent: boolean;
}

export class CallReader {
  private readonly memory = new TraceeMemory();
  private readonly writer: RecordWriter;
  private readonly want: number;

  /** @param want WANT_* bits */
  constructor(writer: RecordWriter, want: number) {
    this.writer = writer;
    this.want = want;
  }

  /** From here on this thread's memory is read. */
  look(tid: number): void {
    this.memory.pid = tid;
  }

  private wants(bit: number): boolean {
    return (this.want & bit) !== 0;
  }

  /** Whether a call names a file that is not there. */
  isAbsent(stop: SyscallStop, call: FileCall, tracee: Tracee): boolean {
    const name = this.text(stop, call, "name");
    if (!name) return false;
    const text = Buffer.from(name).toString("latin1");
    const base = text.startsWith("/") ? "" : `${this.base(stop, call, "dfd", tracee.tgid)}/`;
    return facts.isAbsent(`${base}${text}`);
  }

  private argument(stop: SyscallStop, call: FileCall, role: string): bigint | null {
    const index = call.roles.indexOf(role);
    return index < 0 ? null : stop.args[index];
  }

  text(stop: SyscallStop, call: FileCall, role: string): Uint8Array | null {
    const address = this.argument(stop, call, role);
    if (address === null || address === 0n) return address === null ? null : NOTHING;
    const found = this.memory.string(Number(address), PATH_MAX - 1);
    return found ? found.bytes.slice(0, found.length) : null;
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

  /** Fills in what the call says, and where its names lead. */
  describe(
    stop: SyscallStop,
    tracee: Tracee,
    call: FileCall,
    index: number,
    begun: Begun | undefined,
  ): void {
    const { writer } = this;
    writer.call(index, stop.number, ABI_NUMBER[stop.abi]);
    writer.result(stop.result);
    this.numbers(stop, call);
    const name = call.roles.includes("address")
      ? this.address(stop, call)
      : (this.text(stop, call, "name") ?? this.text(stop, call, "text"));
    const hasName = call.roles.some((role) => ["name", "text", "address"].includes(role));
    if (name) writer.name(name);
    else if (hasName) writer.note(abi.NOTE_NAME_UNREADABLE);
    const name2 = this.text(stop, call, "name2") ?? this.text(stop, call, "text2");
    if (name2) writer.name2(name2);
    this.places(stop, tracee, call, name, name2);
    if (begun?.absent && !stop.failed) writer.note(abi.NOTE_CREATED);
  }

  private numbers(stop: SyscallStop, call: FileCall): void {
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
      writer.note(abi.NOTE_CREATED);
  }

  private address(stop: SyscallStop, call: FileCall): Uint8Array | null {
    const length = Math.min(Number(this.argument(stop, call, "length") ?? 0n), SOCKADDR_BYTES);
    const found = this.memory.read(Number(this.argument(stop, call, "address")), length);
    return found ? found.bytes.slice(0, length) : null;
  }

  /** Where the names lead. */
  private places(
    stop: SyscallStop,
    tracee: Tracee,
    call: FileCall,
    name: Uint8Array | null,
    name2: Uint8Array | null,
  ): void {
    const { writer } = this;
    const { tgid } = tracee;
    const opened = call.kind === "open" && !stop.failed ? Number(stop.result) : null;
    const isAddress = call.roles.includes("address");
    const byFd = call.roles.includes("fd") && !isAddress;
    const given = opened ?? (byFd ? Number(BigInt.asIntN(32, stop.args[0])) : null);
    if (given !== null && this.wants(abi.WANT_INODE))
      writer.inode(facts.inodeOf(tgid, `fd/${given}`));
    if (!this.wants(abi.WANT_PATH)) return;
    const start = (bytes: Uint8Array | null, role: "dfd" | "dfd2") =>
      bytes?.[0] === SLASH ? facts.rootPath(tgid) : this.base(stop, call, role, tgid);
    if (isAddress) writer.path(socketStart(name, tgid), true);
    else if (given !== null) writer.path(facts.fdPath(tgid, given), false);
    else if (call.kind === "chdir" && call.name !== "chroot" && !stop.failed)
      writer.path(facts.cwdPath(tgid), false);
    else if (call.roles.includes("name")) writer.path(start(name, "dfd"), true);
    if (call.roles.includes("name2")) writer.path2(start(name2, "dfd2"));
  }

  /** As the kernel has them: without the signal that the parent gets. */
  cloneFlags({ tid, call: stop }: Tracee, name: string | undefined): bigint {
    if (!stop || name === undefined || name === "fork") return 0n;
    if (name === "vfork") return CLONE_VFORK | CLONE_VM;
    if (name === "clone") return stop.args[0] & 0xffffff00n;
    this.memory.pid = tid;
    return this.memory.read(Number(stop.args[0]), 8)?.view.getBigUint64(0, true) ?? 0n;
  }
}

/** Where the name of a socket starts from, if it is a file: unix(7). */
function socketStart(address: Uint8Array | null, pid: number): string | null {
  if (!address || address.length <= SUN_PATH || address[0] !== AF_UNIX || address[1] !== 0)
    return null;
  const first = address[SUN_PATH];
  if (first === 0) return null;
  return first === SLASH ? facts.rootPath(pid) : facts.cwdPath(pid);
}
