/**
 * Lets only those calls through that were chosen: by how they ended, by the files they concern, by
 * how much they matter.
 */
import {
  type EndEvent,
  MODES,
  type Mode,
  type SignalEvent,
  type SyscallEvent,
  type SyscallSink,
} from "../events/syscall-event.ts";
import { normalized } from "../syscalls/accessed-files.ts";
import type { Verdict } from "./severity/classifier.ts";
import type { SyscallChoice } from "./trace-expression.ts";

export interface CallChoice {
  /** Says how much a call matters, which is kept in it. */
  readonly judge?: (event: SyscallEvent) => Verdict;
  readonly status: SyscallChoice["status"];
  readonly mode: Mode;
  /** Whether a call that begins may be told. */
  readonly accepts?: (event: SyscallEvent) => boolean;
}

export class ChosenCalls implements SyscallSink {
  private readonly sink: SyscallSink;
  private readonly choice: CallChoice;
  private readonly passedOver = new Set<SyscallEvent>();

  constructor(sink: SyscallSink, choice: CallChoice) {
    this.sink = sink;
    this.choice = choice;
  }

  begin(event: SyscallEvent): void {
    if (this.choice.judge) {
      const { mode, reason } = this.choice.judge(event);
      event.mode = mode;
      event.reason = reason;
    }
    const { mode, accepts } = this.choice;
    const matters = MODES.indexOf(event.mode) >= MODES.indexOf(mode);
    if (!matters || (accepts && !accepts(event))) this.passedOver.add(event);
    else if (this.choice.status === "all") this.sink.begin(event);
  }

  end(event: SyscallEvent): void {
    if (this.passedOver.delete(event)) return;
    const { status } = this.choice;
    if (status !== "all") {
      if (event.failed !== (status === "failed")) return;
      // How it ends had to be known first.
      this.sink.begin(event);
    }
    this.sink.end(event);
  }

  signal(event: SignalEvent): void {
    this.sink.signal(event);
  }
  stopped(tid: number, signal: number): void {
    this.sink.stopped(tid, signal);
  }
  superseded(tid: number, by: number): void {
    this.sink.superseded(tid, by);
  }
  exited(event: EndEvent): void {
    this.sink.exited(event);
  }
  threads(count: number): void {
    this.sink.threads(count);
  }
  flush(): void {
    this.sink.flush();
  }
  close(): void {
    this.sink.close();
  }
}

/**
 * Calls that concern one of the paths, by name or by fd: strace's -P.
 * @param paths absolute, one character a byte
 */
export function concerning(paths: readonly string[]): (event: SyscallEvent) => boolean {
  const asked = new Set(paths.map(normalized));
  return ({ files }) => files.some(({ path }) => asked.has(path));
}
