/** How a trace ends: with its command, or because somebody asks for it. */

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

  /** @param attached whether processes were there before us: then the first Ctrl-C ends the trace */
  constructor(attached: boolean) {
    this.attached = attached;
    const { reader, writer } = pipe();
    this.fd = reader;
    const numbers = allocate(CAUGHT_SIGNALS.length * 4);
    for (const [index, signal] of CAUGHT_SIGNALS.entries())
      numbers.view.setInt32(index * 4, signal, true);
    this.signalCount = foreign(native().trace_signal_count(), 4).view;
    const restart = 0; // waitpid is to come back when one comes
    check(
      native().trace_catch_signals(writer, numbers.address, CAUGHT_SIGNALS.length, restart),
      "sigaction",
    );
  }

  /** Ctrl-C goes to the command, which ends as it likes; a second one, or with -p the first, is ours. */
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
