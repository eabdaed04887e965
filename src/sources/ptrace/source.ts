/**
 * Records the events of `trace exec` by ptrace(2) instead of eBPF: one command and its children. This
 * needs no privileges, but it slows the command.
 */

import type { BlockingSource } from "../../core/source.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import * as abi from "../../events/event-record.ts";
import { FILE_CALLS, isSend } from "../../events/file-calls.ts";
import { FileEvent } from "../../events/file-event.ts";
import type { Loss } from "../../events/loss.ts";
import { bootTime, clockNanoseconds } from "../../ffi/clock.ts";
import { EPERM, ERESTARTSYS } from "../../kernel/errno.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { SIGSYS } from "../../kernel/signal.ts";
import { CLOCK_BOOTTIME } from "../../kernel/time.ts";
import type { SpawnOptions } from "../../process/child.ts";
import { syscallName } from "../../syscalls/table.ts";
import { executedScripts, type Script } from "./executed-file.ts";
import { type EntryState, FileCallReader, type RecordedCall } from "./file-call-reader.ts";
import { ProcFileCache } from "./proc-file-cache.ts";
import { IDENTITY_CALLS, ProcessIdentities } from "./process-identity.ts";
import * as procfs from "./procfs.ts";
import { RecordWriter } from "./record-writer.ts";
import { spawnTraced, type TracedCommand } from "./spawn.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import type { Tracee, TracerOptions, TracerVisitor } from "./tracee.ts";
import { Tracer } from "./tracer.ts";
import { UringRecorder } from "./uring/recorder.ts";

/** The result of a call that a seccomp filter stopped; as in bpf/syscalls.bpf.h. */
const MINUS_EPERM = -BigInt(EPERM);
const INTERRUPTED = -BigInt(ERESTARTSYS);
const NO_COMM = Buffer.alloc(0);
const NO_CGROUP: procfs.CgroupInfo = { id: 0n, path: "/" };
const EMPTY = new Uint8Array(0);
const DESTINATION_OF_SENDTO = { name: "sendto", argument: 4 } as const;

export interface PtraceOptions extends Pick<TracerOptions, "onLostRights"> {
  readonly kinds: ReadonlySet<EventKind>;
  /** WANT_* bits. */
  readonly want: number;
  readonly follow: boolean;
}

type CallTable = Map<number, RecordedCall>;

/** Returns the calls that make events of these kinds, by ABI. */
function buildCallTables(kinds: ReadonlySet<EventKind>): ReadonlyMap<string, CallTable> {
  const tables = new Map<string, CallTable>();
  for (const [index, call] of FILE_CALLS.entries()) {
    const wanted =
      kinds.has(call.kind) ||
      (call.kind === "unlink" && kinds.has("rmdir")) ||
      (call.kind === "exec" && kinds.has("interp"));
    if (!wanted) continue;
    const recorded: RecordedCall = { call, index: index + 1 };
    for (const [callAbi, number] of Object.entries(call.numbers)) {
      if (number === null) continue;
      const calls: CallTable = tables.get(callAbi) ?? new Map();
      tables.set(callAbi, calls.set(number, recorded));
    }
  }
  return tables;
}

export class PtraceSource implements BlockingSource<FileEvent>, TracerVisitor {
  readonly backend = "ptrace";
  /** When CLOCK_BOOTTIME was 0, for the times of all events. */
  readonly bootTime = bootTime(CLOCK_BOOTTIME);
  readonly tracer: Tracer;
  /** The command's exit status, or 128+N after signal N; null while it runs. */
  status: number | null = null;
  private readonly options: PtraceOptions;
  private readonly calls;
  private readonly writer = new RecordWriter();
  private readonly reader: FileCallReader;
  private readonly event: FileEvent;
  private readonly entryStates = new Map<number, EntryState>();
  private readonly comms = new ProcFileCache("comm", (content) => content.subarray(0, -1));
  private readonly cgroups = new ProcFileCache("cgroup", procfs.parseCgroup);
  private readonly identities = new ProcessIdentities();
  private readonly startTimes = new Map<number, bigint>();
  private visit: (event: FileEvent) => void = () => {};
  private rootPid = 0;
  private readonly uring: UringRecorder;
  private unreadableNames = 0;
  private longPaths = 0;

