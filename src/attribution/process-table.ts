/**
 * Knows the processes of the machine by the events that tell of them, so that one that is gone
 * already has its name: pid → who.
 */
import { allPids, type ProcStat, readProcStat } from "./procfs.ts";

/** Where the knowledge of a process comes from. */
export type Origin = "bpf" | "proc" | "inherited" | "unknown";

export interface ProcessInfo extends ProcStat {
  readonly pid: number;
  readonly origin: Origin;
}

/** What the kernel programs tell of an exec. */
export interface ExecInfo extends Omit<ProcStat, "started"> {
  /** When, as events have it: nanoseconds since boot but for those asleep. */
  readonly time: number;
}

/** Execs that wait for the event that they belong to; more are not kept. */
const MAX_PENDING_EXECS = 65536;
const EMPTY_STAT: ProcStat = { ppid: 0, comm: "", argv: [], uid: -1, started: 0 };

/** Whom nobody knows. */
export function unknownProcess(pid: number): ProcessInfo {
  return { ...EMPTY_STAT, pid, origin: "unknown" };
}

export class ProcessTable {
  private readonly processes = new Map<number, ProcessInfo>();
  private readonly pendingExecs = new Map<number, ExecInfo[]>();
  private pendingExecCount = 0;
  private readonly suspendedNs: () => number;
  private readonly readStat: (pid: number) => ProcStat | null;

  /**
   * @param asleep nanoseconds since boot that the machine slept, which events' times leave out
   * @param find who has a number now
   */
  constructor(asleep: () => number, find = readProcStat) {
    this.suspendedNs = asleep;
    this.readStat = find;
  }

  /** Takes an exec from the kernel programs: it waits for the event that tells of the same. */
  addExec(pid: number, exec: ExecInfo): void {
    if (this.pendingExecCount >= MAX_PENDING_EXECS) this.dropPendingExecs();
    const queue = this.pendingExecs.get(pid);
    if (queue) queue.push(exec);
    else this.pendingExecs.set(pid, [exec]);
    this.pendingExecCount++;
  }

  /** Events that these belong to were lost. */
  private dropPendingExecs(): void {
    this.pendingExecs.clear();
    this.pendingExecCount = 0;
  }

  /** Reads who is there now, so that those who end next have names. */
  scanProc(): void {
    for (const pid of allPids()) this.lookup(pid, Infinity);
  }

  /** A child is what its parent is, until it executes something else. */
  forked(parent: number, child: number, time: number): ProcessInfo {
    const born = { pid: child, ppid: parent, started: time };
    const from = this.lookup(parent, time);
    if (from.origin !== "unknown") return this.store({ ...from, ...born, origin: "inherited" });
    const found = this.readProc(child, time);
    return this.store({ ...from, ...found, ...born, origin: found ? "proc" : "unknown" });
  }

  /** Whether the exec is known that an event at this time tells of. */
  hasExec(pid: number, time: number): boolean {
    return (this.pendingExecs.get(pid)?.[0]?.time ?? Infinity) <= time;
  }

  executed(pid: number, time: number): ProcessInfo {
    const before = this.processes.get(pid);
    const exec = this.consumeExec(pid, time);
    if (exec)
      return this.store({ ...exec, pid, started: before?.started ?? 0, origin: "bpf" as const });
    const found = this.readProc(pid, time);
    if (!found)
      return this.store({ ...(before ?? EMPTY_STAT), pid, comm: "", argv: [], origin: "unknown" });
    return this.store({ ...found, pid, started: before?.started ?? found.started, origin: "proc" });
  }

  /** Who has the number now, unless that is another by now than the one who had it then. */
  private readProc(pid: number, time: number): ProcStat | null {
    const found = this.readStat(pid);
    if (!found) return null;
    const started = found.started - this.suspendedNs();
    return started <= time ? { ...found, started } : null;
  }

  /** The exec that an event at this time tells of: the last one before it. */
  private consumeExec(pid: number, time: number): ExecInfo | undefined {
    const queue = this.pendingExecs.get(pid);
    let found: ExecInfo | undefined;
    while (queue?.length && queue[0].time <= time) {
      found = queue.shift();
      this.pendingExecCount--;
    }
    if (queue?.length === 0) this.pendingExecs.delete(pid);
    return found;
  }

  renamed(pid: number, comm: string, time: number): ProcessInfo {
    return this.store({ ...this.lookup(pid, time), comm });
  }

  changedUser(pid: number, uid: number, time: number): ProcessInfo {
    return this.store({ ...this.lookup(pid, time), uid });
  }

  /**
   * Who a process is, or was at an event's time; read from /proc where no event told.
   * @param time nanoseconds since boot
   */
  lookup(pid: number, time: number): ProcessInfo {
    const known = this.processes.get(pid);
    if (known) return known;
    const found = this.readProc(pid, time);
    // Nobody is not kept: the number may be another's soon.
    return found ? this.store({ ...found, pid, origin: "proc" }) : unknownProcess(pid);
  }

  private store(who: ProcessInfo): ProcessInfo {
    this.processes.set(who.pid, who);
    return who;
  }

  /** Its number will be another's. */
  exited(pid: number, time: number): void {
    this.processes.delete(pid);
    this.consumeExec(pid, time);
  }
}
