/** Handles the signals that trace receives while a command runs under it. */
import * as sig from "../../kernel/signal.ts";
import type { Child } from "../../process/child.ts";

/**
 * Signals that are forwarded to the command if a process sends them to trace: all but those that a
 * fault causes, that trace or its runtime ignore (SIGPIPE, SIGXFSZ, SIGPWR), and that stop what reads
 * or writes the terminal in the background.
 */
const FORWARDED_SIGNALS: readonly number[] = [
  sig.SIGHUP,
  sig.SIGINT,
  sig.SIGQUIT,
  sig.SIGABRT,
  sig.SIGUSR1,
  sig.SIGUSR2,
  sig.SIGALRM,
  sig.SIGTERM,
  sig.SIGSTKFLT,
  sig.SIGTSTP,
  sig.SIGURG,
  sig.SIGXCPU,
  sig.SIGVTALRM,
  sig.SIGPROF,
  sig.SIGWINCH,
  sig.SIGIO,
  ...sig.REAL_TIME_SIGNALS,
];
/** Those that do nothing, or stop a process, by default. */
const HARMLESS_SIGNALS: readonly number[] = [sig.SIGTSTP, sig.SIGURG, sig.SIGWINCH];
/** Signals that end a recording when the command has exited. */
export const TERMINATION_SIGNALS: readonly number[] = [sig.SIGINT, sig.SIGTERM, sig.SIGHUP];

/**
 * Whether a process sent a signal. One from the terminal has reached the command, too: it is in our
 * process group.
 */
export const isSent = ({ code }: sig.SignalRecord) => code <= sig.SI_USER;

/** The operations on the command that are needed here. */
type Command = Pick<Child, "pid" | "kill" | "stopSignal">;

/** Forwards signals to the command, and ends the recording at the second Ctrl-C. */
export class SignalForwarder {
  /** Those of the forwarded signals that end a process by default. */
  static readonly endingSignals = FORWARDED_SIGNALS.filter(
    (number) => !HARMLESS_SIGNALS.includes(number),
  );
  /** The signals that the event loop has to catch. */
  static readonly caughtSignals = [...FORWARDED_SIGNALS, sig.SIGCHLD, sig.SIGCONT];

  private interruptCount = 0;
  private readonly child: Command;
  private readonly suspend: (signal: number) => void;

  /** @param suspend stops trace itself with the signal */
  constructor(child: Command, suspend: (signal: number) => void) {
    this.child = child;
    this.suspend = suspend;
  }

  /** Whether the recording should end before the command does. */
  get interruptedTwice(): boolean {
    return this.interruptCount > 1;
  }

  forward(signals: readonly sig.SignalRecord[]): void {
    for (const signal of signals) {
      if (signal.number === sig.SIGINT) this.interruptCount++;
      const isForwarded =
        FORWARDED_SIGNALS.includes(signal.number) || signal.number === sig.SIGCONT;
      if (isForwarded && isSent(signal) && signal.pid !== this.child.pid)
        this.child.kill(signal.number);
    }
    const received = (number: number) => signals.some((signal) => signal.number === number);
    // Stop together with the command and by its signal, which a waiting shell shows.
    const stopSignal = received(sig.SIGCONT) ? 0 : this.child.stopSignal();
    if (signals.some((signal) => signal.number === sig.SIGTSTP && !isSent(signal)))
      this.suspend(sig.SIGTSTP);
    else if (stopSignal !== 0) this.suspend(stopSignal);
  }
}
