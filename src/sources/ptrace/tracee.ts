/** What a tracer knows of the threads that it traces, and what it reports of them. */
import { ARCH } from "../../ffi/machine.ts";
import type { Abi } from "../../syscalls/table.ts";
import type { SyscallStop } from "./syscall-stop.ts";

/** A traced thread. */
export interface Tracee {
  readonly tid: number;
  tgid: number;
  /** The call that the thread is in; null outside of calls. */
  syscall: SyscallStop | null;
  /** Whether the thread is between clone and exec, where its calls are ours, not the command's. */
  starting: boolean;
  /** The signal by which job control has stopped the thread; 0 while it runs. */
  stoppedBy: number;
  /** Whether the thread waits for its child in vfork(2), where a signal does not stop it. */
  inVfork: boolean;
  /** The ABI of the last call. */
  abi: Abi;
  /**
   * Whether the thread has a seccomp filter besides ours, which may answer calls itself and hide them
   * from ours, or strict mode; null if that is not known yet.
   */
  hasFilter: boolean | null;
  /** Whether the thread ran before the trace: it is detached at the end, not killed. */
  readonly attached: boolean;
}

/** How to resume a thread that is in a call. */
export interface Resumption {
  /** A signal to deliver; 0 for none. */
  readonly signal: number;
  /** How long to hold the thread before, in milliseconds. */
  readonly delay: number;
}

/** Receives the events of a tracer. Views are borrowed: valid inside the call only. */
export interface TracerVisitor {
  /** Called at the entry of a call: its arguments can be read. */
  syscallEntered?(call: SyscallStop, tracee: Tracee): void;
  /** Called after that. Returns whether the exit of the call is of interest: by default, it is. */
  needsExit?(call: SyscallStop): boolean;
  /** Called at the exit of a call: its result is known. */
  syscallExited(call: SyscallStop, tracee: Tracee): void;
  /** Returns how to resume the thread whose entry or exit has just been reported; null: at once. */
  resumption?(): Resumption | null;
  /** Called once the last reported thread is running again, for work that does not need it stopped. */
  resumed?(): void;
  /** @param at the instruction pointer; null if the thread has ended */
  signal?(tracee: Tracee, signal: number, info: DataView, at: bigint | null): void;
  /** Called when job control has stopped a thread. */
  groupStopped?(tracee: Tracee, signal: number): void;
  /** Called for a new process or thread. */
  forked?(tracee: Tracee, parent: number): void;
  /** Called after an exec by a thread other than the leader: it continues under the leader's tid. */
  superseded?(tracee: Tracee, by: number): void;
  /** Called when a thread that `watchExit` was called for is about to exit: it still has its memory. */
  exiting?(tracee: Tracee): void;
  exited?(tracee: Tracee, code: number | null, signal: number | null, core: boolean): void;
  /** Called before a thread continues without being traced; it is no longer among the tracees. */
  detached?(tracee: Tracee): void;
  /** Called when the launched command ends after it was detached from. */
  ended?(code: number | null, signal: number | null): void;
}

export interface TracerOptions {
  readonly follow: boolean;
  /** Whether the command has a seccomp filter, which selects the calls to stop at. */
  readonly filtered: boolean;
  /** Whether to measure the CPU time in the kernel of each call. */
  readonly systemTimes?: boolean;
  /** Whether a process is detached from when it executes a program, except the command's first. */
  readonly detachOnExec?: boolean;
  /** Called when a process that is not followed is detached from: CLONE_PTRACE makes it a tracee. */
  readonly onStrangerDetached?: (pid: number) => void;
  /** Called when a child that is no tracee ends: CLONE_PARENT makes it one of the tracer's. */
  readonly onStrangerEnded?: (pid: number) => void;
  /** Called at the first program that runs without the rights that its file gives. */
  readonly onLostRights?: (program: string) => void;
}

const NATIVE_ABI: Abi = ARCH;

export function newTracee(
  tid: number,
  tgid: number,
  how: Pick<Tracee, "starting" | "attached">,
): Tracee {
  const state = { syscall: null, stoppedBy: 0, inVfork: false, abi: NATIVE_ABI, hasFilter: null };
  return { tid, tgid, ...state, ...how };
}
