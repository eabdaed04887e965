/** Catches the signals that end a trace before its command has ended: signal(7). */

import { check } from "../../ffi/errno.ts";
import { pipe, readAvailable } from "../../ffi/fd.ts";
import { allocate, foreign } from "../../ffi/memory.ts";
import { native } from "../../ffi/native.ts";
import {
  parseSignalRecords,
  SIGHUP,
  SIGINT,
  SIGNAL_RECORD_SIZE,
  SIGTERM,
} from "../../kernel/signal.ts";

const CAUGHT_SIGNALS = [SIGINT, SIGTERM, SIGHUP];
const MAX_SIGNALS = 16;

export class TraceInterrupt {
  private readonly fd: number;
  private readonly bytes = allocate(SIGNAL_RECORD_SIZE * MAX_SIGNALS);
  private readonly attached: boolean;
  private interrupts = 0;
  private readonly signalCount: DataView;
  private lastCount = 0;

  /** @param attached whether running processes are traced: the first Ctrl-C then ends the trace */
  constructor(attached: boolean) {
    this.attached = attached;
    const { reader, writer } = pipe();
    this.fd = reader;
    const numbers = allocate(CAUGHT_SIGNALS.length * 4);
    for (const [index, signal] of CAUGHT_SIGNALS.entries())
      numbers.view.setInt32(index * 4, signal, true);
    this.signalCount = foreign(native().trace_signal_count(), 4).view;
    const restart = 0; // waitpid must return when a signal arrives
    check(
      native().trace_catch_signals(writer, numbers.address, CAUGHT_SIGNALS.length, restart),
      "sigaction",
    );
  }

  /**
   * Whether the trace should end. The command receives the first Ctrl-C too, and decides itself; the
   * second one, or with -p the first, ends the trace.
   */
  get requested(): boolean {
    const count = this.signalCount.getInt32(0, true);
    if (count !== this.lastCount) this.readSignals();
    this.lastCount = count;
    return this.interrupts > (this.attached ? 0 : 1);
  }

  private readSignals(): void {
    const length = readAvailable(this.fd, this.bytes);
    if (length > 0)
      for (const { number } of parseSignalRecords(this.bytes.view, length))
        this.interrupts += number === SIGINT ? 1 : 2;
  }
}
