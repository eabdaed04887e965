/**
 * The events of `trace exec` without eBPF: what a tracer sees of one command and its children. No
 * rights are needed for it. It does not see what io_uring does, and it slows the command.
 */
import type { Time } from "../../events/column.ts";
import { FileEvent } from "../../events/file.ts";
import type { EventKind } from "../../events/kinds.ts";
import { clock } from "../../ffi/clock.ts";
import { CLOCK_BOOTTIME, CLOCK_REALTIME } from "../../kernel/time.ts";
import * as abi from "../../kernel/trace_events.ts";
import type { Child, SpawnOptions } from "../../process/child.ts";
import { CALL_NAMES, FILE_CALLS, type FileCall } from "../../syscalls/files.ts";
import type { Abi } from "../../syscalls/table.ts";
import type { Loss, Source } from "../source.ts";
import type { SyscallStop } from "./call.ts";
import * as facts from "./facts.ts";
import { TraceeMemory } from "./memory.ts";
import { RecordWriter } from "./record.ts";
import { startTraced } from "./start.ts";
import { type Tracee, Tracer, type Visitor } from "./tracer.ts";

const AT_FDCWD = -100;
const PATH_MAX = 4096;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const OPEN_HOW_SIZE = 24;
const SOCKADDR_BYTES = 128;
const CREAT_FLAGS = 0o1101;
const CLONE_VM = 0x100n;
const CLONE_VFORK = 0x4000n;
const NANOSECONDS = 1_000_000_000n;
const ABI_NUMBER: Readonly<Record<Abi, number>> = {
  x64: 0,
  arm64: 0,
  x64Compat: 1,
  arm64Compat: 1,
  x32: 2,
};
/** A ring that we cannot look into. */
const IO_URING_SETUP = 425;
const NOTHING = new Uint8Array(0);

export interface PtraceOptions {
  readonly kinds: ReadonlySet<EventKind>;
  /** WANT_* bits. */
  readonly want: number;
  readonly follow: boolean;
}

/** The calls of the chosen kinds, by ABI and number. */
function callTable(kinds: ReadonlySet<EventKind>): Map<string, readonly [FileCall, number]> {
  const table = new Map<string, readonly [FileCall, number]>();
  for (const [index, call] of FILE_CALLS.entries()) {
    const wanted = kinds.has(call.kind) || (call.kind === "unlink" && kinds.has("rmdir"));
    if (!wanted) continue;
    for (const [machine, number] of Object.entries(call.numbers)) {
      if (number === null) continue;
      table.set(`${machine} ${number}`, [call, index + 1]);
      if (machine === "x64") table.set(`x32 ${number}`, [call, index + 1]);
    }
  }
  return table;
}

/** What is read before the call, while it can be: names that an exec overwrites. */
interface Begun {
  readonly argv: Uint8Array;
  readonly name: Uint8Array;
  /** An open that may make its file: it was not there. */
  readonly absent: boolean;
}

export class PtraceSource implements Source<FileEvent>, Visitor {
  /** Nothing to wait for: `drain` itself waits. */
  readonly fd = -1;
  readonly tracer: Tracer;
  /** A status as a shell has it, once the command has ended. */
  status: number | null = null;
  private readonly options: PtraceOptions;
  private readonly calls;
  private readonly memory = new TraceeMemory();
  private readonly writer = new RecordWriter();
  private readonly event: FileEvent;
  private readonly begun = new Map<number, Begun>();
  private readonly comms = new Map<number, Buffer>();
  private readonly started = new Map<number, bigint>();
  private visit: (event: FileEvent) => void = () => {};
  private root = 0;
  private rings = 0;
  private missingNames = 0;

  constructor(options: PtraceOptions) {
    this.options = options;
    this.calls = callTable(options.kinds);
    this.tracer = new Tracer(this, { follow: options.follow, filtered: true });
    const boot = clock(CLOCK_REALTIME) - clock(CLOCK_BOOTTIME);
    const bootTime: Time = {
      seconds: Number(boot / NANOSECONDS),
      nanoseconds: Number(boot % NANOSECONDS),
    };
    this.event = new FileEvent(this.writer.record, bootTime);
  }

  /** Starts the command, stopped at no other calls than those that are recorded. */
  start(options: SpawnOptions): Child {
    const names = new Set([...this.calls.values()].map(([call]) => call.name));
    const child = startTraced(this.tracer, options, new Set([...names, "io_uring_setup", "prctl"]));
    this.root = child.pid;
    this.started.set(child.pid, clock(CLOCK_BOOTTIME));
    return child;
  }

