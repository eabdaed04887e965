/**
 * Lets only those calls through that were chosen: by how they ended, by the files they concern, by
 * how much they matter.
 */
import {
  type ExitEvent,
  SEVERITIES,
  type Severity,
  type SignalEvent,
  type SyscallEvent,
  type SyscallSink,
} from "../events/syscall-event.ts";
import { normalizePath } from "../syscalls/accessed-files.ts";
import type { SeverityVerdict } from "./severity/classifier.ts";
import type { TraceExpression } from "./trace-expression.ts";

export interface SyscallFilterOptions {
  /** Says how much a call matters, which is kept in it. */
  readonly judge?: (event: SyscallEvent) => SeverityVerdict;
  readonly status: TraceExpression["status"];
  readonly mode: Severity;
  /** Whether a call that begins may be told. */
  readonly accepts?: (event: SyscallEvent) => boolean;
}

export class SyscallFilterSink implements SyscallSink {
  private readonly sink: SyscallSink;
  private readonly options: SyscallFilterOptions;
  private readonly rejected = new Set<SyscallEvent>();

  constructor(sink: SyscallSink, choice: SyscallFilterOptions) {
    this.sink = sink;
    this.options = choice;
  }

  syscallEntered(event: SyscallEvent): void {
    if (this.options.judge) {
      const { severity, reason } = this.options.judge(event);
      event.severity = severity;
      event.reason = reason;
    }
    const { mode, accepts } = this.options;
    const matters = SEVERITIES.indexOf(event.severity) >= SEVERITIES.indexOf(mode);
    if (!matters || (accepts && !accepts(event))) this.rejected.add(event);
    else if (this.options.status === "all") this.sink.syscallEntered?.(event);
  }

  syscallExited(event: SyscallEvent): void {
    if (this.rejected.delete(event)) return;
    const { status } = this.options;
    if (status !== "all") {
      if (event.failed !== (status === "failed")) return;
      // How it ends had to be known first.
      this.sink.syscallEntered?.(event);
    }
    this.sink.syscallExited(event);
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

/**
 * Calls that concern one of the paths, by name or by fd: strace's -P.
 * @param paths absolute, one character a byte
 */
export function accessesAny(paths: readonly string[]): (event: SyscallEvent) => boolean {
  const asked = new Set(paths.map(normalizePath));
  return ({ files }) => files.some(({ path }) => asked.has(path));
}
