/** Sinks of system calls that pass what they receive to other sinks. */
import type {
  ExitEvent,
  SignalEvent,
  SyscallEvent,
  SyscallSink,
} from "../../../events/syscall-event.ts";

/** Passes everything to several sinks, which are closed in their order: strace -C. */
export class TeeSyscallSink implements SyscallSink {
  private readonly sinks: readonly SyscallSink[];

  constructor(...sinks: readonly SyscallSink[]) {
    this.sinks = sinks;
  }

  syscallEntered(event: SyscallEvent): void {
    for (const sink of this.sinks) sink.syscallEntered?.(event);
  }
  syscallExited(event: SyscallEvent): void {
    for (const sink of this.sinks) sink.syscallExited(event);
  }
  detached(event: SyscallEvent): void {
    for (const sink of this.sinks) sink.detached?.(event);
  }
  signal(event: SignalEvent): void {
    for (const sink of this.sinks) sink.signal?.(event);
  }
  groupStopped(tid: number, signal: number): void {
    for (const sink of this.sinks) sink.groupStopped?.(tid, signal);
  }
  superseded(tid: number, by: number): void {
    for (const sink of this.sinks) sink.superseded?.(tid, by);
  }
  pidChanged(tid: number, by: number): void {
    for (const sink of this.sinks) sink.pidChanged?.(tid, by);
  }
  exited(event: ExitEvent): void {
    for (const sink of this.sinks) sink.exited?.(event);
  }
  threadCountChanged(count: number): void {
    for (const sink of this.sinks) sink.threadCountChanged?.(count);
  }
  flush(): void {
    for (const sink of this.sinks) sink.flush?.();
  }
  close(): void {
    for (const sink of this.sinks) sink.close?.();
  }
}

/** Passes the events of each thread to a sink of its own: strace -ff. */
export class SeparateSink implements SyscallSink {
  private readonly sinks = new Map<number, SyscallSink>();
  private readonly open: (tid: number) => SyscallSink;

  /** @param open opens the sink of a thread at its first event */
  constructor(open: (tid: number) => SyscallSink) {
    this.open = open;
  }

  private sinkOf(tid: number): SyscallSink {
    let sink = this.sinks.get(tid);
    if (!sink) {
      sink = this.open(tid);
      this.sinks.set(tid, sink);
    }
    return sink;
  }

  syscallEntered(event: SyscallEvent): void {
    this.sinkOf(event.tid).syscallEntered?.(event);
  }
  syscallExited(event: SyscallEvent): void {
    this.sinkOf(event.tid).syscallExited(event);
  }
  detached(event: SyscallEvent): void {
    this.sinkOf(event.tid).detached?.(event);
  }
  signal(event: SignalEvent): void {
    this.sinkOf(event.tid).signal?.(event);
  }
  groupStopped(tid: number, signal: number): void {
    this.sinkOf(tid).groupStopped?.(tid, signal);
  }
  superseded(tid: number, by: number): void {
    this.sinkOf(tid).superseded?.(tid, by);
  }
  exited(event: ExitEvent): void {
    const sink = this.sinkOf(event.tid);
    sink.exited?.(event);
    sink.close?.();
    this.sinks.delete(event.tid);
  }
  close(): void {
    for (const sink of this.sinks.values()) sink.close?.();
    this.sinks.clear();
  }
}
