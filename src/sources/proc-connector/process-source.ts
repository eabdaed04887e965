/**
 * The source of process events with attribution: the connector reports the events, and our eBPF
 * programs report the name and arguments of execs. Where these are not permitted, /proc is read.
 */

import { toExecInfo } from "../../attribution/exec-info.ts";
import { ProcessTable } from "../../attribution/process-table.ts";
import { allPids, liveThreads, readProcStat, userName } from "../../attribution/procfs.ts";
import { ThreadTable } from "../../attribution/thread-table.ts";
import type { PollableSource } from "../../core/source.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { Loss } from "../../events/loss.ts";
import { ProcessEvent } from "../../events/process-event.ts";
import { effectiveUid, otherRealUid, type ProcessInfo } from "../../events/process-info.ts";
import { bootTime, clockNanoseconds } from "../../ffi/clock.ts";
import * as cn from "../../kernel/cn-proc.ts";
import { ProcEventView } from "../../kernel/proc-event.ts";
import { CLOCK_BOOTTIME, CLOCK_MONOTONIC } from "../../kernel/time.ts";
import { raisePriority } from "../../process/scheduling.ts";
import { openExecFeed } from "../bpf/exec-feed.ts";
import type { BpfSource } from "../bpf/source.ts";
import { ProcConnector } from "./connector.ts";

/** Differences below this are the time between two clock readings, not suspend. */
const MIN_SUSPEND_NS = 1e6;
/** Max readings of the clocks, of which the closest pair is used. */
const CLOCK_READINGS = 3;

export interface ProcessSourceOptions {
  /** Size of the connector's receive buffer in bytes. */
  readonly receiveBuffer?: number;
  /** Whether to use eBPF programs where they are permitted. */
  readonly ebpf: boolean;
  /** Whether to report events of threads too. */
  readonly threads: boolean;
}

/**
 * Returns how long the machine was suspended since boot, in nanoseconds: CLOCK_BOOTTIME, the clock of
 * eBPF, minus CLOCK_MONOTONIC, the connector's clock. The latter is read first, so the result may be
 * slightly too large but never too small.
 * @param before the previous result, which is returned again unless the machine was suspended since
 */
function readSuspendedNs(before: number): number {
  let min = Infinity;
  for (let i = 0; i < CLOCK_READINGS; i++) {
    const monotonic = clockNanoseconds(CLOCK_MONOTONIC);
    min = Math.min(min, Number(clockNanoseconds(CLOCK_BOOTTIME) - monotonic));
    if (Math.abs(min - before) < MIN_SUSPEND_NS) return before;
  }
  return min;
}

export class ProcessSource implements PollableSource<ProcessEvent> {
  private readonly connector: ProcConnector;
  private readonly feed: BpfSource | null;
  private readonly processTable = new ProcessTable(() => this.suspendedNs);
  private readonly threadTable = new ThreadTable();
  private readonly event: ProcessEvent;
  private readonly withThreads: boolean;
  private suspendedNs = readSuspendedNs(0);

  /** Subscribes and scans /proc. @throws PermissionError, UnsupportedError, SystemError */
  constructor(options: ProcessSourceOptions) {
    this.withThreads = options.threads;
    // The programs are attached first, so that every exec from the connector has its record.
    this.feed = options.ebpf ? openExecFeed(["exec"]) : null;
    try {
      this.connector = new ProcConnector({ receiveBuffer: options.receiveBuffer });
    } catch (error) {
      this.feed?.close();
      throw error;
    }
    if (!this.feed) raisePriority();
    this.processTable.scanProc();
    for (const pid of allPids()) this.threadTable.update(pid, liveThreads(pid));
    const ours = this.processTable.lookup(process.pid, Infinity);
    this.event = new ProcessEvent(new ProcEventView(), ours, bootTime(CLOCK_MONOTONIC));
  }

  get fd(): number {
    return this.connector.fd;
  }

  /** Whether names are read from /proc, which must happen before the process exits. */
  get readsProcfs(): boolean {
    return this.feed === null;
  }

  drain(visit: (event: ProcessEvent) => void): void {
    this.connector.drain(
      (event) => this.handle(event, visit),
      () => this.drainFeed(),
    );
  }

  /** Reads the exec records that the eBPF programs have written. */
  private drainFeed(): void {
    this.updateSuspendedNs();
    this.feed?.drain(this.addExec);
  }

