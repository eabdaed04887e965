/** Converts calls to rows for any of the formats. */

import type { Sink } from "../../../core/sink.ts";
import type {
  ExitEvent,
  SignalEvent,
  SyscallEvent,
  SyscallSink,
} from "../../../events/syscall-event.ts";
import { SyscallRow } from "../../../events/syscall-row.ts";

export class RowSink implements SyscallSink {
  private readonly sink: Sink<SyscallRow>;
  private readonly now: () => number;
  private readonly row = new SyscallRow();
  /** Calls that have not returned yet. */
  private readonly running = new Set<SyscallEvent>();

  /** @param now returns the wall clock time in milliseconds */
  constructor(sink: Sink<SyscallRow>, now: () => number) {
    this.sink = sink;
    this.now = now;
  }

  private write(event: SyscallRow["event"], tid: number, tgid: number, time: number): void {
    const { row } = this;
    row.event = event;
    row.tid = tid;
    row.tgid = tgid;
    row.time = time;
    this.sink.write(row);
    row.call = null;
    row.signal = null;
    row.exit = null;
    row.number = null;
  }

  syscallEntered(event: SyscallEvent): void {
    this.running.add(event);
  }

  syscallExited(event: SyscallEvent): void {
    this.running.delete(event);
    this.row.call = event;
    this.write("call", event.tid, event.tgid, event.time);
  }

  /** Reports the call without a result. */
  detached(event: SyscallEvent): void {
    this.syscallExited(event);
  }

  signal(event: SignalEvent): void {
    this.row.signal = event;
    this.write("signal", event.tid, event.tgid, this.now());
  }

  groupStopped(tid: number, signal: number): void {
    this.row.number = signal;
    this.write("stop", tid, tid, this.now());
  }

  superseded(tid: number, by: number): void {
    this.row.number = by;
    this.write("superseded", tid, tid, this.now());
  }

  exited(event: ExitEvent): void {
    this.row.exit = event;
    this.write("exit", event.tid, event.tgid, this.now());
  }

  flush(): void {
    this.sink.flush();
  }

  /** Reports calls that have not returned, without a result. */
  close(): void {
    for (const event of [...this.running]) this.syscallExited(event);
    this.sink.close();
  }
}
