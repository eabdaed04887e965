/**
 * Tracks the processes of the machine from their events, so that a process can be identified by its
 * pid after it has exited.
 */
import type { ProcessChain } from "../events/process-chain.ts";
import {
  chainOf,
  type ProcessInfo,
  UNKNOWN_PROCESS,
  unknownProcess,
} from "../events/process-info.ts";
import { allPids, canBeParent, parentsOf, readProcStat } from "./procfs.ts";

/** An exec as the eBPF programs report it. */
export interface ExecInfo extends Omit<ProcessInfo, "pid" | "started" | "origin" | "above"> {
  /** Nanoseconds since boot without the time suspended, as in connector events. */
  readonly time: number;
}

/** Max execs that wait for their event. */
const MAX_PENDING_EXECS = 65536;
/** Max parents that are read from /proc for one process. */
const MAX_PARENTS = 4096;

export class ProcessTable {
  private readonly processes = new Map<number, ProcessInfo>();
  private readonly pendingExecs = new Map<number, ExecInfo[]>();
  private pendingExecCount = 0;
  private readonly suspendedNs: () => number;
  private readonly readStat: (pid: number) => ProcessInfo | null;
  private readonly tracer: number;
  /** Processes that are no parents where a fork was not reported: they only adopt orphans. */
  private readonly adopters = new Set<number>();

  /**
   * @param suspendedNs nanoseconds since boot that the machine was suspended; /proc includes them in
   *   start times, events do not
   * @param readStat reads the process that has a pid now
   * @param tracer pid of the recording trace, which is in no chain: what it starts would be started
   *   by its parent without it
   */
  constructor(suspendedNs: () => number, readStat = readProcStat, tracer = process.pid) {
    this.suspendedNs = suspendedNs;
    this.readStat = readStat;
    this.tracer = tracer;
  }

  /** Adds a process whose fork was not reported, and its parents from /proc. */
  private add(info: ProcessInfo): ProcessInfo {
    const parents = parentsOf(info, MAX_PARENTS, this.readMissing);
    for (const parent of parents.reverse())
      this.store({ ...parent, above: this.chainAbove(parent) });
    return this.store({ ...info, above: this.chainAbove(info) });
  }

  /** The processes that are recorded are descendants of the tracer, which is known. */
  followTracer(): void {
    let info = this.processes.get(this.tracer);
    for (; info && !this.adopters.has(info.ppid); info = this.processes.get(info.ppid))
      this.adopters.add(info.ppid);
  }

  /** Returns the chain above a process whose fork was not reported; undefined if it is not known. */
  chainAbove(child: ProcessInfo): ProcessChain | undefined {
    if (this.adopters.has(child.ppid)) return undefined;
    const parent = this.processes.get(child.ppid);
    return parent && canBeParent(parent, child) ? this.chainBelow(parent) : undefined;
  }

  /** Returns the chain above the children that a process forks now. */
  private chainBelow(parent: ProcessInfo): ProcessChain | undefined {
    if (parent.pid === this.tracer) return parent.above ?? undefined;
    return chainOf(parent) ?? undefined;
  }

  /** Returns a process that an event has named. */
  find(pid: number): ProcessInfo | undefined {
    return this.processes.get(pid);
  }

  /** Adds an exec of the eBPF programs, which waits for the event of the same exec. */
  addExec(pid: number, exec: ExecInfo): void {
    if (pid === 0) return;
    if (this.pendingExecCount >= MAX_PENDING_EXECS) this.dropPendingExecs();
    const queue = this.pendingExecs.get(pid);
    if (queue) queue.push(exec);
    else this.pendingExecs.set(pid, [exec]);
    this.pendingExecCount++;
  }

  /** Drops all pending execs: their events were lost. */
  private dropPendingExecs(): void {
    this.pendingExecs.clear();
    this.pendingExecCount = 0;
  }

  /** Reads all current processes, so that they can be identified after they have exited. */
  scanProc(): void {
    for (const pid of allPids()) this.lookup(pid, Infinity);
  }

