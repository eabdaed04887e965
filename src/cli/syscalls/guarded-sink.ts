/** A sink whose failure does not reach the tracer, in whose hands the traced processes are. */
import type {
  ExitEvent,
  SignalEvent,
  SyscallEvent,
  SyscallSink,
} from "../../events/syscall-event.ts";
import { SystemError } from "../../ffi/errno.ts";
import { OutputClosedError } from "../../storage/output-file.ts";

/** Passes everything on until the output fails. */
export class GuardedSink implements SyscallSink {
  /** The first error of the output; nothing is written after it. */
  failure: SystemError | OutputClosedError | null = null;
  private readonly sink: SyscallSink;

  constructor(sink: SyscallSink) {
    this.sink = sink;
  }

  private attempt(work: () => void): void {
    if (this.failure) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof SystemError || error instanceof OutputClosedError)) throw error;
      this.failure = error;
    }
  }

  syscallEntered(event: SyscallEvent): void {
    this.attempt(() => this.sink.syscallEntered?.(event));
  }
  syscallExited(event: SyscallEvent): void {
    this.attempt(() => this.sink.syscallExited(event));
  }
  detached(event: SyscallEvent): void {
    this.attempt(() => this.sink.detached?.(event));
  }
  signal(event: SignalEvent): void {
    this.attempt(() => this.sink.signal?.(event));
  }
  groupStopped(tid: number, signal: number): void {
    this.attempt(() => this.sink.groupStopped?.(tid, signal));
  }
  superseded(tid: number, by: number): void {
    this.attempt(() => this.sink.superseded?.(tid, by));
  }
  exited(event: ExitEvent): void {
    this.attempt(() => this.sink.exited?.(event));
  }
  threadCountChanged(count: number): void {
    this.attempt(() => this.sink.threadCountChanged?.(count));
  }
  flush(): void {
    this.attempt(() => this.sink.flush?.());
  }
  close(): void {
    this.attempt(() => this.sink.close?.());
  }
}
