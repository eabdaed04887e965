/**
 * Events of processes with who they are: the connector tells what happens, the kernel programs tell
 * the names of what is executed, and /proc where these are not permitted.
 */
import type { Time } from "../events/column.ts";
import type { FileEvent } from "../events/file.ts";
import { type Person, ProcessEvent } from "../events/procs.ts";
import { clock } from "../ffi/clock.ts";
import { SystemError } from "../ffi/errno.ts";
import { Epoll } from "../ffi/fd.ts";
import * as cn from "../kernel/cn_proc.ts";
import { CLOCK_BOOTTIME, CLOCK_MONOTONIC, CLOCK_REALTIME } from "../kernel/time.ts";
import { WANT_ARGV, WANT_PROCESS } from "../kernel/trace_events.ts";
import { Attribution, type Exec, type Who } from "../process/attribution.ts";
import { userName } from "../process/identity.ts";
import { BpfSource } from "./bpf.ts";
import { ProcConnector } from "./connector.ts";
import type { Loss, Source } from "./source.ts";

const FEED_BUFFER = 16 << 20;
const NANOSECONDS = 1_000_000_000n;

export interface ProcessesOptions {
  /** Bytes of the connector's receive buffer. */
  readonly receiveBuffer?: number;
  /** Whether the kernel programs may be used; they are where they can be. */
  readonly feed: boolean;
  /** Takes events of threads too. */
  readonly threads: boolean;
}

/** The kernel programs that tell of execs, or null where they are refused. */
function openFeed(): BpfSource | null {
  try {
    return new BpfSource({
      bufferSize: FEED_BUFFER,
      kinds: new Set(["exec"]),
      calls: false,
      want: WANT_ARGV | WANT_PROCESS,
      processes: "all",
    });
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

function execOf(event: FileEvent, clockOffset: number): Exec {
  const { record } = event;
  const text = ({ bytes, start, length }: { bytes: Uint8Array; start: number; length: number }) =>
    Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("latin1");
  return {
    time: Number(record.u64(0)) - clockOffset,
    ppid: record.ppid,
    uid: record.uid,
    comm: text(event.comm),
    argv: (event.argv ?? []).map(text),
  };
}

export class ProcessesSource implements Source<ProcessEvent> {
  readonly fd: number;
  /** Whether names come from the kernel programs. */
  readonly fed: boolean;
  private readonly connector: ProcConnector;
  private readonly feed: BpfSource | null;
  private readonly attribution = new Attribution();
  private readonly event: ProcessEvent;
  private readonly threads: boolean;
  /** What the clock of the kernel programs is ahead of the connector's: time spent asleep. */
  private readonly clockOffset: number;

  /** @throws NotPermitted, NotSupported, SystemError */
  constructor(options: ProcessesOptions) {
    const realtime = clock(CLOCK_REALTIME);
    const monotonic = clock(CLOCK_MONOTONIC);
    const started = realtime - monotonic;
    const bootTime: Time = {
      seconds: Number(started / NANOSECONDS),
      nanoseconds: Number(started % NANOSECONDS),
    };
    this.clockOffset = Number(clock(CLOCK_BOOTTIME) - monotonic);
    this.threads = options.threads;
    // The programs first: an exec that the connector tells of has its name by then.
    this.feed = options.feed ? openFeed() : null;
    this.fed = this.feed !== null;
    this.connector = new ProcConnector({ receiveBuffer: options.receiveBuffer });
    this.connector.synchronize();
    this.attribution.learnAll();
    const epoll = new Epoll();
    epoll.add(this.connector.fd);
    this.fd = epoll.fd;
    this.event = new ProcessEvent(new cn.ProcEventView(), this.person(process.pid), bootTime);
  }

  private person(pid: number): Person {
    return this.describe(this.attribution.who(pid));
  }

  private describe(who: Who): Person {
    return { ...who, user: userName(who.uid) };
  }

  drain(visit: (event: ProcessEvent) => void): void {
    this.connector.drain(
      (event) => this.take(event, visit),
      () => this.feed?.drain(this.takeExec),
    );
  }

  private readonly takeExec = (event: FileEvent): void => {
    this.attribution.feed(event.record.tgid, execOf(event, this.clockOffset));
  };

  private take(event: cn.ProcEventView, visit: (event: ProcessEvent) => void): void {
    if (event.tgid === process.pid || event.what === cn.PROC_EVENT_NONE) return;
    if (event.isThread) {
      if (this.threads) this.hand(event, this.attribution.who(event.tgid), visit);
      return;
    }
    const who = this.learn(event);
    this.hand(event, who, visit);
  }

  private hand(event: cn.ProcEventView, who: Who, visit: (event: ProcessEvent) => void): void {
    this.event.event = event;
    this.event.who = this.describe(who);
    visit(this.event);
    // A leader's end is not the process's while threads live; its number stays until then all the
    // same, and what is asked for then is read again.
    if (event.what === cn.PROC_EVENT_EXIT && !event.isThread) this.attribution.ended(event.tgid);
  }

  /** What the event changes in what is known. */
  private learn(event: cn.ProcEventView): Who {
    const { attribution } = this;
    const { tgid } = event;
    const time = Number(event.timestampNs);
    switch (event.what) {
      case cn.PROC_EVENT_FORK:
        return attribution.forked(event.parentTgid ?? 0, tgid, time);
      case cn.PROC_EVENT_EXEC:
        return attribution.executed(tgid, time);
      case cn.PROC_EVENT_COMM:
        return attribution.renamed(tgid, Buffer.from(event.comm ?? []).toString("latin1"));
      case cn.PROC_EVENT_UID:
        return attribution.changedUser(tgid, event.realId ?? 0);
      default:
        return attribution.who(tgid);
    }
  }

  /** Visits what is left. After it the losses are exact. */
  finish(visit: (event: ProcessEvent) => void): void {
    this.drain(visit);
    this.connector.synchronize();
    this.drain(visit);
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
