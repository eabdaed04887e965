/** Filters system calls by their status, the files they access, and their severity. */
import {
  type ExitEvent,
  SEVERITIES,
  type Severity,
  type SignalEvent,
  type SyscallEvent,
  type SyscallSink,
} from "../events/syscall-event.ts";
import { normalizePath } from "../text/path.ts";
import type { SeverityVerdict } from "./severity/classifier.ts";
import type { TraceExpression } from "./trace-expression.ts";

export interface SyscallFilterOptions {
  /** Classifies a call; the verdict is stored in the event. */
  readonly judge?: (event: SyscallEvent) => SeverityVerdict;
  readonly status: TraceExpression["status"];
  readonly mode: Severity;
  /** Whether to report a call, decided at entry. */
  readonly accepts?: (event: SyscallEvent) => boolean;
}

export class SyscallFilterSink implements SyscallSink {
  private readonly sink: SyscallSink;
  private readonly options: SyscallFilterOptions;
  private readonly rejected = new Set<SyscallEvent>();

  constructor(sink: SyscallSink, options: SyscallFilterOptions) {
    this.sink = sink;
    this.options = options;
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
      // The status is known only now, so the entry is reported late.
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
 * Returns a filter for calls that access one of the paths, by name or by fd: strace's -P.
 * @param paths absolute, one character per byte
 */
export function accessesAny(paths: readonly string[]): (event: SyscallEvent) => boolean {
  const wanted = new Set(paths.map(normalizePath));
  return ({ files }) => files.some(({ path }) => wanted.has(path));
}
