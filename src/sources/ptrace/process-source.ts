/**
 * The process events of a command by ptrace(2), where the process connector is not available: fork,
 * exec and exit. They have the form of the connector's.
 */
import { ProcessTable } from "../../attribution/process-table.ts";
import { userName } from "../../attribution/procfs.ts";
import type { BlockingSource } from "../../core/source.ts";
import type { Loss } from "../../events/loss.ts";
import { ProcessEvent } from "../../events/process-event.ts";
import { effectiveUid, otherRealUid, type ProcessInfo } from "../../events/process-info.ts";
import { bootTime, clockNanoseconds } from "../../ffi/clock.ts";
import * as cn from "../../kernel/cn-proc.ts";
import { ProcEventView } from "../../kernel/proc-event.ts";
import { SIGCHLD } from "../../kernel/signal.ts";
import { CLOCK_BOOTTIME } from "../../kernel/time.ts";
import type { SpawnOptions } from "../../process/child.ts";
import { syscallName } from "../../syscalls/table.ts";
import { spawnTraced, type TracedCommand } from "./spawn.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import type { Tracee, TracerOptions, TracerVisitor } from "./tracee.ts";
import { Tracer } from "./tracer.ts";

/** The events that ptrace reports. */
export const TRACED_PROCESS_EVENTS: readonly string[] = ["fork", "exec", "exit"];

const { PROC_EVENT, PROC_EVENT_DATA } = cn;
const EVENT_SIZE = 40;
const NO_CPU = 0xffffffff;
const EXECS = ["execve", "execveat"];
/** Of a thread, in an exit event. */
const NO_SIGNAL = 0xffffffff;

export interface TracedProcessOptions extends Pick<TracerOptions, "onLostRights"> {
  /** Whether to report events of threads too. */
  readonly threads: boolean;
}

/** An event's kind, and the fields of its data. */
interface EventData {
  readonly what: number;
  readonly fields: readonly (readonly [offset: number, value: number])[];
}

export class TracedProcessSource implements BlockingSource<ProcessEvent>, TracerVisitor {
  readonly tracer: Tracer;
  /** The command's exit status, or 128+N after signal N; null while it runs. */
  status: number | null = null;
  private readonly withThreads: boolean;
  private readonly table = new ProcessTable(() => 0);
  private readonly view = new DataView(new ArrayBuffer(EVENT_SIZE));
  private readonly event: ProcessEvent;
  private visit: (event: ProcessEvent) => void = () => {};
  private rootPid = 0;
  /** When the command was forked, until that is reported. */
  private rootTime: bigint | null = null;

  constructor({ threads, onLostRights }: TracedProcessOptions) {
    this.withThreads = threads;
    this.tracer = new Tracer(this, { follow: true, filtered: true, onLostRights });
    const ours = this.table.lookup(process.pid, Infinity);
    this.table.followTracer();
    const event = new ProcEventView();
    event.view = this.view;
    event.end = EVENT_SIZE;
    this.event = new ProcessEvent(event, ours, bootTime(CLOCK_BOOTTIME));
  }

  /** Starts the command. @throws SystemError */
  start(options: SpawnOptions): TracedCommand {
    const command = spawnTraced(this.tracer, options, new Set());
    this.rootPid = command.pid;
    this.rootTime = clockNanoseconds(CLOCK_BOOTTIME);
    return command;
  }

  get isDone(): boolean {
    return this.tracer.done;
  }

  /** Returns how many traced processes are alive. */
  processCount(): number {
    return new Set([...this.tracer.tracees.values()].map(({ tgid }) => tgid)).size;
  }

  /** Waits for a stop, and handles all that are pending. */
  step(visit: (event: ProcessEvent) => void): void {
    this.visit = visit;
    if (this.rootTime !== null) {
      const root = { tid: this.rootPid, tgid: this.rootPid };
      this.reportFork(root, { tid: process.pid, tgid: process.pid }, this.rootTime);
      this.rootTime = null;
    }
    this.tracer.waitAll();
  }

  finish(): void {
    this.tracer.detach();
  }

  close(): void {}

  losses(): Loss[] {
    const count = this.tracer.missedThreads;
    const reason = "another thread gave them a seccomp filter meanwhile";
    return count ? [{ what: "threads that may have made a call unseen", count, reason }] : [];
  }

  syscallExited(stop: SyscallStop, { tgid }: Tracee): void {
    if (stop.failed || !EXECS.includes(syscallName(stop.abi, stop.number) ?? "")) return;
    const time = clockNanoseconds(CLOCK_BOOTTIME);
    const { pid, tgid: process } = PROC_EVENT_DATA.task;
    const fields = [[pid, tgid] as const, [process, tgid] as const];
    this.report(
      { what: cn.PROC_EVENT_EXEC, fields },
      time,
      this.table.executed(tgid, Number(time)),
    );
  }

  forked(child: Tracee, parent: number): void {
    const tgid = this.tracer.tracees.get(parent)?.tgid ?? parent;
    this.reportFork(child, { tid: parent, tgid }, clockNanoseconds(CLOCK_BOOTTIME));
  }

  private reportFork(
    child: Pick<Tracee, "tid" | "tgid">,
    parent: Pick<Tracee, "tid" | "tgid">,
    time: bigint,
  ): void {
    const isThread = child.tid !== child.tgid;
    const info = isThread
      ? this.table.lookup(child.tgid, Number(time))
      : this.table.forked(parent.tgid, child.tgid, Number(time));
    const { fork } = PROC_EVENT_DATA;
    const fields = [
      [fork.parent_pid, parent.tid],
      [fork.parent_tgid, parent.tgid],
      [fork.child_pid, child.tid],
      [fork.child_tgid, child.tgid],
    ] as const;
    this.report({ what: cn.PROC_EVENT_FORK, fields }, time, info, isThread);
  }

  exited({ tid, tgid }: Tracee, code: number | null, signal: number | null, core: boolean): void {
    if (tid === this.rootPid) this.status = code ?? 128 + (signal ?? 0);
    const time = clockNanoseconds(CLOCK_BOOTTIME);
    const isThread = tid !== tgid;
    const info = this.table.lookup(tgid, Number(time));
    const { exit, task } = PROC_EVENT_DATA;
    const fields = [
      [task.pid, tid],
      [task.tgid, tgid],
      [exit.code, signal === null ? (code ?? 0) << 8 : signal | (core ? 0x80 : 0)],
      [exit.signal, isThread ? NO_SIGNAL : SIGCHLD],
      [exit.parent_pid, info.ppid],
      [exit.parent_tgid, info.ppid],
    ] as const;
    this.report({ what: cn.PROC_EVENT_EXIT, fields }, time, info, isThread);
    if (!isThread) this.table.exited(tgid, Number(time));
  }

  private report(
    { what, fields }: EventData,
    time: bigint,
    info: ProcessInfo,
    isThread = false,
  ): void {
    if (isThread && !this.withThreads) return;
    const { view, event } = this;
    view.setUint32(PROC_EVENT.what, what, true);
    view.setUint32(PROC_EVENT.cpu, NO_CPU, true);
    view.setBigUint64(PROC_EVENT.timestamp_ns, time, true);
    for (const [offset, value] of fields) view.setUint32(offset, value, true);
    event.processInfo = info;
    event.user = userName(effectiveUid(info));
    event.realUser = userName(otherRealUid(info) ?? -1);
    event.isThread = isThread;
    this.visit(event);
  }
}
