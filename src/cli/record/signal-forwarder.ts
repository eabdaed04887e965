/** What the signals mean that come while a command runs under trace. */
import * as sig from "../../kernel/signal.ts";
import type { Child } from "../../process/child.ts";

/** Signals that somebody sends to trace are meant for the command. */
const FORWARDED = [sig.SIGHUP, sig.SIGINT, sig.SIGQUIT, sig.SIGUSR1, sig.SIGUSR2, sig.SIGTERM];

/** What there is to do with the command. */
type Command = Pick<Child, "pid" | "kill" | "wasStopped">;

/** Passes signals on, and ends the recording at the second Ctrl-C. */
export class SignalPolicy {
  /** What the loop is to catch for it. */
  static readonly signals = [...FORWARDED, sig.SIGCHLD, sig.SIGCONT];

  private interrupted = 0;
  private readonly child: Command;
  private readonly stop: (signal: number) => void;

  /** @param stop stops us too, as this signal does */
  constructor(child: Command, stop: (signal: number) => void) {
    this.child = child;
    this.stop = stop;
  }

  /** Whether the recording is to end before the command. */
  get gaveUp(): boolean {
    return this.interrupted > 1;
  }

  receive(signals: readonly sig.Signal[]): void {
    for (const signal of signals) {
      if (signal.number === sig.SIGINT) this.interrupted++;
      // The terminal's own signals have reached the command as well: it is in our process group.
      const sent = signal.code <= sig.SI_USER;
      const passed = FORWARDED.includes(signal.number) || signal.number === sig.SIGCONT;
      if (passed && sent && signal.pid !== this.child.pid) this.child.kill(signal.number);
    }
    const came = (number: number) => signals.some((signal) => signal.number === number);
    // A shell that waits for us sees the command stop: we stop as it did.
    const stopped = this.child.wasStopped() && !came(sig.SIGCONT);
    if (came(sig.SIGTSTP)) this.stop(sig.SIGTSTP);
    else if (stopped) this.stop(sig.SIGSTOP);
  }
}
