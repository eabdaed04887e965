/**
 * Process events as plain objects, a union discriminated by `name`. They are copies of ProcEventView,
 * which describes the fields: src/kernel/proc-event.ts.
 */
import type { ProcEventView } from "../../kernel/proc-event.ts";

interface EventBase {
  /** The CPU that sent the event; null if none did. */
  readonly cpu: number | null;
  /** Nanoseconds since boot, without suspend (CLOCK_MONOTONIC). */
  readonly timestampNs: bigint;
}

/** An event of one task: its thread and process id. */
interface TaskEvent extends EventBase {
  readonly pid: number;
  readonly tgid: number;
}

/**
 * An event with the parent of the task. The ids are null before Linux 4.18, which does not report
 * them, and 0 for a task that is reaped without a wait: a thread, or a process whose parent ignores
 * SIGCHLD.
 */
interface ChildEvent extends TaskEvent {
  readonly parentPid: number | null;
  readonly parentTgid: number | null;
}

/** The acknowledgement of a request. */
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
/** A tracer attached; with a tracer of 0, it detached. */
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
  /** The wait(2) status. */
  readonly status: number;
  /** null if a signal killed the task. */
  readonly exitCode: number | null;
  /** The signal that killed the task; null if none did. */
  readonly signal: number | null;
  readonly dumpedCore: boolean;
  /** The signal that the parent receives; -1 for a thread. */
  readonly exitSignal: number;
}
/** An event of a newer kernel: the raw struct proc_event. */
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

/** The getters of the view that an event consists of, by event name. */
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

/** Copies the event that a view is at. */
export function toProcEvent(view: ProcEventView): ProcEvent {
  const { name, cpu, timestampNs } = view;
  const fields = FIELDS[name].map((field) => {
    const value = view[field as keyof ProcEventView];
    return [field, value instanceof Uint8Array ? value.slice() : value];
  });
  return { name, cpu, timestampNs, ...Object.fromEntries(fields) };
}