  /** Waits for the next call, and takes all that are there. */
  drain(visit: (event: FileEvent) => void): void {
    this.visit = visit;
    this.tracer.step();
  }

  finish(): void {
    this.tracer.detach();
  }

  close(): void {}

  alive(): number {
    return this.tracer.tracees.size;
  }

  private wants(bit: number): boolean {
    return (this.options.want & bit) !== 0;
  }

  private lookup(stop: SyscallStop): readonly [FileCall, number] | undefined {
    return this.calls.get(`${stop.abi} ${stop.number}`);
  }

  entered(stop: SyscallStop, tracee: Tracee): void {
    if (stop.number === IO_URING_SETUP && !stop.abi.endsWith("Compat")) this.rings++;
    const found = this.lookup(stop);
    if (!found) return;
    const [call] = found;
    this.memory.pid = tracee.tid;
    if (call.kind === "exec") {
      const argvIndex = call.name === "execveat" ? 2 : 1;
      const word = stop.abi.endsWith("Compat") || stop.abi === "x32" ? 4 : 8;
      const name = this.text(stop, call, "name") ?? NOTHING;
      const argv = this.words(Number(stop.args[argvIndex]), word);
      this.begun.set(tracee.tid, { argv, name, absent: false });
    } else if (call.kind === "open" && this.wants(abi.WANT_INODE)) {
      const flags = Number(stop.args[call.roles.indexOf("flags")] ?? 0n);
      const creates = call.name === "creat" || (flags & O_CREAT) !== 0;
      const absent = creates && this.isAbsent(stop, call, tracee);
      this.begun.set(tracee.tid, { argv: NOTHING, name: NOTHING, absent });
    }
  }

  private isAbsent(stop: SyscallStop, call: FileCall, tracee: Tracee): boolean {
    const name = this.text(stop, call, "name");
    if (!name) return false;
    const text = Buffer.from(name).toString("latin1");
    const base = text.startsWith("/") ? "" : `${this.base(stop, call, "dfd", tracee.tgid)}/`;
    return facts.isAbsent(`${base}${text}`);
  }

  /** argv, each word with its NUL, as the kernel lays it out. */
  private words(start: number, word: number): Uint8Array {
    const parts: Buffer[] = [];
    let length = 0;
    for (let at = start; length < abi.ARGV_BYTES; at += word) {
      const found = this.memory.read(at, word);
      if (!found) break;
      const address =
        word === 8 ? Number(found.view.getBigUint64(0, true)) : found.view.getUint32(0, true);
      const text = address === 0 ? null : this.memory.string(address, abi.ARGV_BYTES - length - 1);
      if (!text) break;
      parts.push(Buffer.concat([text.bytes.subarray(0, text.length), Buffer.of(0)]));
      length += text.length + 1;
    }
    return Buffer.concat(parts);
  }

  left(stop: SyscallStop, tracee: Tracee): void {
    const found = this.lookup(stop);
    const begun = this.begun.get(tracee.tid);
    this.begun.delete(tracee.tid);
    if (!found) return;
    const [call, index] = found;
    if (call.kind === "fork" && !stop.failed) return; // told by `began`
    if (call.kind === "exec" && !stop.failed) {
      this.executed(tracee, begun);
      return;
    }
    this.memory.pid = tracee.tid;
    this.begin(abi.EVENT_CALL, tracee);
    this.describe(stop, tracee, call, index, begun);
    this.hand();
  }

  private argument(stop: SyscallStop, call: FileCall, role: string): bigint | null {
    const index = call.roles.indexOf(role);
    return index < 0 ? null : stop.args[index];
  }

