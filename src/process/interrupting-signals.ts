/** Catches signals so that they interrupt a blocking call: signal(7), sigaction(2) without SA_RESTART. */
import { check } from "../ffi/errno.ts";
import { pipe, readAvailable } from "../ffi/fd.ts";
import { allocate, foreign } from "../ffi/memory.ts";
import { native } from "../ffi/native.ts";
import { parseSignalRecords, SIGNAL_RECORD_SIZE, type SignalRecord } from "../kernel/signal.ts";
import { stopSelf } from "./stop-self.ts";

const MAX_SIGNALS = 64;
const NONE: readonly SignalRecord[] = [];

export class InterruptingSignals {
  private readonly fd: number;
  private readonly writer: number;
  private readonly caught: ReadonlySet<number>;
  private readonly bytes = allocate(SIGNAL_RECORD_SIZE * MAX_SIGNALS);
  private readonly signalCount: DataView;
  private lastCount = 0;

  /** @param numbers the signals to catch; those that this process ignores stay ignored */
  constructor(numbers: readonly number[]) {
    const { reader, writer } = pipe();
    this.fd = reader;
    this.writer = writer;
    this.caught = new Set(numbers);
    this.signalCount = foreign(native().trace_signal_count(), 4).view;
    this.catch(numbers);
  }

  private catch(numbers: readonly number[]): void {
    const memory = allocate(numbers.length * 4);
    for (const [index, signal] of numbers.entries()) memory.view.setInt32(index * 4, signal, true);
    const restart = 0;
    check(
      native().trace_catch_signals(this.writer, memory.address, numbers.length, restart),
      "sigaction",
    );
  }

  /** Stops this process as an uncaught `signal` does. Returns when it continues. */
  suspendSelf(signal: number): void {
    stopSelf(signal, this.caught.has(signal) ? () => this.catch([signal]) : null);
  }

  /** Returns the signals since the last call, in order. Makes no system call if there are none. */
  take(): readonly SignalRecord[] {
    const count = this.signalCount.getInt32(0, true);
    if (count === this.lastCount) return NONE;
    this.lastCount = count;
    native().trace_signals_taken();
    const length = readAvailable(this.fd, this.bytes);
    return length > 0 ? parseSignalRecords(this.bytes.view, length) : NONE;
  }
}
