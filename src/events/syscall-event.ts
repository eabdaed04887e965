/** A system call with its arguments decoded: what `trace syscalls` tells. */
import { errnoName } from "../kernel/errno.ts";
import type { AccessedFile } from "../syscalls/accessed-files.ts";
import type { Abi } from "../syscalls/table.ts";
import type { Value } from "../syscalls/value.ts";

/** The kernel's own error numbers for a call that a signal interrupted: include/linux/errno.h. */
const RESTART_ERRORS: Readonly<Record<number, readonly [name: string, meaning: string]>> = {
  512: ["ERESTARTSYS", "To be restarted if SA_RESTART is set"],
  513: ["ERESTARTNOINTR", "To be restarted"],
  514: ["ERESTARTNOHAND", "To be restarted if no handler"],
  516: ["ERESTART_RESTARTBLOCK", "Interrupted by signal"],
};

export const SEVERITIES = ["info", "warning", "danger"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Used again for another call when this one is over. */
export class SyscallEvent {
  tid = 0;
  tgid = 0;
  name = "";
  abi: Abi = "x64";
  /** By argument; undefined: not decoded yet, null: left out. */
  readonly args: (Value | null | undefined)[] = [];
  /** How many arguments could be decoded at the entry. */
  decodedAtEntry = 0;
  /** Signed; -errno where it failed; null while it runs, or where the thread ended in it. */
  result: bigint | null = null;
  /** Where the fd leads that it gave, where that is asked for: one character a byte. */
  resultPath: string | undefined = undefined;
  failed = false;
  /** What strace writes where the number does not say it all. */
  resultText: string | null = null;
  /** When it began, on the wall clock, in milliseconds with fractions, and how long it took. */
  time = 0;
  duration = 0;
  /** Which files it concerns, where that is asked for: known from its beginning on. */
  files: readonly AccessedFile[] = [];
  /** How much it matters, by the rules (filters/danger.ts), and why. */
  severity: Severity = "info";
  reason = "";
  /** Its beginning has been told already. */
  entryReported = false;

  /** errno's name and meaning; null where it did not fail. */
  error(meaning: (errno: number) => string): readonly [name: string, meaning: string] | null {
    if (!this.failed || this.result === null) return null;
    const errno = -Number(this.result);
    return RESTART_ERRORS[errno] ?? [errnoName(errno), meaning(errno)];
  }

  /** It will be made again, or ends as EINTR. */
  get interrupted(): boolean {
    return this.failed && RESTART_ERRORS[-Number(this.result ?? 0n)] !== undefined;
  }
}

/** What else happens to a tracee. */
export interface SignalEvent {
  readonly tid: number;
  readonly tgid: number;
  readonly signal: number;
  /** siginfo_t. */
  readonly info: DataView;
}

export interface ExitEvent {
  readonly tid: number;
  readonly tgid: number;
  readonly code: number | null;
  readonly signal: number | null;
  readonly core: boolean;
}

/** Where calls go: sinks that show a call while it runs, unlike those of a record. */
export interface SyscallSink {
  /** A call begins: what it is given is known. */
  syscallEntered(event: SyscallEvent): void;
  syscallExited(event: SyscallEvent): void;
  signal(event: SignalEvent): void;
  groupStopped(tid: number, signal: number): void;
  superseded(tid: number, by: number): void;
  exited(event: ExitEvent): void;
  /** How many threads there are: names of threads are needed from two on. */
  threadCountChanged(count: number): void;
  flush(): void;
  close(): void;
}
