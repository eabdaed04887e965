/** Filters system calls by their status, the files they access, and their severity. */
import {
  type ExitEvent,
  SEVERITIES,
  type Severity,
  type SignalEvent,
  type SyscallEvent,
  type SyscallSink,
} from "../events/syscall-event.ts";
import { pathTexts } from "../syscalls/accessed-files.ts";
import type { Value } from "../syscalls/value.ts";
import { normalizePath } from "../text/path.ts";
import { Selection } from "./selection.ts";
import type { SeverityVerdict } from "./severity/classifier.ts";
import type { CallStatus, MessageKind } from "./trace-expression.ts";

export interface SyscallFilterOptions {
  /** Classifies a call; the verdict is stored in the event. */
  readonly judge?: (event: SyscallEvent) => SeverityVerdict;
  readonly status: Selection<CallStatus>;
  readonly mode: Severity;
  /** The signals to report; all by default. */
  readonly signals?: Selection<number>;
  /** The messages not to report; none by default. */
  readonly quiet?: Selection<MessageKind>;
  /** Whether to report a call, decided at entry. */
  readonly accepts?: (event: SyscallEvent) => boolean;
}

function statusOf({ result, failed }: SyscallEvent): CallStatus {
  if (result === null) return "unfinished";
  return failed ? "failed" : "successful";
}

export class SyscallFilterSink implements SyscallSink {
  private readonly sink: SyscallSink;
  private readonly options: SyscallFilterOptions;
  private readonly signals: Selection<number>;
  private readonly quiet: Selection<MessageKind>;
  private readonly rejected = new Set<SyscallEvent>();
  /** Calls whose entry is reported only if their status is wanted. */
  private readonly withheld = new Set<SyscallEvent>();

  constructor(sink: SyscallSink, options: SyscallFilterOptions) {
    this.sink = sink;
    this.options = options;
    this.signals = options.signals ?? Selection.all();
    this.quiet = options.quiet ?? new Selection();
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
    else if (this.options.status.complete) this.sink.syscallEntered?.(event);
    else this.withheld.add(event);
  }

  syscallExited(event: SyscallEvent): void {
    if (this.rejected.delete(event)) return;
    const { status } = this.options;
    if (!status.complete) {
      this.withheld.delete(event);
      if (!status.has(statusOf(event))) return;
      // The status is known only now, so the entry is reported late.
      this.sink.syscallEntered?.(event);
    }
    this.sink.syscallExited(event);
  }

  detached(event: SyscallEvent): void {
    if (this.rejected.delete(event)) return;
    const { status } = this.options;
    if (!status.has("detached")) {
      this.withheld.delete(event);
      return;
    }
    if (this.withheld.delete(event)) this.sink.syscallEntered?.(event);
    this.sink.detached?.(event);
  }

  signal(event: SignalEvent): void {
    if (this.signals.has(event.signal)) this.sink.signal?.(event);
  }
  groupStopped(tid: number, signal: number): void {
    if (this.signals.has(signal)) this.sink.groupStopped?.(tid, signal);
  }
  superseded(tid: number, by: number): void {
    if (this.quiet.has("thread-execve")) this.sink.pidChanged?.(tid, by);
    else this.sink.superseded?.(tid, by);
  }
  exited(event: ExitEvent): void {
    const { signal } = event;
    const isWanted = signal === null ? !this.quiet.has("exit") : this.signals.has(signal);
    if (isWanted) this.sink.exited?.(event);
  }
  threadCountChanged(count: number): void {
    this.sink.threadCountChanged?.(count);
  }
  flush(): void {
    this.sink.flush?.();
  }
  close(): void {
    for (const event of [...this.withheld]) this.detached(event);
    this.sink.close?.();
  }
}

/**
 * Returns a filter for calls that access one of the paths, by name or by fd: strace's -P. An fd also
 * counts as the directory of an absolute name, where the kernel does not use it.
 * @param paths absolute, one character per byte
 * @param texts names that a program may pass as they are: "data/a" also after it changed directory
 */
export function accessesAny(
  paths: readonly string[],
  texts: readonly string[] = [],
): (event: SyscallEvent) => boolean {
  const wanted = new Set(paths.map(normalizePath));
  const names = new Set(texts);
  const isWanted = (value: Value | null | undefined) =>
    value?.kind === "fd" && value.fd >= 0 && value.path !== undefined && wanted.has(value.path);
  return (event) =>
    event.files.some(({ path }) => wanted.has(path)) ||
    event.args.some(isWanted) ||
    (names.size > 0 && pathTexts(event).some((name) => names.has(name)));
}
