/**
 * Parses events of the process connector in place: include/uapi/linux/cn_proc.h. A datagram has a
 * netlink header, a connector header and, at offset 36, a struct proc_event, whose u64 is therefore
 * unaligned.
 */
import * as cn from "./cn-proc.ts";
import { CN_IDX_PROC, CN_VAL_PROC, parseConnectorMessage } from "./connector.ts";
import type { NetlinkMessage } from "./netlink.ts";
import { TruncatedError } from "./truncated-error.ts";

const { PROC_EVENT, PROC_EVENT_DATA } = cn;
const { ack, fork, task, id, ptrace, comm, coredump, exit } = PROC_EVENT_DATA;

const NAMES_BY_WHAT = new Map<number, cn.ProcEventName>(
  Object.entries(cn.PROC_EVENT_NAMES).map(([name, what]) => [what, name as cn.ProcEventName]),
);
/** Events whose data starts with the process's pid and tgid. */
const TASK_EVENTS = cn.PROC_EVENT_ALL & ~cn.PROC_EVENT_FORK;
const CORE_DUMPED = 0x80;
/** `cpu` of an acknowledgement on some kernels. */
const NO_CPU = 0xffffffff;

/** A borrowed view of one event. Getters of other kinds' fields return null. */
export class ProcEventView {
  view: DataView = new DataView(new ArrayBuffer(0));
  at = 0;
  end = 0;
  /** Counts the events of one CPU: a gap means lost events. */
  seq = 0;
  /** In an acknowledgement, the subscription's value plus one. */
  ack = 0;

  /**
   * Moves to the event within a netlink message.
   * @returns false if the message belongs to another connector
   * @throws TruncatedError if it is too short for its kind of event
   */
  moveTo(view: DataView, message: NetlinkMessage): boolean {
    const { idx, val, seq, ack, payload, end } = parseConnectorMessage(view, message);
    if (idx !== CN_IDX_PROC || val !== CN_VAL_PROC) return false;
    const length = end - payload;
    if (length < cn.PROC_EVENT_HEADER_SIZE)
      throw new TruncatedError("proc_event", length, cn.PROC_EVENT_HEADER_SIZE);
    const what = view.getUint32(payload + PROC_EVENT.what, true);
    const needed = cn.PROC_EVENT_MIN_SIZE[what] ?? cn.PROC_EVENT_HEADER_SIZE;
    if (length < needed) throw new TruncatedError("proc_event", length, needed);
    this.view = view;
    this.at = payload;
    this.end = end;
    this.seq = seq;
    this.ack = ack;
    return true;
  }

  private u32(offset: number): number {
    return this.view.getUint32(this.at + offset, true);
  }
  /** Returns a field that only one kind has. */
  private u32Of(what: number, offset: number): number | null {
    return this.what === what ? this.u32(offset) : null;
  }
  /** Returns a field that the shorter events of older kernels lack. */
  private optionalU32(offset: number): number | null {
    return this.at + offset + 4 <= this.end ? this.u32(offset) : null;
  }

  get what(): number {
    return this.u32(PROC_EVENT.what);
  }
  get name(): cn.ProcEventName {
    return NAMES_BY_WHAT.get(this.what) ?? "unknown";
  }
  /** The CPU that sent the event, if any. */
  get cpu(): number | null {
    const cpu = this.u32(PROC_EVENT.cpu);
    return cpu === NO_CPU ? null : cpu;
  }
  /** CLOCK_MONOTONIC: nanoseconds since boot, without suspend. */
  get timestampNs(): bigint {
    return this.view.getBigUint64(this.at + PROC_EVENT.timestamp_ns, true);
  }

  /** The process; for a fork, the child. */
  get pid(): number | null {
    return this.what & TASK_EVENTS && NAMES_BY_WHAT.has(this.what)
      ? this.u32(task.pid)
      : this.childPid;
  }
  get tgid(): number | null {
    return this.what & TASK_EVENTS && NAMES_BY_WHAT.has(this.what)
      ? this.u32(task.tgid)
      : this.childTgid;
  }

  get childPid(): number | null {
    return this.u32Of(cn.PROC_EVENT_FORK, fork.child_pid);
  }
  get childTgid(): number | null {
    return this.u32Of(cn.PROC_EVENT_FORK, fork.child_tgid);
  }
  get parentPid(): number | null {
    return this.parentField(fork.parent_pid, exit.parent_pid, coredump.parent_pid);
  }
  get parentTgid(): number | null {
    return this.parentField(fork.parent_tgid, exit.parent_tgid, coredump.parent_tgid);
  }
  private parentField(ofFork: number, ofExit: number, ofCoredump: number): number | null {
    if (this.what === cn.PROC_EVENT_FORK) return this.u32(ofFork);
    if (this.isExit) return this.optionalU32(ofExit);
    return this.what === cn.PROC_EVENT_COREDUMP ? this.optionalU32(ofCoredump) : null;
  }

  /** Real and effective user and group ids after a change. */
  get ruid(): number | null {
    return this.u32Of(cn.PROC_EVENT_UID, id.real);
  }
  get euid(): number | null {
    return this.u32Of(cn.PROC_EVENT_UID, id.effective);
  }
  get rgid(): number | null {
    return this.u32Of(cn.PROC_EVENT_GID, id.real);
  }
  get egid(): number | null {
    return this.u32Of(cn.PROC_EVENT_GID, id.effective);
  }

  /** The tracer; 0 after a detach. */
  get tracerPid(): number | null {
    return this.u32Of(cn.PROC_EVENT_PTRACE, ptrace.tracer_pid);
  }
  get tracerTgid(): number | null {
    return this.u32Of(cn.PROC_EVENT_PTRACE, ptrace.tracer_tgid);
  }

  /** The bytes of the new name, without NUL. */
  get comm(): Uint8Array | null {
    if (this.what !== cn.PROC_EVENT_COMM) return null;
    const start = this.view.byteOffset + this.at + comm.comm;
    const bytes = new Uint8Array(this.view.buffer, start, cn.TASK_COMM_LEN);
    const end = bytes.indexOf(0);
    return end < 0 ? bytes : bytes.subarray(0, end);
  }

  private get isExit(): boolean {
    return this.what === cn.PROC_EVENT_EXIT || this.what === cn.PROC_EVENT_NONZERO_EXIT;
  }
  /** The raw status of an exit: wait(2). */
  get status(): number | null {
    return this.isExit ? this.u32(exit.code) : null;
  }
  /** The exit code; null if a signal killed the process. */
  get exitCode(): number | null {
    const { status } = this;
    return status === null || status & 0x7f ? null : (status >> 8) & 0xff;
  }
  /** The signal that killed the process. */
  get signal(): number | null {
    const { status } = this;
    return status === null ? null : status & 0x7f || null;
  }
  get dumpedCore(): boolean {
    return ((this.status ?? 0) & CORE_DUMPED) !== 0;
  }
  /** The signal sent to the parent: usually SIGCHLD, -1 for a thread. */
  get exitSignal(): number | null {
    return this.isExit ? this.view.getInt32(this.at + exit.signal, true) : null;
  }

  /** errno of a subscription's acknowledgement; 0 for success. */
  get error(): number | null {
    return this.u32Of(cn.PROC_EVENT_NONE, ack.err);
  }

  /** All bytes of the event, for unknown kinds. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.at, this.end - this.at);
  }
}
