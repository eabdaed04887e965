/** Process events as plain objects that may be kept, told apart by `name`. */
import type { ProcEventView } from "../../kernel/proc-event.ts";

interface EventBase {
  /** Which CPU sent it; null where none did. */
  readonly cpu: number | null;
  /** Nanoseconds since boot, without those asleep (CLOCK_MONOTONIC). */
  readonly timestampNs: bigint;
}

/** Whom it is about: thread and process. */
interface TaskEvent extends EventBase {
  readonly pid: number;
  readonly tgid: number;
}

/**
 * null where the kernel is too old to tell, before 4.18; 0 where nobody waits for the one that ended:
 * a thread, or a process whose parent ignores SIGCHLD.
 */
interface ChildEvent extends TaskEvent {
  readonly parentPid: number | null;
  readonly parentTgid: number | null;
}

/** An acknowledgement. */
export interface None extends EventBase {
  readonly name: "none";
  /** errno, or 0. */
  readonly error: number;
}
export interface Fork extends EventBase {
  readonly name: "fork";
  readonly parentPid: number;
  readonly parentTgid: number;
  readonly childPid: number;
  readonly childTgid: number;
}
export interface Exec extends TaskEvent {
  readonly name: "exec";
}
export interface Uid extends TaskEvent {
  readonly name: "uid";
  readonly ruid: number;
  readonly euid: number;
}
export interface Gid extends TaskEvent {
  readonly name: "gid";
  readonly rgid: number;
  readonly egid: number;
}
export interface Sid extends TaskEvent {
  readonly name: "sid";
}
/** A tracer of 0: let go. */
export interface Ptrace extends TaskEvent {
  readonly name: "ptrace";
  readonly tracerPid: number;
  readonly tracerTgid: number;
}
export interface Comm extends TaskEvent {
  readonly name: "comm";
  /** The new name, any bytes but NUL. */
  readonly comm: Uint8Array;
}
export interface Coredump extends ChildEvent {
  readonly name: "coredump";
}
export interface Exit extends ChildEvent {
  readonly name: "exit" | "nonzero_exit";
  /** As wait(2) has it. */
  readonly status: number;
  /** null where a signal ended it. */
  readonly exitCode: number | null;
  /** The signal that ended it. */
  readonly signal: number | null;
  readonly dumpedCore: boolean;
  /** The signal that its parent gets; -1 for a thread. */
  readonly exitSignal: number;
}
/** What a later kernel tells: struct proc_event as it came. */
export interface Unknown extends EventBase {
  readonly name: "unknown";
  readonly what: number;
  readonly bytes: Uint8Array;
}

export type ProcEvent =
  | None
  | Fork
  | Exec
  | Uid
  | Gid
  | Sid
  | Ptrace
  | Comm
  | Coredump
  | Exit
  | Unknown;

const TASK = ["pid", "tgid"] as const;
const PARENT = ["parentPid", "parentTgid"] as const;
const EXIT = [
  ...TASK,
  ...PARENT,
  "status",
  "exitCode",
  "signal",
  "dumpedCore",
  "exitSignal",
] as const;

/** The view's getters that make up an event, by its name. */
const FIELDS = {
  none: ["error"],
  fork: [...PARENT, "childPid", "childTgid"],
  exec: TASK,
  uid: [...TASK, "ruid", "euid"],
  gid: [...TASK, "rgid", "egid"],
  sid: TASK,
  ptrace: [...TASK, "tracerPid", "tracerTgid"],
  comm: [...TASK, "comm"],
  coredump: [...TASK, ...PARENT],
  exit: EXIT,
  nonzero_exit: EXIT,
  unknown: ["what", "bytes"],
} as const satisfies Record<ProcEvent["name"], readonly (keyof ProcEventView)[]>;

/** A copy of what a view shows. */
export function toProcEvent(view: ProcEventView): ProcEvent {
  const { name, cpu, timestampNs } = view;
  const fields = FIELDS[name].map((field) => {
    const value = view[field as keyof ProcEventView];
    return [field, value instanceof Uint8Array ? value.slice() : value];
  });
  return { name, cpu, timestampNs, ...Object.fromEntries(fields) };
}