  constructor(options: PtraceOptions) {
    this.options = options;
    this.reader = new FileCallReader(this.writer, options.want);
    this.calls = buildCallTables(options.kinds);
    this.tracer = new Tracer(this, { ...options, filtered: options.follow });
    this.event = new FileEvent(this.writer.record, this.bootTime);
    this.uring = new UringRecorder(options.kinds, {
      reader: this.reader,
      writer: this.writer,
      begin: (type, thread) => this.beginRecord(type, thread),
      emit: () => this.emit(),
      watchExit: ({ tid, tgid }) => {
        // Requests may complete when the process has ended.
        for (const id of [tid, tgid]) this.comms.read(id);
        this.cgroups.read(tgid);
        const tracee = this.tracer.tracees.get(tid);
        if (tracee) this.tracer.watchExit(tracee);
      },
    });
  }

  /** Starts the command. A seccomp filter limits its stops to the calls that are recorded. */
  start(options: SpawnOptions): TracedCommand {
    const calls = [...this.calls.values()].flatMap((each) => [...each.values()]);
    const names = new Set(calls.map(({ call }) => call.name));
    const sendsTo = names.delete("sendto") ? DESTINATION_OF_SENDTO : null;
    // The filter would fail the calls of untraced children with ENOSYS: seccomp(2).
    const wanted = this.options.follow
      ? new Set([...names, ...this.uring.callNames, ...IDENTITY_CALLS, "prctl"])
      : null;
    const child = spawnTraced(this.tracer, options, wanted, sendsTo ? [sendsTo] : []);
    this.rootPid = child.pid;
    this.startTimes.set(child.pid, clockNanoseconds(CLOCK_BOOTTIME));
    return child;
  }

  get isDone(): boolean {
    return this.tracer.done;
  }

  /** Waits for a stop, and handles all that are pending. */
  step(visit: (event: FileEvent) => void): void {
    this.visit = visit;
    this.tracer.waitAll();
  }

  finish(): void {
    this.tracer.detach();
  }

  close(): void {}

  /** Returns how many traced processes are alive. */
  processCount(): number {
    return new Set([...this.tracer.tracees.values()].map(({ tgid }) => tgid)).size;
  }

  private isRequested(bit: number): boolean {
    return (this.options.want & bit) !== 0;
  }

  private lookup(stop: SyscallStop): RecordedCall | undefined {
    return this.calls.get(stop.abi)?.get(stop.number);
  }

  /** Most sends are for the peer of a connected socket. */
  needsExit(stop: SyscallStop): boolean {
    const recorded = this.lookup(stop);
    if (!recorded || !isSend(recorded.call)) return true;
    return this.reader.args.destinations(stop, recorded.call).length > 0;
  }

  syscallEntered(stop: SyscallStop, tracee: Tracee): void {
    this.uring.callEntered(stop, tracee);
    this.reader.args.selectThread(tracee.tid);
    this.reader.args.unpackSocketcall(stop);
    const recorded = this.lookup(stop);
    if (!recorded) return;
    const { call } = recorded;
    const { tid } = tracee;
    const { kinds } = this.options;
    if (call.kind === "exec")
      this.entryStates.set(tid, this.reader.captureExec(stop, call, tid, kinds.has("interp")));
    else if (call.kind === "open")
      this.entryStates.set(tid, this.reader.captureOpen(stop, call, tracee));
    else if (call.kind === "rename" || call.kind === "unlink" || call.kind === "rmdir")
      this.entryStates.set(tid, this.reader.captureNames(stop, call, tracee));
  }

  syscallExited(stop: SyscallStop, tracee: Tracee): void {
    this.uring.callExited(stop, tracee);
    const recorded = this.lookup(stop);
    const entryState = this.entryStates.get(tracee.tid);
    this.entryStates.delete(tracee.tid);
    if (!recorded) {
      this.noteChange(stop, tracee);
      return;
    }
    const { kind } = recorded.call;
    if (kind === "fork" && !stop.failed) return; // reported by `forked`
    if (kind === "exec" && !stop.failed) {
      this.identities.changed(tracee.tgid);
      this.emitExec(stop, tracee, recorded, entryState);
      return;
    }
    if (kind === "exec" && !this.options.kinds.has("exec")) return;
    this.reader.args.selectThread(tracee.tid);
    if (isSend(recorded.call)) this.emitSends(stop, tracee, recorded);
    else this.emitCall(stop, tracee, recorded, entryState);
  }

