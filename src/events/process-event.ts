/** The event that `trace procs` records, an event of a process, and its columns. */
import type { ProcEventView } from "../kernel/proc-event.ts";
import { signalName } from "../kernel/signal.ts";
import { ByteSlice } from "../text/byte-slice.ts";
import { latin1Slice } from "../text/latin1.ts";
import type { Column, Time } from "./column.ts";
import { memoizeWord } from "./memo-words.ts";
import { chainOf, effectiveUid, otherRealUid, type ProcessInfo } from "./process-info.ts";

const NANOSECONDS = 1_000_000_000n;

/** A borrowed view: its values are valid until its source moves to the next event. */
export class ProcessEvent {
  event: ProcEventView;
  processInfo: ProcessInfo;
  /** The effective user's name, or uid if it has none. */
  user = "";
  /** The real user, if that is another; else "". */
  realUser = "";
  /** Whether the event is of a thread, not of its process. */
  isThread = false;
  /** The wall-clock time at which the connector's clock was 0. */
  bootTime: Time;
  private readonly borrowedTime: Time = { seconds: 0, nanoseconds: 0 };

  constructor(event: ProcEventView, processInfo: ProcessInfo, bootTime: Time) {
    this.event = event;
    this.processInfo = processInfo;
    this.bootTime = bootTime;
  }

  get time(): Time {
    const boot = BigInt(this.bootTime.seconds) * NANOSECONDS + BigInt(this.bootTime.nanoseconds);
    return this.toTime(boot + this.event.timestampNs);
  }

  private toTime(nanoseconds: bigint): Time {
    this.borrowedTime.seconds = Number(nanoseconds / NANOSECONDS);
    this.borrowedTime.nanoseconds = Number(nanoseconds % NANOSECONDS);
    return this.borrowedTime;
  }

  /** How long the process ran, at its exit; null if its start is unknown. */
  get lifetime(): Time | null {
    if (this.event.status === null || this.processInfo.started === 0) return null;
    const span = this.event.timestampNs - BigInt(Math.round(this.processInfo.started));
    return this.toTime(span > 0n ? span : 0n);
  }

  /** Details of the event: "real 0, effective 1000", "SIGKILL", "exit 1"; null for none. */
  get detail(): string | null {
    const thread = this.isThread ? `thread ${this.event.pid}` : null;
    const isCut = this.event.name === "exec" && this.processInfo.isArgvCut === true;
    const cut = isCut ? "arguments truncated" : null;
    return [thread, this.kindDetail, cut].filter((text) => text !== null).join(", ") || null;
  }

  private get kindDetail(): string | null {
    const { event } = this;
    switch (event.name) {
      case "exit":
      case "nonzero_exit":
        return exitText(event);
      case "uid":
        return `real ${event.ruid}, effective ${event.euid}`;
      case "gid":
        return `real ${event.rgid}, effective ${event.egid}`;
      case "ptrace":
        return event.tracerTgid ? `traced by ${event.tracerTgid}` : "no longer traced";
      case "unknown":
        return `what 0x${event.what.toString(16)}: ${Buffer.from(event.bytes).toString("hex")}`;
      default:
        return null;
    }
  }
}

/** Returns how a process exited: "exit 0", "SIGSEGV, core dumped". */
export function exitText(event: ProcEventView): string {
  if (event.signal === null) return `exit ${event.exitCode}`;
  return `${signalName(event.signal)}${event.dumpedCore ? ", core dumped" : ""}`;
}

const eventWord = memoizeWord((name: string) => name);
const originWord = memoizeWord((origin: string) => origin);
const userWord = memoizeWord((name: string) => name);
const signalWord = memoizeWord((signal: number | null) => (signal ? signalName(signal) : ""));

type ProcessColumn = Column<ProcessEvent>;

const TIME: ProcessColumn = {
  name: "time",
  key: "time",
  kind: "time",
  about: "seconds since 1970, nine decimals",
  of: (e) => e.time,
};

