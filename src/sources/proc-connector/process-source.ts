/**
 * Events of processes with who they are: the connector tells what happens, the kernel programs tell
 * the names of what is executed, and /proc where these are not permitted.
 */

import { Attribution, type Who } from "../../attribution/process-table.ts";
import { allPids, threadsOf, userName } from "../../attribution/procfs.ts";
import { Threads } from "../../attribution/thread-table.ts";
import type { Loss, Source } from "../../core/source.ts";
import type { Time } from "../../events/column.ts";
import { ProcessEvent } from "../../events/process-event.ts";
import { clock } from "../../ffi/clock.ts";
import * as cn from "../../kernel/cn-proc.ts";
import { ProcEventView } from "../../kernel/proc-event.ts";
import { CLOCK_BOOTTIME, CLOCK_MONOTONIC, CLOCK_REALTIME } from "../../kernel/time.ts";
import { raisePriority } from "../../process/scheduling.ts";
import { execOf, openFeed } from "../bpf/exec-feed.ts";
import type { BpfSource } from "../bpf/source.ts";
import { ProcConnector } from "./connector.ts";

/** How long the kernel programs may take to write, when something else runs in their stead. */
const LONGEST_WRITE_MS = 100;
/** A machine that slept at all slept longer. */
const SHORTEST_SLEEP_NS = 1e6;
const CLOCK_READINGS = 3;
const NANOSECONDS = 1_000_000_000n;

export interface ProcessesOptions {
  /** Bytes of the connector's receive buffer. */
  readonly receiveBuffer?: number;
  /** Whether the kernel programs may be used; they are where they can be. */
  readonly feed: boolean;
  /** Takes events of threads too. */
  readonly threads: boolean;
}

/**
 * Nanoseconds that the machine slept since boot: the connector's clock leaves them out.
 * @param before what was known of it. The clocks are not read at the same time, so that it is kept
 *   unless the machine has slept since; and rather too much is told than too little.
 */
function asleep(before: number): number {
  let least = Infinity;
  for (let i = 0; i < CLOCK_READINGS; i++) {
    const monotonic = clock(CLOCK_MONOTONIC);
    least = Math.min(least, Number(clock(CLOCK_BOOTTIME) - monotonic));
    if (Math.abs(least - before) < SHORTEST_SLEEP_NS) return before;
  }
  return least;
}

/** When the connector's clock was 0, on the wall clock. */
function bootTime(): Time {
  const started = clock(CLOCK_REALTIME) - clock(CLOCK_MONOTONIC);
  return {
    seconds: Number(started / NANOSECONDS),
    nanoseconds: Number(started % NANOSECONDS),
  };
}

export class ProcessesSource implements Source<ProcessEvent> {
  private readonly connector: ProcConnector;
  private readonly feed: BpfSource | null;
  private readonly attribution = new Attribution(() => this.slept);
  private readonly threads = new Threads();
  private readonly event: ProcessEvent;
  private readonly withThreads: boolean;
  private slept = asleep(0);

  /** @throws NotPermitted, NotSupported, SystemError */
  constructor(options: ProcessesOptions) {
    this.withThreads = options.threads;
    // The programs first: an exec that the connector tells of has its name by then.
    this.feed = options.feed ? openFeed(["exec"]) : null;
    try {
      this.connector = new ProcConnector({ receiveBuffer: options.receiveBuffer });
    } catch (error) {
      this.feed?.close();
      throw error;
    }
    if (!this.feed) raisePriority();
    this.attribution.learnAll();
    for (const pid of allPids()) this.threads.learn(pid, threadsOf(pid));
    const ours = this.attribution.who(process.pid, Infinity);
    this.event = new ProcessEvent(new ProcEventView(), ours, bootTime());
  }

  get fd(): number {
    return this.connector.fd;
  }

  /** Whether names come from /proc, where they are only for as long as the process is. */
  get hurries(): boolean {
    return this.feed === null;
  }

  drain(visit: (event: ProcessEvent) => void): void {
    this.connector.drain(
      (event) => this.take(event, visit),
      () => this.drainFeed(),
    );
  }

  /** @returns false when there is more that is being written just now */
  private drainFeed(): boolean {
    const slept = asleep(this.slept);
    if (slept !== this.slept) this.event.bootTime = bootTime();
    this.slept = slept;
    if (!this.feed) return true;
    return this.feed.drain((event) => {
      this.attribution.feed(event.record.tgid, execOf(event, slept));
    });
  }

  /** An exec stands in the ring before its event comes, but one of another CPU may bar the way. */
  private awaitExec(tgid: number, time: number): void {
    const deadline = performance.now() + LONGEST_WRITE_MS;
    while (!this.attribution.knowsExec(tgid, time) && !this.drainFeed()) {
      if (performance.now() > deadline) return;
      Bun.sleepSync(1);
    }
  }

  private take(event: ProcEventView, visit: (event: ProcessEvent) => void): void {
    if (event.tgid === process.pid) return;
    const ofThread = this.isThread(event);
    if (ofThread && !this.withThreads) return;
    const who = ofThread ? this.whoThen(event) : this.learn(event);
    this.event.event = event;
    this.event.who = who;
    this.event.user = userName(who.uid);
    this.event.isThread = ofThread;
    visit(this.event);
    if (event.what === cn.PROC_EVENT_EXIT && !ofThread)
      this.attribution.ended(event.tgid ?? 0, Number(event.timestampNs));
  }

  /** Whether it tells of a thread only; remembers which there are. */
  private isThread({ what, pid, tgid }: ProcEventView): boolean {
    if (pid === null || tgid === null) return false;
    switch (what) {
      case cn.PROC_EVENT_FORK:
        if (pid === tgid) this.threads.alone(tgid);
        else this.threads.began(tgid, pid);
        return pid !== tgid;
      case cn.PROC_EVENT_EXEC:
        this.threads.alone(tgid);
        return false;
      case cn.PROC_EVENT_EXIT:
        return !this.threads.ended(tgid, pid);
      case cn.PROC_EVENT_COREDUMP:
        return false;
      default:
        return pid !== tgid;
    }
  }

  private whoThen({ tgid, timestampNs }: ProcEventView): Who {
    return this.attribution.who(tgid ?? 0, Number(timestampNs));
  }

  /** Who a process is after all events that were drained. */
  who(pid: number): Who {
    return this.attribution.who(pid, Infinity);
  }

  /** What the event changes in what is known. */
  private learn(event: ProcEventView): Who {
    const { attribution } = this;
    const tgid = event.tgid ?? 0;
    const time = Number(event.timestampNs);
    switch (event.what) {
      case cn.PROC_EVENT_FORK:
        return attribution.forked(event.parentTgid ?? 0, tgid, time);
      case cn.PROC_EVENT_EXEC:
        this.awaitExec(tgid, time);
        return attribution.executed(tgid, time);
      case cn.PROC_EVENT_COMM:
        return attribution.renamed(tgid, Buffer.from(event.comm ?? []).toString("latin1"), time);
      case cn.PROC_EVENT_UID:
        return attribution.changedUser(tgid, event.ruid ?? 0, time);
      default:
        return attribution.who(tgid, time);
    }
  }

  losses(): Loss[] {
    const feed = this.feed?.losses().map((loss) => ({ ...loss, what: `names ${loss.what}` })) ?? [];
    return [...this.connector.losses(), ...feed];
  }

  close(): void {
    this.connector.close();
    this.feed?.close();
  }
}
