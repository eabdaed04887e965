/**
 * Process events as the kernel's process connector sends them: include/uapi/linux/cn_proc.h.
 * A datagram is a netlink header, a connector header and a struct proc_event, read in place. The
 * event stands at 36, so that its u64 is not aligned.
 */
import { CN_IDX_PROC, CN_MSG, CN_MSG_SIZE, CN_VAL_PROC } from "./connector.ts";
import { type NetlinkMessage, Truncated } from "./netlink.ts";

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
/** Only ever asked for: the kernel sends such an exit as PROC_EVENT_EXIT. */
export const PROC_EVENT_NONZERO_EXIT = 0x20000000;
export const PROC_EVENT_COREDUMP = 0x40000000;
export const PROC_EVENT_EXIT = 0x80000000;

/** Names of `what`, as `--events` has them. */
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

const NAME_OF = new Map<number, ProcEventName>(
  Object.entries(PROC_EVENT_NAMES).map(([name, what]) => [what, name as ProcEventName]),
);

/** Offsets within struct proc_event. */
export const PROC_EVENT = { what: 0, cpu: 4, timestamp_ns: 8, data: 16 } as const;
export const PROC_EVENT_HEADER = 16;
/** Offsets of the fields of event_data, from the start of struct proc_event. */
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
/** How many bytes each kind of event needs, its header included. */
const NEEDED: Readonly<Record<number, number>> = {
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
const COMM_BYTES = 16;
const CORE_DUMPED = 0x80;
/** The acknowledgement is sent by no CPU. */
const NO_CPU = 0xffffffff;

/** A lent view of one process event. Getters that its kind does not have are null. */
export class ProcEventView {
  view: DataView = new DataView(new ArrayBuffer(0));
  at = 0;
  end = 0;
  /** Counts the events of one CPU: a gap is a loss. */
  seq = 0;

  /**
   * Moves to the event within a netlink message.
   * @returns false if the message is somebody else's: another connector's
   * @throws Truncated if it is shorter than its kind of event
   */
  moveTo(view: DataView, message: NetlinkMessage): boolean {
    const { payload, end } = message;
    if (end - payload < CN_MSG_SIZE) throw new Truncated("cn_msg", end - payload, CN_MSG_SIZE);
    const idx = view.getUint32(payload + CN_MSG.idx, true);
    const val = view.getUint32(payload + CN_MSG.val, true);
    if (idx !== CN_IDX_PROC || val !== CN_VAL_PROC) return false;
    const length = view.getUint16(payload + CN_MSG.len, true);
    const at = payload + CN_MSG_SIZE;
    if (length > end - at) throw new Truncated("cn_msg", end - at, length);
    if (length < PROC_EVENT_HEADER) throw new Truncated("proc_event", length, PROC_EVENT_HEADER);
    const needed = NEEDED[view.getUint32(at + PROC_EVENT.what, true)] ?? PROC_EVENT_HEADER;
    if (length < needed) throw new Truncated("proc_event", length, needed);
    this.view = view;
    this.at = at;
    this.end = at + length;
    this.seq = view.getUint32(payload + CN_MSG.seq, true);
    return true;
  }

  private u32(offset: number): number {
    return this.view.getUint32(this.at + offset, true);
  }
  /** A field that only longer events of this kind have: older kernels send shorter ones. */
  private optional(offset: number): number | null {
    return this.at + offset + 4 <= this.end ? this.u32(offset) : null;
  }

  get what(): number {
    return this.u32(PROC_EVENT.what);
  }
  get name(): ProcEventName {
    return NAME_OF.get(this.what) ?? "unknown";
  }
  /** Which CPU sent it; null for the acknowledgement. */
  get cpu(): number | null {
    const cpu = this.u32(PROC_EVENT.cpu);
    return cpu === NO_CPU ? null : cpu;
  }
  /** Nanoseconds since boot, exact. */
  get timestampNs(): bigint {
    return this.view.getBigUint64(this.at + PROC_EVENT.timestamp_ns, true);
  }

  /** Whom the event is about; of a fork the child. */
  get pid(): number {
    const { fork, task } = PROC_EVENT_DATA;
    return this.u32(this.what === PROC_EVENT_FORK ? fork.child_pid : task.pid);
  }
  get tgid(): number {
    const { fork, task } = PROC_EVENT_DATA;
    return this.u32(this.what === PROC_EVENT_FORK ? fork.child_tgid : task.tgid);
  }
  /** True where a thread, and not a process, begins, ends or changes. */
  get isThread(): boolean {
    return this.pid !== this.tgid;
  }

  get parentPid(): number | null {
    const { fork, exit, coredump } = PROC_EVENT_DATA;
    if (this.what === PROC_EVENT_FORK) return this.u32(fork.parent_pid);
    if (this.what === PROC_EVENT_EXIT) return this.optional(exit.parent_pid);
    return this.what === PROC_EVENT_COREDUMP ? this.optional(coredump.parent_pid) : null;
  }
  get parentTgid(): number | null {
    const { fork, exit, coredump } = PROC_EVENT_DATA;
    if (this.what === PROC_EVENT_FORK) return this.u32(fork.parent_tgid);
    if (this.what === PROC_EVENT_EXIT) return this.optional(exit.parent_tgid);
    return this.what === PROC_EVENT_COREDUMP ? this.optional(coredump.parent_tgid) : null;
  }

  /** Real and effective user or group id after a change. */
  get realId(): number | null {
    return this.isId ? this.u32(PROC_EVENT_DATA.id.real) : null;
  }
  get effectiveId(): number | null {
    return this.isId ? this.u32(PROC_EVENT_DATA.id.effective) : null;
  }
  private get isId(): boolean {
    return this.what === PROC_EVENT_UID || this.what === PROC_EVENT_GID;
  }

  /** Who traces from now on; 0 when it was let go. */
  get tracerPid(): number | null {
    return this.what === PROC_EVENT_PTRACE ? this.u32(PROC_EVENT_DATA.ptrace.tracer_pid) : null;
  }
  get tracerTgid(): number | null {
    return this.what === PROC_EVENT_PTRACE ? this.u32(PROC_EVENT_DATA.ptrace.tracer_tgid) : null;
  }

  /** The new name's bytes, without NUL. */
  get comm(): Uint8Array | null {
    if (this.what !== PROC_EVENT_COMM) return null;
    const start = this.at + PROC_EVENT_DATA.comm.comm;
    const bytes = new Uint8Array(this.view.buffer, this.view.byteOffset + start, COMM_BYTES);
    const end = bytes.indexOf(0);
    return end < 0 ? bytes : bytes.subarray(0, end);
  }

  /** The raw status of an exit, as wait(2) has it. */
  get status(): number | null {
    const { what } = this;
    const exits = what === PROC_EVENT_EXIT || what === PROC_EVENT_NONZERO_EXIT;
    return exits ? this.u32(PROC_EVENT_DATA.exit.code) : null;
  }
  /** The exit code; null where a signal ended it. */
  get exitCode(): number | null {
    const { status } = this;
    return status === null || status & 0x7f ? null : (status >> 8) & 0xff;
  }
  /** The signal that ended it. */
  get signal(): number | null {
    const { status } = this;
    return status === null ? null : status & 0x7f || null;
  }
  get dumpedCore(): boolean {
    return ((this.status ?? 0) & CORE_DUMPED) !== 0;
  }
  /** The signal that its parent gets: SIGCHLD mostly, 0xffffffff for a thread. */
  get exitSignal(): number | null {
    return this.status === null ? null : this.u32(PROC_EVENT_DATA.exit.signal);
  }

  /** errno of a subscription, 0 if it was accepted. */
  get error(): number | null {
    return this.what === PROC_EVENT_NONE ? this.u32(PROC_EVENT_DATA.ack.err) : null;
  }

  /** All bytes of the event, for kinds that are not known. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.at, this.end - this.at);
  }
}
