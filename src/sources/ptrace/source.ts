/**
 * The events of `trace exec` without eBPF: what a tracer sees of one command and its children. No
 * rights are needed for it. It does not see what io_uring does, and it slows the command.
 */

import type { Loss, Source } from "../../core/source.ts";
import type { Time } from "../../events/column.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import * as abi from "../../events/event-record.ts";
import { CALL_NAMES, FILE_CALLS, type FileCall } from "../../events/file-calls.ts";
import { FileEvent } from "../../events/file-event.ts";
import { clock } from "../../ffi/clock.ts";
import { CLOCK_BOOTTIME, CLOCK_REALTIME } from "../../kernel/time.ts";
import type { Child, SpawnOptions } from "../../process/child.ts";
import { type Begun, CallReader } from "./file-call-reader.ts";
import { HeldFiles } from "./proc-file-cache.ts";
import * as facts from "./procfs.ts";
import { RecordWriter } from "./record-writer.ts";
import { startTraced } from "./spawn.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import { type Tracee, Tracer, type Visitor } from "./tracer.ts";

const NANOSECONDS = 1_000_000_000n;
/** ERESTARTSYS: include/linux/errno.h. */
const INTERRUPTED = -512n;
/** A ring that we cannot look into. */
const IO_URING_SETUP = 425;
const NO_COMM = Buffer.alloc(0);
const NO_CGROUP: facts.CgroupFacts = { id: 0n, path: "/" };
const NOTHING = new Uint8Array(0);

export interface PtraceOptions {
  readonly kinds: ReadonlySet<EventKind>;
  /** WANT_* bits. */
  readonly want: number;
  readonly follow: boolean;
}

/** Calls by number, each with its place in the table from 1 on. */
type Calls = Map<number, readonly [FileCall, number]>;

/** The calls of the chosen kinds, by ABI. */
function callTable(kinds: ReadonlySet<EventKind>): ReadonlyMap<string, Calls> {
  const table = new Map<string, Calls>();
  for (const [index, call] of FILE_CALLS.entries()) {
    const wanted = kinds.has(call.kind) || (call.kind === "unlink" && kinds.has("rmdir"));
    if (!wanted) continue;
    for (const [machine, number] of Object.entries(call.numbers)) {
      if (number === null) continue;
      const calls: Calls = table.get(machine) ?? new Map();
      table.set(machine, calls.set(number, [call, index + 1]));
    }
  }
  return table;
}

export class PtraceSource implements Source<FileEvent>, Visitor {
  /** Nothing to wait for: `drain` itself waits. */
  readonly fd = -1;
  readonly tracer: Tracer;
  /** A status as a shell has it, once the command has ended. */
  status: number | null = null;
  private readonly options: PtraceOptions;
  private readonly calls;
  private readonly writer = new RecordWriter();
  private readonly reader: CallReader;
  private readonly event: FileEvent;
  private readonly begun = new Map<number, Begun>();
  private readonly comms = new HeldFiles("comm", (content) => content.subarray(0, -1));
  private readonly cgroups = new HeldFiles("cgroup", facts.cgroupFacts);
  private readonly started = new Map<number, bigint>();
  private visit: (event: FileEvent) => void = () => {};
  private root = 0;
  private rings = 0;
  private missingNames = 0;

  constructor(options: PtraceOptions) {
    this.options = options;
    this.reader = new CallReader(this.writer, options.want);
    this.calls = callTable(options.kinds);
    this.tracer = new Tracer(this, { follow: options.follow, filtered: options.follow });
    const boot = clock(CLOCK_REALTIME) - clock(CLOCK_BOOTTIME);
    const bootTime: Time = {
      seconds: Number(boot / NANOSECONDS),
      nanoseconds: Number(boot % NANOSECONDS),
    };
    this.event = new FileEvent(this.writer.record, bootTime);
  }

  /** Starts the command, stopped at no other calls than those that are recorded. */
  start(options: SpawnOptions): Child {
    const calls = [...this.calls.values()].flatMap((each) => [...each.values()]);
    const names = new Set(calls.map(([call]) => call.name));
    // What is not followed would have its calls refused by the filter.
    const wanted = this.options.follow ? new Set([...names, "io_uring_setup", "prctl"]) : null;
    const child = startTraced(this.tracer, options, wanted);
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
    return this.calls.get(stop.abi)?.get(stop.number);
  }

  entered(stop: SyscallStop, tracee: Tracee): void {
    if (stop.number === IO_URING_SETUP && !stop.abi.endsWith("Compat")) this.rings++;
    this.reader.look(tracee.tid);
    if (stop.abi === "x64Compat" && stop.number === abi.SOCKETCALL)
      this.reader.unpackSocketCall(stop);
    const found = this.lookup(stop);
    if (!found) return;
    const [call] = found;
    const { tid } = tracee;
    if (call.kind === "exec") this.begun.set(tid, this.reader.beginExec(stop, call));
    else if (call.kind === "open") this.begun.set(tid, this.reader.beginOpen(stop, call, tid));
  }

