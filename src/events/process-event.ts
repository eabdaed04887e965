/** An event of a process, with who it is: what `trace procs` records, and its columns. */
import type { ProcEventView } from "../kernel/proc-event.ts";
import { signalName } from "../kernel/signal.ts";
import { type Column, Slice, type Time } from "./column.ts";
import { remembered } from "./memo-words.ts";

/** Who the event is about. Names with one character a byte (latin1). */
export interface Person {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  readonly argv: readonly string[];
  readonly uid: number;
  /** Nanoseconds since boot; 0 where it is not known. */
  readonly started: number;
  readonly origin: "bpf" | "proc" | "inherited" | "unknown";
}

const NANOSECONDS = 1_000_000_000n;

/** A lent view: valid until it moves to the next event. */
export class ProcessEvent {
  event: ProcEventView;
  who: Person;
  /** Its user's name, or number. */
  user = "";
  /** Whether it tells of a thread, and not of its process. */
  isThread = false;
  /** When the connector's clock was 0, on the wall clock. */
  bootTime: Time;
  private readonly lent: Time = { seconds: 0, nanoseconds: 0 };

  constructor(event: ProcEventView, who: Person, bootTime: Time) {
    this.event = event;
    this.who = who;
    this.bootTime = bootTime;
  }

  get time(): Time {
    const boot = BigInt(this.bootTime.seconds) * NANOSECONDS + BigInt(this.bootTime.nanoseconds);
    return this.span(boot + this.event.timestampNs);
  }

  private span(nanoseconds: bigint): Time {
    this.lent.seconds = Number(nanoseconds / NANOSECONDS);
    this.lent.nanoseconds = Number(nanoseconds % NANOSECONDS);
    return this.lent;
  }

  /** How long the process lived, at its end; null where its start is not known. */
  get lived(): Time | null {
    if (this.event.status === null || this.who.started === 0) return null;
    const span = this.event.timestampNs - BigInt(Math.round(this.who.started));
    return this.span(span > 0n ? span : 0n);
  }

  /** What this kind of event tells besides: "real 0, effective 1000", "SIGKILL", "exit 1". */
  get detail(): string | null {
    const thread = this.isThread ? `thread ${this.event.pid}` : null;
    return [thread, this.kindDetail].filter((text) => text !== null).join(", ") || null;
  }

  private get kindDetail(): string | null {
    const { event } = this;
    switch (event.name) {
      case "exit":
      case "nonzero_exit":
        return ending(event);
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

/** "exit 0", "SIGSEGV, core dumped". */
export function ending(event: ProcEventView): string {
  if (event.signal === null) return `exit ${event.exitCode}`;
  return `${signalName(event.signal)}${event.dumpedCore ? ", core dumped" : ""}`;
}

function latin1(text: string): Slice {
  return new Slice(Buffer.from(text, "latin1"));
}

const eventWord = remembered((name: string) => name);
const originWord = remembered((origin: string) => origin);
const userWord = remembered((name: string) => name);
const signalWord = remembered((signal: number | null) => (signal ? signalName(signal) : ""));

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
  { name: "pid", key: "pid", kind: "integer", about: "process id", of: (e) => e.event.tgid },
  { name: "ppid", key: "ppid", kind: "integer", about: "parent's pid", of: (e) => e.who.ppid },
  { name: "user", key: "user", kind: "bytes", about: "user's name", of: (e) => userWord(e.user) },
  {
    name: "comm",
    key: "comm",
    kind: "bytes",
    about: "name of the process",
    of: (e) => (e.event.comm ? new Slice(e.event.comm) : latin1(e.who.comm)),
  },
  {
    name: "status",
    key: "status",
    kind: "integer",
    about: "exit code",
    of: (e) => e.event.exitCode,
  },
  {
    name: "signal",
    key: "signal",
    kind: "word",
    about: "signal that ended it",
    of: (e) => signalWord(e.event.signal),
  },
  { name: "wall", key: "wall", kind: "time", about: "seconds that it lived", of: (e) => e.lived },
  {
    name: "detail",
    key: "detail",
    kind: "bytes",
    about: "what else the event tells: thread, ids, tracer, how it ended",
    of: (e) => (e.detail === null ? null : Slice.of(e.detail)),
  },
  {
    name: "argv",
    key: "argv",
    kind: "list",
    about: "command line; in CSV quoted as a shell takes it",
    of: (e) => e.who.argv.map(latin1),
  },
  {
    name: "origin",
    key: "origin",
    kind: "word",
    about: "who told its name: bpf, proc (read from /proc), inherited (its parent's), unknown",
    of: (e) => originWord(e.who.origin),
  },
];

export const PROCESS_COLUMNS: readonly ProcessColumn[] = [
  ...DEFAULT_PROCESS_COLUMNS,
  { name: "tid", key: "tid", kind: "integer", about: "thread id", of: (e) => e.event.pid },
  {
    name: "uid",
    key: "uid",
    kind: "integer",
    about: "user id",
    of: (e) => (e.who.uid < 0 ? null : e.who.uid),
  },
  {
    name: "cpu",
    key: "cpu",
    kind: "integer",
    about: "number of the CPU that told",
    of: (e) => e.event.cpu,
  },
  {
    name: "parent_tid",
    key: "parent_tid",
    kind: "integer",
    about: "parent thread of a fork, exit or core dump",
    of: (e) => e.event.parentPid,
  },
  {
    name: "core",
    key: "core",
    kind: "integer",
    about: "1 where a core was dumped",
    of: (e) => (e.event.status === null ? null : Number(e.event.dumpedCore)),
  },
];