  /** Notes what a call that is not recorded may have changed. */
  private noteChange({ abi: callAbi, number }: SyscallStop, { tid, tgid }: Tracee): void {
    const name = syscallName(callAbi, number) ?? "";
    if (name === "prctl") this.comms.read(tid);
    else if (IDENTITY_CALLS.includes(name)) this.identities.changed(tgid);
  }

  /** Reports each message that has an address. */
  private emitSends(stop: SyscallStop, tracee: Tracee, recorded: RecordedCall): void {
    const { call } = recorded;
    const count = stop.failed ? 1 : Number(stop.result);
    for (const name of this.reader.args.destinations(stop, call, count))
      this.emitCall(stop, tracee, recorded, FileCallReader.ofDestination(name));
  }

  exiting(tracee: Tracee): void {
    this.uring.tracker.leaving(tracee);
  }

  /** Moves the state of an exec from the thread that executed to the leader's tid. */
  superseded(leader: Tracee, by: number): void {
    const { tid, tgid } = leader;
    this.uring.tracker.left({ tid: by, tgid }, true);
    if (leader.syscall) this.emitUnfinished(leader.syscall, leader, null);
    const entryState = this.entryStates.get(by);
    this.entryStates.delete(by);
    if (entryState) this.entryStates.set(tid, entryState);
  }

  /**
   * Reports a call whose thread was killed: an open that was interrupted while it blocked, or a call
   * that a seccomp filter stopped. Other calls completed.
   */
  private emitUnfinished(stop: SyscallStop, tracee: Tracee, signal: number | null): void {
    const entryState = this.entryStates.get(tracee.tid);
    const recorded = this.lookup(stop);
    this.entryStates.delete(tracee.tid);
    stop.trapped = tracee.hasFilter === true && signal === SIGSYS;
    if (!recorded || !entryState || !(stop.trapped || recorded.call.kind === "open")) return;
    stop.result = INTERRUPTED;
    stop.failed = true;
    this.emitCall(stop, tracee, recorded, entryState);
  }

  private emitCall(
    stop: SyscallStop,
    tracee: Tracee,
    recorded: RecordedCall,
    entryState: EntryState | undefined,
  ): void {
    this.beginRecord(abi.EVENT_SYSCALL, tracee);
    if (stop.trapped) {
      stop.result = MINUS_EPERM;
      stop.failed = true;
      this.writer.addNotes(abi.NOTE_SECCOMP);
    }
    this.reader.writeCall(stop, tracee, recorded, entryState);
    this.emit();
  }

  private beginRecord(type: number, tracee: Pick<Tracee, "tid" | "tgid">): void {
    const { writer } = this;
    writer.begin(type, clockNanoseconds(CLOCK_BOOTTIME));
    const { tid, tgid } = tracee;
    const ids = this.isRequested(abi.WANT_PROCESS) ? this.identities.ids(tgid) : null;
    const comm = this.comms.read(tid) ?? NO_COMM;
    const leader = tid === tgid ? comm : (this.comms.read(tgid) ?? NO_COMM);
    writer.task(tgid, tid, comm, leader, ids);
    const cgroup = this.cgroups.read(tgid) ?? NO_CGROUP;
    writer.u64(abi.EVENT.cgid, cgroup.id);
    if (this.isRequested(abi.WANT_CGROUP)) writer.cgroup(cgroup.path);
    if (this.isRequested(abi.WANT_MNTNS))
      writer.u32(abi.EVENT.mntns, this.identities.mountNamespace(tgid));
  }

  private emit(): void {
    this.writer.finish();
    if (this.event.nameUnreadable) this.unreadableNames++;
    if (this.event.pathTooLong) this.longPaths++;
    this.visit(this.event);
  }

  private emitExec(
    stop: SyscallStop,
    tracee: Tracee,
    recorded: RecordedCall,
    entryState: EntryState | undefined,
  ): void {
    const { kinds } = this.options;
    if (kinds.has("exec")) {
      this.beginRecord(abi.EVENT_EXEC, tracee);
      this.reader.writeExec(stop, recorded, entryState);
      this.writeProgram(tracee.tgid);
      this.emit();
    }
    if (!kinds.has("interp")) return;
    const scripts = entryState?.exec ? executedScripts(tracee.tid, entryState.exec) : [];
    for (const script of scripts) this.emitScript(tracee, script);
    const interpreter = procfs.otherMappedFile(tracee.tgid);
    if (interpreter) this.emitElfInterpreter(tracee, interpreter);
  }

