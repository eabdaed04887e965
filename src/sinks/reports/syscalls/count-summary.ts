/** Counts calls, errors and time by system call: strace -c. */

import type { Output } from "../../../core/sink.ts";
import type { SyscallEvent, SyscallSink } from "../../../events/syscall-event.ts";

interface CallCount {
  calls: number;
  errors: number;
  /** Milliseconds. */
  time: number;
}

const HEADER = "% time     seconds  usecs/call     calls    errors syscall\n";
const RULE = "------ ----------- ----------- --------- --------- ----------------\n";

export class CountSummarySink implements SyscallSink {
  private readonly counts = new Map<string, CallCount>();
  private readonly output: Output;

  constructor(output: Output) {
    this.output = output;
  }

  syscallExited({ name, failed, duration }: SyscallEvent): void {
    let counted = this.counts.get(name);
    if (!counted) {
      counted = { calls: 0, errors: 0, time: 0 };
      this.counts.set(name, counted);
    }
    counted.calls++;
    if (failed) counted.errors++;
    counted.time += duration;
  }

  close(): void {
    const rows = [...this.counts].sort((a, b) => b[1].time - a[1].time);
    const total = rows.reduce(
      (sum, [, each]) => ({
        calls: sum.calls + each.calls,
        errors: sum.errors + each.errors,
        time: sum.time + each.time,
      }),
      { calls: 0, errors: 0, time: 0 },
    );
    const line = (name: string, { calls, errors, time }: CallCount) => {
      const share = total.time ? (100 * time) / total.time : 0;
      const each = calls ? Math.round((time * 1000) / calls) : 0;
      const cells = [
        share.toFixed(2).padStart(6),
        (time / 1000).toFixed(6).padStart(11),
        String(each).padStart(11),
        String(calls).padStart(9),
        String(errors || "").padStart(9),
        name,
      ];
      return `${cells.join(" ")}\n`;
    };
    const text = `${HEADER}${RULE}${rows.map(([name, each]) => line(name, each)).join("")}${RULE}${line("total", total)}`;
    const bytes = new TextEncoder().encode(text);
    this.output.write(bytes, bytes.length);
  }
}
