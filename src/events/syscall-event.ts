/** The events of `trace syscalls`: decoded system calls, signals, ends of threads. */
import {
  ERESTART_RESTARTBLOCK,
  ERESTARTNOHAND,
  ERESTARTNOINTR,
  ERESTARTSYS,
  errnoName,
} from "../kernel/errno.ts";
import type { AccessedFile } from "../syscalls/accessed-files.ts";
import type { FdDetails } from "../syscalls/fd-details.ts";
import type { IoBuffer } from "../syscalls/io-buffers.ts";
import type { PidDetails } from "../syscalls/pid-details.ts";
import type { Abi } from "../syscalls/table.ts";
import type { Value } from "../syscalls/value.ts";

/** strace's text for the error numbers of calls that a signal interrupted. */
const RESTART_MEANINGS: Readonly<Record<number, string>> = {
  [ERESTARTSYS]: "To be restarted if SA_RESTART is set",
  [ERESTARTNOINTR]: "To be restarted",
  [ERESTARTNOHAND]: "To be restarted if no handler",
  [ERESTART_RESTARTBLOCK]: "Interrupted by signal",
};

export const SEVERITIES = ["info", "warning", "danger"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A place in a call stack. */
export interface SyscallFrame {
  /** The mapped file, one character per byte; "" for none. */
  readonly path: string;
  /** The offset in the file; without one the address. */
  readonly position: bigint;
  /** The function, and the offset in it; "" if its name is not known. */
  readonly name: string;
  readonly offset: bigint;
}

/** -4095 as an unsigned int. */
const FIRST_UNSIGNED_ERROR = 0xfffff001n;

/** One call. Reused for another one after this one has ended. */
export class SyscallEvent {
  tid = 0;
  tgid = 0;
  name = "";
  abi: Abi = "x64";
  /** The number of the call in the table of its ABI. */
  number = 0;
  instructionPointer = 0n;
  /** By argument; undefined if it is not decoded yet, null if it is omitted. */
  readonly args: (Value | null | undefined)[] = [];
  /** The number of arguments that were decoded at the entry. */
  decodedAtEntry = 0;
  /** Signed, -errno if the call failed; null while it runs, or if its thread ended in it. */
  result: bigint | null = null;
  /** The path of the returned fd, if requested; one character per byte. */
  resultPath: string | undefined = undefined;
  /** What else is known of the returned fd. */
  resultDetails: FdDetails = {};
  /** What is known of the returned process. */
  resultPid: PidDetails = {};
  failed = false;
  /** strace's text of the result, if it is more than the number. */
  resultText: string | null = null;
  /** The wall clock time of the entry, in milliseconds with fractions. */
  time = 0;
  /** In milliseconds with fractions. */
  duration = 0;
  /** CPU time in the kernel between entry and exit, if requested; in milliseconds. */
  systemTime = 0;
  /** The files that the call accesses, if requested; known from the entry on. */
  files: readonly AccessedFile[] = [];
  /** The severity by the rules of filters/severity, and the text of the rule. */
  severity: Severity = "info";
  reason = "";
  /** The data that it read or wrote, if requested. */
  buffers: readonly IoBuffer[] = [];
  /** The call stack, the innermost frame first, if requested. */
  stack: readonly SyscallFrame[] = [];
  /** What was injected: the memory behind arguments, the result. */
  injected: readonly ("args" | "retval")[] = [];
  /** Whether the thread was held at the entry or the exit. */
  delayed = false;
  /** Whether the sink has already written the entry. */
  entryReported = false;

  /** Sets the result. Some calls return a negative errno as an unsigned int: modify_ldt(2). */
  setResult(result: bigint, failed: boolean): void {
    this.result = result;
    this.failed = failed || (this.name === "modify_ldt" && result >= FIRST_UNSIGNED_ERROR);
  }

  /** Returns the name and the meaning of errno; null if the call did not fail. */
  error(meaning: (errno: number) => string): readonly [name: string, meaning: string] | null {
    if (!this.failed || this.result === null) return null;
    const errno = -Number(BigInt.asIntN(32, this.result));
    return [errnoName(errno), RESTART_MEANINGS[errno] ?? meaning(errno)];
  }

  /** Whether a signal interrupted the call: the kernel restarts it, or it fails with EINTR. */
  get interrupted(): boolean {
    return this.failed && RESTART_MEANINGS[-Number(this.result ?? 0n)] !== undefined;
  }
}

/** The delivery of a signal to a tracee. */
export interface SignalEvent {
  readonly tid: number;
  readonly tgid: number;
  readonly signal: number;
  /** siginfo_t. */
  readonly info: DataView;
  /** The instruction pointer, if it is known. */
  readonly at?: bigint;
}

/** The end of a thread. */
export interface ExitEvent {
  readonly tid: number;
  readonly tgid: number;
  readonly code: number | null;
  readonly signal: number | null;
  readonly core: boolean;
}

/**
 * Receives the events of `trace syscalls`: unlike core's Sink, also those of a call that still runs.
 * The methods are those of the tracer's visitor (sources/ptrace/tracer.ts) with decoded events.
 */
export interface SyscallSink {
  /** Called at the entry of a call: its arguments are known. */
  syscallEntered?(event: SyscallEvent): void;
  /** Called at the exit of a call, and for a call in which its thread ended: its result is null. */
  syscallExited(event: SyscallEvent): void;
  /** Called for a call whose end will not be known, because its thread is detached from. */
  detached?(event: SyscallEvent): void;
  signal?(event: SignalEvent): void;
  /** Called when job control has stopped a thread. */
  groupStopped?(tid: number, signal: number): void;
  /** Called after an exec by a thread other than the leader: it continues under the leader's tid. */
  superseded?(tid: number, by: number): void;
  /** Called instead of `superseded` if that message is not wanted. */
  pidChanged?(tid: number, by: number): void;
  exited?(event: ExitEvent): void;
  /** Called with the number of traced threads: from two on, each line needs a thread id. */
  threadCountChanged?(count: number): void;
  flush?(): void;
  close?(): void;
}
