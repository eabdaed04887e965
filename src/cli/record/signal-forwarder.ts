/** What the signals mean that come while a command runs under trace. */
import * as sig from "../../kernel/signal.ts";
import type { Child } from "../../process/child.ts";

/** Signals that somebody sends to trace are meant for the command. */
const FORWARDED_SIGNALS = [
  sig.SIGHUP,
  sig.SIGINT,
  sig.SIGQUIT,
  sig.SIGUSR1,
  sig.SIGUSR2,
  sig.SIGTERM,
];

/** What there is to do with the command. */
type Command = Pick<Child, "pid" | "kill" | "wasStopped">;

/** Passes signals on, and ends the recording at the second Ctrl-C. */
export class SignalForwarder {
  /** What the loop is to catch for it. */
  static readonly caughtSignals = [...FORWARDED_SIGNALS, sig.SIGCHLD, sig.SIGCONT];

  private interruptCount = 0;
  private readonly child: Command;
  private readonly suspend: (signal: number) => void;

  /** @param stop stops us too, as this signal does */
  constructor(child: Command, stop: (signal: number) => void) {
    this.child = child;
    this.suspend = stop;
  }

  /** Whether the recording is to end before the command. */
  get interruptedTwice(): boolean {
    return this.interruptCount > 1;
  }

  forward(signals: readonly sig.SignalRecord[]): void {
    for (const signal of signals) {
      if (signal.number === sig.SIGINT) this.interruptCount++;
      // The terminal's own signals have reached the command as well: it is in our process group.
      const sent = signal.code <= sig.SI_USER;
      const passed = FORWARDED_SIGNALS.includes(signal.number) || signal.number === sig.SIGCONT;
      if (passed && sent && signal.pid !== this.child.pid) this.child.kill(signal.number);
    }
    const came = (number: number) => signals.some((signal) => signal.number === number);
    // A shell that waits for us sees the command stop: we stop as it did.
    const stopped = this.child.wasStopped() && !came(sig.SIGCONT);
    if (came(sig.SIGTSTP)) this.suspend(sig.SIGTSTP);
    else if (stopped) this.suspend(sig.SIGSTOP);
  }
}