  private writeProgram(pid: number): void {
    const { writer } = this;
    if (this.isRequested(abi.WANT_ARGV)) this.writeArgv(pid);
    if (this.isRequested(abi.WANT_INODE)) writer.inode(procfs.statLink(pid, "exe"));
    if (this.isRequested(abi.WANT_PATH)) this.writeProgramPath(pid, "exe");
    if (this.isRequested(abi.WANT_CWD)) this.reader.paths.writePathOf(pid, "cwd", true, true);
    if (this.isRequested(abi.WANT_STDIO))
      writer.stdio([0, 1, 2].map((fd) => procfs.statStream(pid, fd)));
  }

  /** Writes the path of a file to which a link of /proc/PID leads, or the name of a memfd. */
  private writeProgramPath(pid: number, link: string): void {
    const name = procfs.memfdName(pid, link);
    if (name === null) this.reader.paths.writePathOf(pid, link, false);
    else this.writer.programName(name);
  }

  private emitScript(tracee: Tracee, { dfd, name }: Script): void {
    const { writer } = this;
    const { tid } = tracee;
    this.beginRecord(abi.EVENT_INTERP, tracee);
    writer.name(Buffer.from(name, "latin1"));
    writer.u32(abi.EVENT.dfd, dfd);
    const link = `fd/${dfd}`;
    if (!name && this.isRequested(abi.WANT_INODE)) writer.inode(procfs.statLink(tid, link));
    if (this.isRequested(abi.WANT_PATH)) {
      if (!name) this.writeProgramPath(tid, link);
      else {
        const base = name.startsWith("/") ? "root" : dfd === AT_FDCWD ? "cwd" : link;
        this.reader.paths.writePathOf(tid, base, true);
      }
    }
    this.emit();
  }

  private emitElfInterpreter(tracee: Tracee, { path, inode }: procfs.MappedFile): void {
    this.beginRecord(abi.EVENT_INTERP, tracee);
    if (this.isRequested(abi.WANT_INODE)) this.writer.inode(inode);
    if (this.isRequested(abi.WANT_PATH)) this.writer.path(path, false);
    this.emit();
  }

  private writeArgv(pid: number): void {
    const argv = procfs.readCmdline(pid);
    if (!argv || argv.length > abi.ARGV_BYTES) this.writer.addNotes(abi.NOTE_ARGV_CUT);
    this.writer.argv(argv?.subarray(0, abi.ARGV_BYTES) ?? EMPTY);
  }

  forked(child: Tracee, parent: number): void {
    if (child.tid !== child.tgid) return;
    this.startTimes.set(child.tid, clockNanoseconds(CLOCK_BOOTTIME));
    const forker = this.tracer.tracees.get(parent);
    if (!forker || !this.options.kinds.has("fork")) return;
    this.beginRecord(abi.EVENT_FORK, forker);
    this.writer.result(child.tid);
    const name = forker.syscall ? this.lookup(forker.syscall)?.call.name : undefined;
    this.writer.u64(abi.EVENT.flags, this.reader.args.cloneFlags(forker, name));
    this.emit();
  }

  exited(tracee: Tracee, code: number | null, signal: number | null, core: boolean): void {
    if (tracee.tid === this.rootPid) this.status = code ?? 128 + (signal ?? 0);
    if (tracee.syscall) this.emitUnfinished(tracee.syscall, tracee, signal);
    this.uring.tracker.left(tracee, tracee.tid === tracee.tgid);
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
    if (tracee.tid === tracee.tgid) this.identities.ended(tracee.tgid);
  }

  private emitExit(tracee: Tracee, started: bigint, status: number): void {
    this.beginRecord(abi.EVENT_EXIT, tracee);
    this.writer.result(status);
    this.writer.u64(abi.EVENT.started, started);
    this.emit();
  }

  losses(): Loss[] {
    const all: Loss[] = [
      ...this.uring.losses(),
      { what: "names unreadable", count: this.unreadableNames },
      { what: "paths too long", count: this.longPaths },
      {
        what: "threads that may have made a call unseen",
        count: this.tracer.missedThreads,
        reason: "another thread gave them a seccomp filter meanwhile",
      },
    ];
    return all.filter(({ count }) => count > 0);
  }
}
