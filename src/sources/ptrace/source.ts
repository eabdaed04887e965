/**
 * The events of `trace exec` without eBPF: what a tracer sees of one command and its children. No
 * rights are needed for it. It does not see what io_uring does, and it slows the command.
 */

import type { BlockingSource } from "../../core/source.ts";
import type { Time } from "../../events/column.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import * as abi from "../../events/event-record.ts";
import { CALL_NAMES, FILE_CALLS, type FileCall } from "../../events/file-calls.ts";
import { FileEvent } from "../../events/file-event.ts";
import type { Loss } from "../../events/loss.ts";
import { clockNanoseconds } from "../../ffi/clock.ts";
import { CLOCK_BOOTTIME, CLOCK_REALTIME } from "../../kernel/time.ts";
import type { Child, SpawnOptions } from "../../process/child.ts";
import { type EntryState, FileCallReader } from "./file-call-reader.ts";
import { ProcFileCache } from "./proc-file-cache.ts";
import * as facts from "./procfs.ts";
import { RecordWriter } from "./record-writer.ts";
import { spawnTraced } from "./spawn.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import { type Tracee, Tracer, type TracerVisitor } from "./tracer.ts";

const NANOSECONDS_PER_SECOND = 1_000_000_000n;
/** ERESTARTSYS: include/linux/errno.h. */
const INTERRUPTED = -512n;
/** A ring that we cannot look into. */
const IO_URING_SETUP = 425;
const NO_COMM = Buffer.alloc(0);
const NO_CGROUP: facts.CgroupInfo = { id: 0n, path: "/" };
const EMPTY = new Uint8Array(0);

export interface PtraceOptions {
  readonly kinds: ReadonlySet<EventKind>;
  /** WANT_* bits. */
  readonly want: number;
  readonly follow: boolean;
}

/** Calls by number, each with its place in the table from 1 on. */
type CallTable = Map<number, readonly [FileCall, number]>;

/** The calls of the chosen kinds, by ABI. */
function buildCallTables(kinds: ReadonlySet<EventKind>): ReadonlyMap<string, CallTable> {
  const table = new Map<string, CallTable>();
  for (const [index, call] of FILE_CALLS.entries()) {
    const wanted = kinds.has(call.kind) || (call.kind === "unlink" && kinds.has("rmdir"));
    if (!wanted) continue;
    for (const [machine, number] of Object.entries(call.numbers)) {
      if (number === null) continue;
      const calls: CallTable = table.get(machine) ?? new Map();
      table.set(machine, calls.set(number, [call, index + 1]));
    }
  }
  return table;
}

export class PtraceSource implements BlockingSource<FileEvent>, TracerVisitor {
  readonly tracer: Tracer;
  /** A status as a shell has it, once the command has ended. */
  status: number | null = null;
  private readonly options: PtraceOptions;
  private readonly calls;
  private readonly writer = new RecordWriter();
  private readonly reader: FileCallReader;
  private readonly event: FileEvent;
  private readonly entryStates = new Map<number, EntryState>();
  private readonly comms = new ProcFileCache("comm", (content) => content.subarray(0, -1));
  private readonly cgroups = new ProcFileCache("cgroup", facts.parseCgroup);
  private readonly startTimes = new Map<number, bigint>();
  private visit: (event: FileEvent) => void = () => {};
  private rootPid = 0;
  private ioUringRings = 0;
  private unreadableNames = 0;

  constructor(options: PtraceOptions) {
    this.options = options;
    this.reader = new FileCallReader(this.writer, options.want);
    this.calls = buildCallTables(options.kinds);
    this.tracer = new Tracer(this, { follow: options.follow, filtered: options.follow });
    const boot = clockNanoseconds(CLOCK_REALTIME) - clockNanoseconds(CLOCK_BOOTTIME);
    const bootTime: Time = {
      seconds: Number(boot / NANOSECONDS_PER_SECOND),
      nanoseconds: Number(boot % NANOSECONDS_PER_SECOND),
    };
    this.event = new FileEvent(this.writer.record, bootTime);
  }

  /** Starts the command, stopped at no other calls than those that are recorded. */
  start(options: SpawnOptions): Child {
    const calls = [...this.calls.values()].flatMap((each) => [...each.values()]);
    const names = new Set(calls.map(([call]) => call.name));
    // What is not followed would have its calls refused by the filter.
    const wanted = this.options.follow ? new Set([...names, "io_uring_setup", "prctl"]) : null;
    const child = spawnTraced(this.tracer, options, wanted);
    this.rootPid = child.pid;
    this.startTimes.set(child.pid, clockNanoseconds(CLOCK_BOOTTIME));
    return child;
  }

  get isDone(): boolean {
    return this.tracer.done;
  }