  left(stop: SyscallStop, tracee: Tracee): void {
    const found = this.lookup(stop);
    const begun = this.begun.get(tracee.tid);
    this.begun.delete(tracee.tid);
    if (!found) {
      this.comms.of(tracee.tid); // prctl may be the last that it does
      return;
    }
    const [call, index] = found;
    if (call.kind === "fork" && !stop.failed) return; // told by `began`
    if (call.kind === "exec" && !stop.failed) {
      this.executed(tracee, begun);
      return;
    }
    this.reader.look(tracee.tid);
    this.begin(abi.EVENT_SYSCALL, tracee);
    this.reader.describe(stop, tracee, call, index, begun);
    this.hand();
  }

  /** A thread other than the first executed, and goes on under the first one's number. */
  superseded({ tid }: Tracee, by: number): void {
    const begun = this.begun.get(by);
    this.begun.delete(by);
    if (begun) this.begun.set(tid, begun);
  }

  /** Killed in a call: an open that blocked is told as interrupted, what else there is was done. */
  private cutShort(stop: SyscallStop, tracee: Tracee): void {
    const begun = this.begun.get(tracee.tid);
    const found = this.lookup(stop);
    this.begun.delete(tracee.tid);
    if (!found || !begun || found[0].kind !== "open") return;
    stop.result = INTERRUPTED;
    stop.failed = true;
    this.begin(abi.EVENT_SYSCALL, tracee);
    this.reader.describe(stop, tracee, ...found, begun);
    this.hand();
  }

  private begin(type: number, tracee: Tracee): void {
    const { writer } = this;
    writer.begin(type, clock(CLOCK_BOOTTIME));
    const { tid, tgid } = tracee;
    const ids = this.wants(abi.WANT_PROCESS) ? facts.idsOf(tgid) : null;
    const comm = this.comms.of(tid) ?? NO_COMM;
    const leader = tid === tgid ? comm : (this.comms.of(tgid) ?? NO_COMM);
    writer.task(tgid, tid, comm, leader, ids);
    const cgroup = this.cgroups.of(tgid) ?? NO_CGROUP;
    writer.u64(abi.EVENT.cgid, cgroup.id);
    if (this.wants(abi.WANT_CGROUP)) writer.cgroup(cgroup.path);
    if (this.wants(abi.WANT_MNTNS)) writer.u32(abi.EVENT.mntns, facts.mountNamespaceOf(tgid));
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
    writer.name(begun?.program ?? NOTHING);
    if (this.wants(abi.WANT_ARGV)) this.argv(tracee.tgid);
    if (this.wants(abi.WANT_INODE)) writer.inode(facts.inodeOf(tracee.tgid, "exe"));
    if (this.wants(abi.WANT_PATH)) writer.path(facts.exePath(tracee.tgid), false);
    this.hand();
  }

  private argv(pid: number): void {
    const words = facts.argvOf(pid);
    if (!words || words.length > abi.ARGV_BYTES) this.writer.note(abi.NOTE_ARGV_CUT);
    this.writer.argv(words?.subarray(0, abi.ARGV_BYTES) ?? NOTHING);
  }

  began(child: Tracee, parent: number): void {
    if (child.tid !== child.tgid) return;
    this.started.set(child.tid, clock(CLOCK_BOOTTIME));
    const from = this.tracer.tracees.get(parent);
    if (!from || !this.options.kinds.has("fork")) return;
    this.begin(abi.EVENT_FORK, from);
    this.writer.result(child.tid);
    this.writer.u64(
      abi.EVENT.flags,
      this.reader.cloneFlags(from, from.call ? this.lookup(from.call)?.[0].name : undefined),
    );
    this.hand();
  }

  ended(tracee: Tracee, code: number | null, signal: number | null, core: boolean): void {
    if (tracee.tid === this.root) this.status = code ?? 128 + (signal ?? 0);
    if (tracee.call) this.cutShort(tracee.call, tracee);
    const started = this.started.get(tracee.tid);
    this.started.delete(tracee.tid);
    if (tracee.tid === tracee.tgid && this.options.kinds.has("exit"))
      this.exited(
        tracee,
        started ?? 0n,
        signal === null ? (code ?? 0) << 8 : signal | (core ? 0x80 : 0),
      );
    this.comms.forget(tracee.tid);
    this.cgroups.forget(tracee.tid);
  }

  private exited(tracee: Tracee, started: bigint, status: number): void {
    this.begin(abi.EVENT_EXIT, tracee);
    this.writer.result(status);
    this.writer.u64(abi.EVENT.started, started);
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
