/** The process connector's constants and layouts: include/uapi/linux/cn_proc.h. */

export const PROC_CN_MCAST_LISTEN = 1;
export const PROC_CN_MCAST_IGNORE = 2;

export const PROC_EVENT_NONE = 0;
export const PROC_EVENT_FORK = 0x1;
export const PROC_EVENT_EXEC = 0x2;
export const PROC_EVENT_UID = 0x4;
export const PROC_EVENT_GID = 0x40;
export const PROC_EVENT_SID = 0x80;
export const PROC_EVENT_PTRACE = 0x100;
export const PROC_EVENT_COMM = 0x200;
/** Only used to subscribe: the kernel sends these exits as PROC_EVENT_EXIT. */
export const PROC_EVENT_NONZERO_EXIT = 0x20000000;
export const PROC_EVENT_COREDUMP = 0x40000000;
export const PROC_EVENT_EXIT = 0x80000000;
/** All events that can be subscribed to. */
export const PROC_EVENT_ALL = 0xe00003c7;

/** Names of `what`, the names of `--events`. */
export const PROC_EVENT_NAMES = {
  none: PROC_EVENT_NONE,
  fork: PROC_EVENT_FORK,
  exec: PROC_EVENT_EXEC,
  uid: PROC_EVENT_UID,
  gid: PROC_EVENT_GID,
  sid: PROC_EVENT_SID,
  ptrace: PROC_EVENT_PTRACE,
  comm: PROC_EVENT_COMM,
  nonzero_exit: PROC_EVENT_NONZERO_EXIT,
  coredump: PROC_EVENT_COREDUMP,
  exit: PROC_EVENT_EXIT,
} as const;
export type ProcEventName = keyof typeof PROC_EVENT_NAMES | "unknown";

/** Offsets within struct proc_event. */
export const PROC_EVENT = { what: 0, cpu: 4, timestamp_ns: 8, data: 16 } as const;
export const PROC_EVENT_HEADER_SIZE = 16;
/** Offsets of event_data's fields from the start of struct proc_event. */
export const PROC_EVENT_DATA = {
  ack: { err: 16 },
  fork: { parent_pid: 16, parent_tgid: 20, child_pid: 24, child_tgid: 28 },
  task: { pid: 16, tgid: 20 },
  id: { real: 24, effective: 28 },
  ptrace: { tracer_pid: 24, tracer_tgid: 28 },
  comm: { comm: 24 },
  coredump: { parent_pid: 24, parent_tgid: 28 },
  exit: { code: 24, signal: 28, parent_pid: 32, parent_tgid: 36 },
} as const;
export const TASK_COMM_LEN = 16;

/** Minimum size in bytes of each kind of event, with its header. */
export const PROC_EVENT_MIN_SIZE: Readonly<Record<number, number>> = {
  [PROC_EVENT_NONE]: 20,
  [PROC_EVENT_FORK]: 32,
  [PROC_EVENT_EXEC]: 24,
  [PROC_EVENT_UID]: 32,
  [PROC_EVENT_GID]: 32,
  [PROC_EVENT_SID]: 24,
  [PROC_EVENT_PTRACE]: 32,
  [PROC_EVENT_COMM]: 40,
  [PROC_EVENT_COREDUMP]: 24,
  [PROC_EVENT_EXIT]: 32,
  [PROC_EVENT_NONZERO_EXIT]: 32,
};

/**
 * Whether a subscription's mask includes an event: cn_filter() in drivers/connector/cn_proc.c.
 * @param status the raw status of an exit, otherwise null
 */
export function matchesEventMask(mask: number, what: number, status: number | null): boolean {
  if (mask === PROC_EVENT_ALL) return true;
  const failed = what === PROC_EVENT_EXIT && status !== 0;
  return (mask & what) !== 0 || (failed && (mask & PROC_EVENT_NONZERO_EXIT) !== 0);
}