  private text(stop: SyscallStop, call: FileCall, role: string): Uint8Array | null {
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

  private describe(
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
    const given =
      opened ?? (call.roles.includes("fd") ? Number(BigInt.asIntN(32, stop.args[0])) : null);
    if (given !== null && this.wants(abi.WANT_INODE))
      writer.inode(facts.inodeOf(tgid, `fd/${given}`));
    if (!this.wants(abi.WANT_PATH)) return;
    const start = (bytes: Uint8Array | null, role: "dfd" | "dfd2") =>
      bytes?.[0] === 0x2f ? facts.rootPath(tgid) : this.base(stop, call, role, tgid);
    if (given !== null && !call.roles.includes("address"))
      writer.path(facts.fdPath(tgid, given), false);
    else if (call.kind === "chdir" && call.name !== "chroot" && !stop.failed)
      writer.path(facts.cwdPath(tgid), false);
    else if (call.roles.includes("name")) writer.path(start(name, "dfd"), true);
    if (call.roles.includes("name2")) writer.path2(start(name2, "dfd2"));
  }

  private begin(type: number, tracee: Tracee): void {
    const { writer } = this;
    writer.begin(type, clock(CLOCK_BOOTTIME));
    const { tid, tgid } = tracee;
    const ids = this.wants(abi.WANT_PROCESS) ? facts.idsOf(tgid) : null;
    writer.task(tgid, tid, this.comm(tid), this.comm(tgid), ids);
    const cgroup = facts.cgroupOf(tgid);
    writer.u64(abi.EVENT.cgid, cgroup.id);
    if (this.wants(abi.WANT_CGROUP)) writer.cgroup(cgroup.path);
    if (this.wants(abi.WANT_MNTNS)) writer.u32(abi.EVENT.mntns, facts.mountNamespaceOf(tgid));
  }

  /** A thread can change its name at any time by writing to /proc; mostly it does not. */
  private comm(tid: number): Buffer {
    const comm = facts.commOf(tid) ?? this.comms.get(tid) ?? Buffer.alloc(0);
    this.comms.set(tid, comm);
    return comm;
  }

  private hand(): void {
    this.writer.end();
    if (this.event.nameMissing) this.missingNames++;
    this.visit(this.event);
  }

  private executed(tracee: Tracee, begun: Begun | undefined): void {
    this.begin(abi.EVENT_EXEC, tracee);
    const { writer } = this;
    writer.call(CALL_NAMES.indexOf("execve"), 0, 0);
    writer.name(begun?.name ?? NOTHING);
    if (this.wants(abi.WANT_ARGV)) writer.argv(begun?.argv ?? NOTHING);
    if (this.wants(abi.WANT_INODE)) writer.inode(facts.inodeOf(tracee.tgid, "exe"));
    if (this.wants(abi.WANT_PATH)) writer.path(facts.exePath(tracee.tgid), false);
    this.hand();
  }

  began(child: Tracee, parent: number): void {
    if (child.tid !== child.tgid) return;
    this.started.set(child.tid, clock(CLOCK_BOOTTIME));
    const from = this.tracer.tracees.get(parent);
    if (!from || !this.options.kinds.has("fork")) return;
    this.begin(abi.EVENT_FORK, from);
    this.writer.result(child.tid);
    this.writer.u64(abi.EVENT.flags, this.cloneFlags(from));
    this.hand();
  }

  /** As the kernel has them: without the signal that the parent gets. */
  private cloneFlags({ tid, call: stop }: Tracee): bigint {
    const name = stop ? this.lookup(stop)?.[0].name : undefined;
    if (!stop || name === undefined || name === "fork") return 0n;
    if (name === "vfork") return CLONE_VFORK | CLONE_VM;
    if (name === "clone") return stop.args[0] & 0xffffff00n;
    this.memory.pid = tid;
    return this.memory.read(Number(stop.args[0]), 8)?.view.getBigUint64(0, true) ?? 0n;
  }

  ended(tracee: Tracee, code: number | null, signal: number | null, core: boolean): void {
    if (tracee.tid === this.root) this.status = code ?? 128 + (signal ?? 0);
    const comm = this.comms.get(tracee.tid);
    this.comms.delete(tracee.tid);
    const started = this.started.get(tracee.tid);
    this.started.delete(tracee.tid);
    if (tracee.tid !== tracee.tgid || !this.options.kinds.has("exit")) return;
    this.comms.set(tracee.tid, comm ?? Buffer.alloc(0));
    this.begin(abi.EVENT_EXIT, tracee);
    this.comms.delete(tracee.tid);
    this.writer.result(signal === null ? (code ?? 0) << 8 : signal | (core ? 0x80 : 0));
    this.writer.u64(abi.EVENT.started, started ?? 0n);
    this.hand();
  }

  losses(): Loss[] {
    const all: Loss[] = [
      { what: "io_uring rings not looked into", count: this.rings, hint: "needs root and eBPF" },
      { what: "names unreadable", count: this.missingNames },
    ];
    return all.filter(({ count }) => count > 0);
  }
}