  /** Adds a child, which inherits everything from its parent until it executes. */
  forked(parent: number, child: number, time: number): ProcessInfo {
    const from = this.lookup(parent, time);
    const start = { pid: child, ppid: parent, started: time, above: this.chainBelow(from) };
    if (from.origin !== "unknown") return this.store({ ...from, ...start, origin: "inherited" });
    const stat = this.readProc(child, time);
    return this.store({ ...(stat ?? from), ...start });
  }

  /** Whether the exec of an event at `time` has been added. */
  hasExec(pid: number, time: number): boolean {
    return (this.pendingExecs.get(pid)?.[0]?.time ?? Infinity) <= time;
  }

  /** Updates a process that has executed: from a pending exec, otherwise from /proc. */
  executed(pid: number, time: number): ProcessInfo {
    const before = this.processes.get(pid);
    const exec = this.consumeExec(pid, time);
    const started = before?.started ?? 0;
    if (exec) return this.storeWith(before, { ...exec, pid, started, origin: "bpf" });
    const stat = this.readProc(pid, time);
    if (stat) return this.storeWith(before, { ...stat, started: before?.started ?? stat.started });
    const last = before ?? unknownProcess(pid);
    return this.store({ ...last, comm: "", argv: [], origin: "unknown" });
  }

  /** Stores a process that has executed, with what was above it before. */
  private storeWith(before: ProcessInfo | undefined, info: ProcessInfo): ProcessInfo {
    if (!before) return this.add({ ...info, ...this.readEffectiveUid(info) });
    // The kernel reports a set-user-ID program's user before its exec.
    const euid = before.uid === info.uid ? before.euid : undefined;
    return this.store({ euid, ...info, above: before.above });
  }

  /** Returns the effective user of a process that was not known before its exec. */
  private readEffectiveUid({ pid, uid }: ProcessInfo): Pick<ProcessInfo, "euid"> {
    const stat = this.readStart(pid);
    return stat && stat.uid === uid ? { euid: stat.euid } : {};
  }

  private readonly readMissing = (pid: number): ProcessInfo | null =>
    this.processes.has(pid) ? null : this.readStart(pid);

  /** Reads a process; its start without the time suspended, as in events. */
  private readonly readStart = (pid: number): ProcessInfo | null => {
    const stat = this.readStat(pid);
    return stat && { ...stat, started: stat.started - this.suspendedNs() };
  };

  /** Reads the process that has a pid now; null if it started after `time`: the pid was reused. */
  private readProc(pid: number, time: number): ProcessInfo | null {
    const stat = this.readStart(pid);
    return stat && stat.started <= time ? stat : null;
  }

  /** Removes the execs up to `time`, and returns the last one: the exec of an event at `time`. */
  private consumeExec(pid: number, time: number): ExecInfo | undefined {
    const queue = this.pendingExecs.get(pid);
    let exec: ExecInfo | undefined;
    while (queue?.length && queue[0].time <= time) {
      exec = queue.shift();
      this.pendingExecCount--;
    }
    if (queue?.length === 0) this.pendingExecs.delete(pid);
    return exec;
  }

  renamed(pid: number, comm: string, time: number): ProcessInfo {
    return this.store({ ...this.lookup(pid, time), comm });
  }

  /** @param uid the real user @param euid the effective one */
  changedUser(pid: number, uid: number, euid: number, time: number): ProcessInfo {
    return this.store({ ...this.lookup(pid, time), uid, euid });
  }

  /**
   * Returns the process that has, or had at `time`, a pid; from /proc if no event has named it.
   * @param time nanoseconds since boot
   */
  lookup(pid: number, time: number): ProcessInfo {
    const known = this.processes.get(pid);
    if (known) return known;
    const stat = this.readProc(pid, time);
    // An unknown process is not stored, because its pid may be reused soon.
    return stat ? this.add(stat) : unknownProcess(pid);
  }

  /** Pid 0 stands for any process outside our pid namespace, so it is never stored as one. */
  private store(info: ProcessInfo): ProcessInfo {
    if (info.pid === 0) return UNKNOWN_PROCESS;
    this.processes.set(info.pid, info);
    return info;
  }

  /** Removes a process, whose pid may be reused. */
  exited(pid: number, time: number): void {
    this.processes.delete(pid);
    this.consumeExec(pid, time);
  }
}