  private readonly addExec = (event: FileEvent): void => {
    this.processTable.addExec(event.record.tgid, toExecInfo(event, this.suspendedNs));
  };

  private updateSuspendedNs(): void {
    const suspendedNs = readSuspendedNs(this.suspendedNs);
    if (suspendedNs !== this.suspendedNs) this.event.bootTime = bootTime(CLOCK_MONOTONIC);
    this.suspendedNs = suspendedNs;
  }

  /**
   * Reads exec records up to that of an event. It was written before the event was sent, but may be
   * behind a record that another CPU is still writing.
   */
  private waitForExec(tgid: number, time: number): void {
    const { feed, processTable } = this;
    if (processTable.hasExec(tgid, time)) return;
    this.updateSuspendedNs();
    feed?.drainWaiting(this.addExec, () => processTable.hasExec(tgid, time));
  }

  /** Updates the process table and, where requested, visits the event. */
  private handle(event: ProcEventView, visit: (event: ProcessEvent) => void): void {
    if (event.tgid === process.pid) return;
    const ofThread = this.isThread(event);
    if (ofThread && !this.withThreads) return;
    const processInfo = ofThread ? this.lookupAt(event) : this.update(event);
    this.event.event = event;
    this.event.processInfo = processInfo;
    this.event.user = userName(effectiveUid(processInfo));
    this.event.realUser = userName(otherRealUid(processInfo) ?? -1);
    this.event.isThread = ofThread;
    visit(this.event);
    if (event.what === cn.PROC_EVENT_EXIT && !ofThread)
      this.processTable.exited(event.tgid ?? 0, Number(event.timestampNs));
  }

  /** Whether the event concerns a thread, not a whole process; updates the thread table. */
  private isThread({ what, pid, tgid }: ProcEventView): boolean {
    if (pid === null || tgid === null) return false;
    switch (what) {
      case cn.PROC_EVENT_FORK:
        if (pid === tgid) this.threadTable.reset(tgid);
        else this.threadTable.created(tgid, pid);
        return pid !== tgid;
      case cn.PROC_EVENT_EXEC:
        this.threadTable.reset(tgid);
        return false;
      case cn.PROC_EVENT_EXIT:
        return !this.threadTable.exited(tgid, pid);
      case cn.PROC_EVENT_COREDUMP:
        return false;
      default:
        return pid !== tgid;
    }
  }

  /** Returns the process of an event, as of the event's time. */
  private lookupAt({ tgid, timestampNs }: ProcEventView): ProcessInfo {
    return this.processTable.lookup(tgid ?? 0, Number(timestampNs));
  }

  /** Returns a process as of the last drained event. */
  lookup(pid: number): ProcessInfo {
    const info = this.processTable.lookup(pid, Infinity);
    if (info.origin !== "inherited" || info.argv.length > 0) return info;
    // No event reports the name of a kernel thread, whose parent is kthreadd.
    const stat = readProcStat(pid);
    return stat ? { ...stat, above: info.above } : info;
  }

  /** Returns a process that an event has named. */
  find(pid: number): ProcessInfo | undefined {
    return this.processTable.find(pid);
  }

  /** Updates the process table by an event and returns the event's process. */
  private update(event: ProcEventView): ProcessInfo {
    const { processTable } = this;
    const tgid = event.tgid ?? 0;
    const time = Number(event.timestampNs);
    switch (event.what) {
      case cn.PROC_EVENT_FORK:
        return processTable.forked(event.parentTgid ?? 0, tgid, time);
      case cn.PROC_EVENT_EXEC:
        this.waitForExec(tgid, time);
        return processTable.executed(tgid, time);
      case cn.PROC_EVENT_COMM:
        return processTable.renamed(tgid, Buffer.from(event.comm ?? []).toString("latin1"), time);
      case cn.PROC_EVENT_UID:
        return processTable.changedUser(tgid, event.ruid ?? 0, event.euid ?? 0, time);
      default:
        return processTable.lookup(tgid, time);
    }
  }

  losses(): Loss[] {
    // Without their remedy: the ring buffer of the names has a fixed size.
    const feed = this.feed?.losses() ?? [];
    const ofNames = feed.map(({ what, count, reason }) => ({
      what: `${what} (process names)`,
      count,
      reason,
    }));
    return [...this.connector.losses(), ...ofNames];
  }

  close(): void {
    this.connector.close();
    this.feed?.close();
  }
}
