/** Signals: signal(7), and the record that src/native/signals.c writes for each. */

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGXFSZ = 25;

/** From 1 on, as on x86-64 and arm64: include/uapi/asm-generic/signal.h. */
const SIGNAL_NAMES = `
  HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP
  TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS
`
  .trim()
  .split(/\s+/);
/** The kernel's first real-time signal; the C library keeps two for itself. */
const FIRST_REAL_TIME = 32;

/** "SIGKILL"; a real-time signal's as strace has it: SIGRT_2. */
export function signalName(number: number): string {
  const name = SIGNAL_NAMES[number - 1];
  if (name !== undefined) return `SIG${name}`;
  return number === FIRST_REAL_TIME ? "SIGRTMIN" : `SIGRT_${number - FIRST_REAL_TIME}`;
}

/** sigaction(2): calls that a signal interrupts go on. */
export const SA_RESTART = 0x10000000;

/** Dispositions: what a signal does by itself, and nothing. */
export const SIG_DFL = 0;
export const SIG_IGN = 1;

/** si_code of a signal that a process sent with kill(2); the terminal's own have SI_KERNEL. */
export const SI_USER = 0;

/** waitid(2): si_code of a SIGCHLD. */
export const CLD_EXITED = 1;
export const CLD_STOPPED = 5;

/** siginfo_t of a SIGCHLD: its size and the offsets of the fields we read. */
export const SIGINFO_SIZE = 128;
export const SIGINFO = { si_code: 8, si_pid: 16, si_status: 24 } as const;

/** struct trace_signal. */
export const SIGNAL_RECORD_SIZE = 16;

export interface SignalRecord {
  readonly number: number;
  readonly code: number;
  /** Who sent it, where a process did. */
  readonly pid: number;
}

/** Whole records from a pipe; a partial one at the end is left out. */
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