  /** Waits for the next call, and handles all that are there. */
  step(visit: (event: FileEvent) => void): void {
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

  private isRequested(bit: number): boolean {
    return (this.options.want & bit) !== 0;
  }

  private lookup(stop: SyscallStop): readonly [FileCall, number] | undefined {
    return this.calls.get(stop.abi)?.get(stop.number);
  }

  syscallEntered(stop: SyscallStop, tracee: Tracee): void {
    if (stop.number === IO_URING_SETUP && !stop.abi.endsWith("Compat")) this.ioUringRings++;
    this.reader.selectThread(tracee.tid);
    if (stop.abi === "x64Compat" && stop.number === abi.SOCKETCALL)
      this.reader.unpackSocketcall(stop);
    const found = this.lookup(stop);
    if (!found) return;
    const [call] = found;
    const { tid } = tracee;
    if (call.kind === "exec") this.entryStates.set(tid, this.reader.captureExec(stop, call));
    else if (call.kind === "open")
      this.entryStates.set(tid, this.reader.captureOpen(stop, call, tid));
  }

  syscallExited(stop: SyscallStop, tracee: Tracee): void {
    const found = this.lookup(stop);
    const begun = this.entryStates.get(tracee.tid);
    this.entryStates.delete(tracee.tid);
    if (!found) {
      this.comms.read(tracee.tid); // prctl may be the last that it does
      return;
    }
    const [call, index] = found;
    if (call.kind === "fork" && !stop.failed) return; // told by `began`
    if (call.kind === "exec" && !stop.failed) {
      this.emitExec(tracee, begun);
      return;
    }
    this.reader.selectThread(tracee.tid);
    this.beginRecord(abi.EVENT_SYSCALL, tracee);
    this.reader.writeCall(stop, tracee, call, index, begun);
    this.emit();
  }

  /** A thread other than the first executed, and goes on under the first one's number. */
  superseded({ tid }: Tracee, by: number): void {
    const begun = this.entryStates.get(by);
    this.entryStates.delete(by);
    if (begun) this.entryStates.set(tid, begun);
  }

  /** Killed in a call: an open that blocked is told as interrupted, what else there is was done. */
  private emitInterrupted(stop: SyscallStop, tracee: Tracee): void {
    const begun = this.entryStates.get(tracee.tid);
    const found = this.lookup(stop);
    this.entryStates.delete(tracee.tid);
    if (!found || !begun || found[0].kind !== "open") return;
    stop.result = INTERRUPTED;
    stop.failed = true;
    this.beginRecord(abi.EVENT_SYSCALL, tracee);
    this.reader.writeCall(stop, tracee, ...found, begun);
    this.emit();
  }

  private beginRecord(type: number, tracee: Tracee): void {
    const { writer } = this;
    writer.begin(type, clockNanoseconds(CLOCK_BOOTTIME));
    const { tid, tgid } = tracee;
    const ids = this.isRequested(abi.WANT_PROCESS) ? facts.readProcIds(tgid) : null;
    const comm = this.comms.read(tid) ?? NO_COMM;
    const leader = tid === tgid ? comm : (this.comms.read(tgid) ?? NO_COMM);
    writer.task(tgid, tid, comm, leader, ids);
    const cgroup = this.cgroups.read(tgid) ?? NO_CGROUP;
    writer.u64(abi.EVENT.cgid, cgroup.id);
    if (this.isRequested(abi.WANT_CGROUP)) writer.cgroup(cgroup.path);
    if (this.isRequested(abi.WANT_MNTNS)) writer.u32(abi.EVENT.mntns, facts.mountNamespaceId(tgid));
  }

  private emit(): void {
    this.writer.finish();
    if (this.event.nameUnreadable) this.unreadableNames++;
    this.visit(this.event);
  }

  private emitExec(tracee: Tracee, begun: EntryState | undefined): void {
    this.beginRecord(abi.EVENT_EXEC, tracee);
    const { writer } = this;
    writer.call(CALL_NAMES.indexOf("execve"), 0, 0);
    writer.name(begun?.execName ?? EMPTY);
    if (this.isRequested(abi.WANT_ARGV)) this.writeArgv(tracee.tgid);
    if (this.isRequested(abi.WANT_INODE)) writer.inode(facts.statLink(tracee.tgid, "exe"));
    if (this.isRequested(abi.WANT_PATH)) writer.path(facts.exePath(tracee.tgid), false);
    this.emit();
  }

  private writeArgv(pid: number): void {
    const words = facts.readCmdline(pid);
    if (!words || words.length > abi.ARGV_BYTES) this.writer.addNotes(abi.NOTE_ARGV_CUT);
    this.writer.argv(words?.subarray(0, abi.ARGV_BYTES) ?? EMPTY);
  }

  forked(child: Tracee, parent: number): void {
    if (child.tid !== child.tgid) return;
    this.startTimes.set(child.tid, clockNanoseconds(CLOCK_BOOTTIME));
    const from = this.tracer.tracees.get(parent);
    if (!from || !this.options.kinds.has("fork")) return;
    this.beginRecord(abi.EVENT_FORK, from);
    this.writer.result(child.tid);
    this.writer.u64(
      abi.EVENT.flags,
      this.reader.cloneFlags(from, from.syscall ? this.lookup(from.syscall)?.[0].name : undefined),
    );
    this.emit();
  }

  exited(tracee: Tracee, code: number | null, signal: number | null, core: boolean): void {
    if (tracee.tid === this.rootPid) this.status = code ?? 128 + (signal ?? 0);
    if (tracee.syscall) this.emitInterrupted(tracee.syscall, tracee);
    const started = this.startTimes.get(tracee.tid);
    this.startTimes.delete(tracee.tid);
    if (tracee.tid === tracee.tgid && this.options.kinds.has("exit"))
      this.emitExit(
        tracee,
        started ?? 0n,
        signal === null ? (code ?? 0) << 8 : signal | (core ? 0x80 : 0),
      );
    this.comms.forget(tracee.tid);
    this.cgroups.forget(tracee.tid);
  }

  private emitExit(tracee: Tracee, started: bigint, status: number): void {
    this.beginRecord(abi.EVENT_EXIT, tracee);
    this.writer.result(status);
    this.writer.u64(abi.EVENT.started, started);
    this.emit();
  }

  losses(): Loss[] {
    const all: Loss[] = [
      {
        what: "io_uring rings not traced",
        count: this.ioUringRings,
        reason: "needs root and eBPF",
      },
      { what: "names unreadable", count: this.unreadableNames },
    ];
    return all.filter(({ count }) => count > 0);
  }
}
