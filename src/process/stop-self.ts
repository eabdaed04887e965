/** Stops this process as a signal that it does not catch would: signal(7). */
import { libc } from "../ffi/libc.ts";
import { SIG_DFL, SIG_IGN, SIGSTOP } from "../kernel/signal.ts";

/**
 * Returns when the process continues.
 * @param signal SIGSTOP, SIGTSTP, SIGTTIN or SIGTTOU
 * @param catchAgain catches the signal; null if it was not caught
 */
export function stopSelf(signal: number, catchAgain: (() => void) | null): void {
  const previous = signal === SIGSTOP ? SIG_DFL : libc.signal(signal, SIG_DFL);
  libc.kill(process.pid, signal);
  if (signal === SIGSTOP) return;
  if (catchAgain && previous !== SIG_IGN) catchAgain();
  else libc.signal(signal, previous);
}
