/**
 * Events of processes with who they are: the connector tells what happens, the kernel programs tell
 * the names of what is executed, and /proc where these are not permitted.
 */

import { type ProcessInfo, ProcessTable } from "../../attribution/process-table.ts";
import { allPids, liveThreads, userName } from "../../attribution/procfs.ts";
import { ThreadTable } from "../../attribution/thread-table.ts";
import type { PollableSource } from "../../core/source.ts";
import type { Time } from "../../events/column.ts";
import type { Loss } from "../../events/loss.ts";
import { ProcessEvent } from "../../events/process-event.ts";
import { clockNanoseconds } from "../../ffi/clock.ts";
import * as cn from "../../kernel/cn-proc.ts";
import { ProcEventView } from "../../kernel/proc-event.ts";
import { CLOCK_BOOTTIME, CLOCK_MONOTONIC, CLOCK_REALTIME } from "../../kernel/time.ts";
import { raisePriority } from "../../process/scheduling.ts";
import { openExecFeed, toExecInfo } from "../bpf/exec-feed.ts";
import type { BpfSource } from "../bpf/source.ts";
import { ProcConnector } from "./connector.ts";

/** How long the kernel programs may take to write, when something else runs in their stead. */
const MAX_WRITE_WAIT_MS = 100;
/** A machine that slept at all slept longer. */
const MIN_SUSPEND_NS = 1e6;
const CLOCK_READINGS = 3;
const NANOSECONDS = 1_000_000_000n;

export interface ProcessSourceOptions {
  /** Bytes of the connector's receive buffer. */
  readonly receiveBuffer?: number;
  /** Whether the kernel programs may be used; they are where they can be. */
  readonly ebpf: boolean;
  /** Takes events of threads too. */
  readonly threads: boolean;
}

/**
 * Nanoseconds that the machine slept since boot: the connector's clock leaves them out.
 * @param before what was known of it. The clocks are not read at the same time, so that it is kept
 *   unless the machine has slept since; and rather too much is told than too little.
 */
function readSuspendedNs(before: number): number {
  let least = Infinity;
  for (let i = 0; i < CLOCK_READINGS; i++) {
    const monotonic = clockNanoseconds(CLOCK_MONOTONIC);
    least = Math.min(least, Number(clockNanoseconds(CLOCK_BOOTTIME) - monotonic));
    if (Math.abs(least - before) < MIN_SUSPEND_NS) return before;
  }
  return least;
}

/** When the connector's clock was 0, on the wall clock. */
function bootTime(): Time {
  const started = clockNanoseconds(CLOCK_REALTIME) - clockNanoseconds(CLOCK_MONOTONIC);
  return {
    seconds: Number(started / NANOSECONDS),
    nanoseconds: Number(started % NANOSECONDS),
  };
}

export class ProcessSource implements PollableSource<ProcessEvent> {
  private readonly connector: ProcConnector;
  private readonly feed: BpfSource | null;
  private readonly processTable = new ProcessTable(() => this.suspendedNs);
  private readonly threadTable = new ThreadTable();
  private readonly event: ProcessEvent;
  private readonly withThreads: boolean;
  private suspendedNs = readSuspendedNs(0);

  /** @throws NotPermitted, NotSupported, SystemError */
  constructor(options: ProcessSourceOptions) {
    this.withThreads = options.threads;
    // The programs first: an exec that the connector tells of has its name by then.
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
    this.event = new ProcessEvent(new ProcEventView(), ours, bootTime());
  }

  get fd(): number {
    return this.connector.fd;
  }

  /** Whether names come from /proc, where they are only for as long as the process is. */
  get readsProcfs(): boolean {
    return this.feed === null;
  }

  drain(visit: (event: ProcessEvent) => void): void {
    this.connector.drain(
      (event) => this.handle(event, visit),
      () => this.drainFeed(),
    );
  }

  /** @returns false when there is more that is being written just now */
  private drainFeed(): boolean {
    const slept = readSuspendedNs(this.suspendedNs);
    if (slept !== this.suspendedNs) this.event.bootTime = bootTime();
    this.suspendedNs = slept;
    if (!this.feed) return true;
    return this.feed.drain((event) => {
      this.processTable.addExec(event.record.tgid, toExecInfo(event, slept));
    });
  }

  /** An exec stands in the ring before its event comes, but one of another CPU may bar the way. */
  private waitForExec(tgid: number, time: number): void {
    const deadline = performance.now() + MAX_WRITE_WAIT_MS;
    while (!this.processTable.hasExec(tgid, time) && !this.drainFeed()) {
      if (performance.now() > deadline) return;
      Bun.sleepSync(1);
    }
  }

  private handle(event: ProcEventView, visit: (event: ProcessEvent) => void): void {
    if (event.tgid === process.pid) return;
    const ofThread = this.isThread(event);
    if (ofThread && !this.withThreads) return;
    const who = ofThread ? this.lookupAt(event) : this.update(event);
    this.event.event = event;
    this.event.processInfo = who;
    this.event.user = userName(who.uid);
    this.event.isThread = ofThread;
    visit(this.event);
    if (event.what === cn.PROC_EVENT_EXIT && !ofThread)
      this.processTable.exited(event.tgid ?? 0, Number(event.timestampNs));
  }

  /** Whether it tells of a thread only; remembers which there are. */
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

  private lookupAt({ tgid, timestampNs }: ProcEventView): ProcessInfo {
    return this.processTable.lookup(tgid ?? 0, Number(timestampNs));
  }

  /** Who a process is after all events that were drained. */
  lookup(pid: number): ProcessInfo {
    return this.processTable.lookup(pid, Infinity);
  }

  /** What the event changes in what is known. */
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
        return processTable.changedUser(tgid, event.ruid ?? 0, time);
      default:
        return processTable.lookup(tgid, time);
    }
  }

  losses(): Loss[] {
    // Without their remedy: the ring of the names has a fixed size.
    const names = this.feed
      ?.losses()
      .map(({ what, count, reason }) => ({ what: `names ${what}`, count, reason }));
    return [...this.connector.losses(), ...(names ?? [])];
  }

  close(): void {
    this.connector.close();
    this.feed?.close();
  }
}
