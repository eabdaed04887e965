/** Handles the signals that trace receives while it traces by ptrace(2). */
import { libc } from "../../ffi/libc.ts";
import * as sig from "../../kernel/signal.ts";
import { InterruptingSignals } from "../../process/interrupting-signals.ts";
import type { Tracer } from "../../sources/ptrace/tracer.ts";
import { isSent, SignalForwarder, TERMINATION_SIGNALS } from "./signal-forwarder.ts";

/** A command that is traced; the tracer consumes its end. */
export interface TracedCommand {
  readonly pid: number;
  /** Returns the exit status; null while the command runs. */
  status(): number | null;
}

/** Catches what would stop or end a tracer, without which its command cannot run. */
const CAUGHT_SIGNALS = SignalForwarder.caughtSignals.filter((number) => number !== sig.SIGCHLD);

export class TracerSignals {
  private readonly signals: InterruptingSignals;
  private readonly tracer: Pick<Tracer, "stopSignal">;
  private command: TracedCommand | null = null;
  private forwarder: SignalForwarder | null = null;
  private ended = false;
  /** The signal that ended a trace without a command. */
  endedBy: number | null = null;

  /** @param hasCommand whether a command is traced, not only running processes */
  constructor(tracer: Pick<Tracer, "stopSignal">, hasCommand: boolean) {
    this.tracer = tracer;
    this.signals = new InterruptingSignals(
      hasCommand ? CAUGHT_SIGNALS : SignalForwarder.endingSignals,
    );
  }

  /**
   * Passes signals on to the command from now on, also those that have arrived before.
   * @param suspends whether trace stops when the traced processes have stopped
   */
  forwardTo(command: TracedCommand, suspends = true): void {
    this.command = command;
    const { pid } = command;
    const kill = (signal: number) => void (command.status() ?? libc.kill(pid, signal));
    this.forwarder = new SignalForwarder(
      { pid, kill, stopSignal: () => (suspends ? this.tracer.stopSignal() : 0) },
      (signal) => this.signals.suspendSelf(signal),
    );
  }

  /**
   * Handles the signals since the last call, and stops trace once all traced processes have stopped.
   * @returns whether the trace is to end before its processes
   */
  handle(): boolean {
    const signals = this.signals.take();
    if (this.forwarder) this.forward(this.forwarder, signals);
    else this.endAt(signals);
    return this.ended;
  }

  private endAt([first]: readonly sig.SignalRecord[]): void {
    if (!first) return;
    this.ended = true;
    this.endedBy ??= first.number;
  }

  private forward(forwarder: SignalForwarder, signals: readonly sig.SignalRecord[]): void {
    const hasExited = this.command?.status() !== null;
    // Terminal stops reach the traced processes, which may handle them: trace stops when they have.
    forwarder.forward(signals.filter((each) => each.number !== sig.SIGTSTP || isSent(each)));
    this.ended ||=
      forwarder.interruptedTwice ||
      (hasExited && signals.some(({ number }) => TERMINATION_SIGNALS.includes(number)));
  }
}