export const DEFAULT_PROCESS_COLUMNS: readonly ProcessColumn[] = [
  TIME,
  {
    name: "event",
    key: "event",
    kind: "word",
    about: "fork, exec, exit, uid, gid, sid, ptrace, comm, coredump",
    of: (e) => eventWord(e.event.name),
  },
  {
    name: "pid",
    key: "pid",
    kind: "integer",
    type: "int32",
    about: "process id",
    of: (e) => e.event.tgid,
  },
  {
    name: "ppid",
    key: "ppid",
    kind: "integer",
    type: "int32",
    about: "parent's pid",
    of: (e) => e.processInfo.ppid,
  },
  {
    name: "user",
    key: "user",
    kind: "bytes",
    about: "effective user",
    of: (e) => userWord(e.user),
  },
  {
    name: "comm",
    key: "comm",
    kind: "bytes",
    about: "name of the process",
    of: (e) => (e.event.comm ? new ByteSlice(e.event.comm) : latin1Slice(e.processInfo.comm)),
  },
  {
    name: "status",
    key: "status",
    kind: "integer",
    type: "int32",
    about: "exit code",
    of: (e) => e.event.exitCode,
  },
  {
    name: "signal",
    key: "signal",
    kind: "word",
    about: "signal that killed it",
    of: (e) => signalWord(e.event.signal),
  },
  {
    name: "wall",
    key: "wall",
    kind: "time",
    isDuration: true,
    about: "seconds it ran",
    of: (e) => e.lifetime,
  },
  {
    name: "detail",
    key: "detail",
    kind: "bytes",
    about: "further details: thread, ids, tracer, exit status, truncated arguments",
    of: (e) => (e.detail === null ? null : ByteSlice.from(e.detail)),
  },
  {
    name: "argv",
    key: "argv",
    kind: "list",
    about: "command line; in CSV quoted for a shell",
    of: (e) => e.processInfo.argv.map(latin1Slice),
  },
  {
    name: "origin",
    key: "origin",
    kind: "word",
    about: "source of the name: bpf, proc (read from /proc), inherited (from the parent), unknown",
    of: (e) => originWord(e.processInfo.origin),
  },
];

export const PROCESS_COLUMNS: readonly ProcessColumn[] = [
  ...DEFAULT_PROCESS_COLUMNS,
  {
    name: "ancestors",
    key: "ancestors",
    kind: "chain",
    about: "the process and those that led to it, nearest first: rm ← sh x.sh ← cron",
    of: (e) => chainOf(e.processInfo),
  },
  {
    name: "tid",
    key: "tid",
    kind: "integer",
    type: "int32",
    about: "thread id",
    of: (e) => e.event.pid,
  },
  {
    name: "uid",
    key: "uid",
    kind: "integer",
    type: "uint32",
    about: "effective user id",
    of: (e) => (effectiveUid(e.processInfo) < 0 ? null : effectiveUid(e.processInfo)),
  },
  {
    name: "cpu",
    key: "cpu",
    kind: "integer",
    type: "int32",
    about: "number of the CPU that reported the event",
    of: (e) => e.event.cpu,
  },
  {
    name: "parent_tid",
    key: "parent_tid",
    kind: "integer",
    type: "int32",
    about: "parent thread of a fork, exit or core dump",
    of: (e) => e.event.parentPid,
  },
  {
    name: "core",
    key: "core",
    kind: "integer",
    type: "int32",
    about: "1 if a core was dumped",
    of: (e) => (e.event.status === null ? null : Number(e.event.dumpedCore)),
  },
  {
    name: "ruser",
    key: "ruser",
    kind: "bytes",
    about: "real user, if that is another",
    of: (e) => (e.realUser === "" ? null : userWord(e.realUser)),
  },
  {
    name: "ruid",
    key: "ruid",
    kind: "integer",
    type: "uint32",
    about: "real user id, if that is another",
    of: (e) => otherRealUid(e.processInfo),
  },
];
