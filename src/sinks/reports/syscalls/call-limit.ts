/** Passes on a number of calls, and no call after them: strace --syscall-limit. */
import type {
  ExitEvent,
  SignalEvent,
  SyscallEvent,
  SyscallSink,
} from "../../../events/syscall-event.ts";

export class CallLimitSink implements SyscallSink {
  private readonly sink: SyscallSink;
  private remaining: number;

  /** @param limit Infinity for none */
  constructor(sink: SyscallSink, limit: number) {
    this.sink = sink;
    this.remaining = limit;
  }

  get reached(): boolean {
    return this.remaining <= 0;
  }

  syscallEntered(event: SyscallEvent): void {
    if (!this.reached) this.sink.syscallEntered?.(event);
  }
  syscallExited(event: SyscallEvent): void {
    if (this.reached) return;
    this.remaining--;
    this.sink.syscallExited(event);
  }
  detached(event: SyscallEvent): void {
    this.sink.detached?.(event);
  }
  signal(event: SignalEvent): void {
    this.sink.signal?.(event);
  }
  groupStopped(tid: number, signal: number): void {
    this.sink.groupStopped?.(tid, signal);
  }
  superseded(tid: number, by: number): void {
    this.sink.superseded?.(tid, by);
  }
  pidChanged(tid: number, by: number): void {
    this.sink.pidChanged?.(tid, by);
  }
  exited(event: ExitEvent): void {
    this.sink.exited?.(event);
  }
  threadCountChanged(count: number): void {
    this.sink.threadCountChanged?.(count);
  }
  flush(): void {
    this.sink.flush?.();
  }
  close(): void {
    this.sink.close?.();
  }
}
