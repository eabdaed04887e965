/** Signals: signal(7), and the records that src/native/signals.c writes. */

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGABRT = 6;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGSTKFLT = 16;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGURG = 23;
export const SIGXCPU = 24;
export const SIGXFSZ = 25;
export const SIGVTALRM = 26;
export const SIGPROF = 27;
export const SIGWINCH = 28;
export const SIGIO = 29;
export const SIGSYS = 31;

/** Names from number 1, the same on x86-64 and arm64: include/uapi/asm-generic/signal.h. */
const SIGNAL_NAMES = `
  HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP
  TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS
`
  .trim()
  .split(/\s+/);
/** The kernel's first real-time signal. The C library reserves two. */
const FIRST_REAL_TIME = 32;
export const MAX_SIGNAL = 64;
/** Those that programs can use: signal(7). */
export const REAL_TIME_SIGNALS: readonly number[] = Array.from(
  { length: MAX_SIGNAL - FIRST_REAL_TIME - 1 },
  (_, index) => FIRST_REAL_TIME + 2 + index,
);

/** Returns a signal's name: "SIGKILL", or as in strace "SIGRT_2" for a real-time signal. */
export function signalName(number: number): string {
  const name = SIGNAL_NAMES[number - 1];
  if (name !== undefined) return `SIG${name}`;
  return number === FIRST_REAL_TIME ? "SIGRTMIN" : `SIGRT_${number - FIRST_REAL_TIME}`;
}

/** Returns the number of "SIGINT", "int" or "2"; undefined if there is no such signal. */
export function signalNumber(word: string): number | undefined {
  if (/^\d+$/.test(word)) return Number(word) <= 255 ? Number(word) : undefined;
  const name = `SIG${word.toUpperCase().replace(/^SIG/, "")}`;
  const numbers = Array.from({ length: MAX_SIGNAL }, (_, index) => index + 1);
  return numbers.find((number) => signalName(number) === name);
}

/** sigaction(2): interrupted calls are restarted. */
export const SA_RESTART = 0x10000000;

/** Dispositions: signal(2). */
export const SIG_DFL = 0;
export const SIG_IGN = 1;

/** si_code of a signal sent by kill(2). Those of the terminal have SI_KERNEL. */
export const SI_USER = 0;

/** si_code of a SIGCHLD: waitid(2). */
export const CLD_EXITED = 1;
export const CLD_STOPPED = 5;

/** siginfo_t of a SIGCHLD: its size and the offsets of the fields that we read. */
export const SIGINFO_SIZE = 128;
export const SIGINFO = { si_code: 8, si_pid: 16, si_status: 24 } as const;

/** struct trace_signal. */
export const SIGNAL_RECORD_SIZE = 16;

export interface SignalRecord {
  readonly number: number;
  readonly code: number;
  /** The sender, if it was a process. */
  readonly pid: number;
}

/** Parses records from a pipe. A partial record at the end is skipped. */
export function parseSignalRecords(bytes: DataView, length: number): SignalRecord[] {
  const signals: SignalRecord[] = [];
  const usable = Math.min(length, bytes.byteLength);
  for (let at = 0; at + SIGNAL_RECORD_SIZE <= usable; at += SIGNAL_RECORD_SIZE)
    signals.push({
      number: bytes.getUint32(at, true),
      code: bytes.getInt32(at + 4, true),
      pid: bytes.getInt32(at + 8, true),
    });
  return signals;
}
