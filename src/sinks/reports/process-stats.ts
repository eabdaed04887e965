/** The sink of `trace procs --stat`: counts events by second, and at the end by command. */

import type { Output, Sink } from "../../core/sink.ts";
import type { ProcessEvent } from "../../events/process-event.ts";
import { printable } from "../../text/printable.ts";

const EVENT_NAMES = [
  "fork",
  "exec",
  "exit",
  "uid",
  "gid",
  "sid",
  "ptrace",
  "comm",
  "coredump",
] as const;
const SECOND_MS = 1000;
const WIDTH = 9;
const MAX_COMMANDS = 20;

type EventCounts = Map<string, number>;

function row(first: string, counts: EventCounts): string {
  const cells = EVENT_NAMES.map((kind) => String(counts.get(kind) ?? 0).padStart(WIDTH));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return `${first.padEnd(WIDTH)}${cells.join("")}${String(total).padStart(WIDTH)}`;
}

function header(first: string): string {
  return `${first.padEnd(WIDTH)}${[...EVENT_NAMES, "total"].map((kind) => kind.padStart(WIDTH)).join("")}`;
}

export class ProcessStatSink implements Sink<ProcessEvent> {
  delivered = 0;
  private readonly output: Output;
  private readonly now: () => number;
  private second: EventCounts = new Map();
  private readonly commands = new Map<string, EventCounts>();
  private nextSecondAt: number;
  private seconds = 0;

  /** @param now a clock in milliseconds */
  constructor(output: Output, now: () => number) {
    this.output = output;
    this.now = now;
    this.nextSecondAt = now() + SECOND_MS;
  }

  write({ event, processInfo }: ProcessEvent): void {
    this.delivered++;
    const kind = event.name;
    this.second.set(kind, (this.second.get(kind) ?? 0) + 1);
    const name = processInfo.comm || "(unknown)";
    const counts = this.commands.get(name) ?? new Map<string, number>();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    this.commands.set(name, counts);
  }

  /** Prints the seconds that have passed. */
  flush(): void {
    while (this.now() >= this.nextSecondAt) {
      if (this.seconds === 0) this.print(header("second"));
      this.print(row(String(++this.seconds), this.second));
      this.second = new Map();
      this.nextSecondAt += SECOND_MS;
    }
  }

  close(): void {
    const total = (counts: EventCounts) =>
      [...counts.values()].reduce((sum, count) => sum + count, 0);
    const top = [...this.commands].sort((a, b) => total(b[1]) - total(a[1])).slice(0, MAX_COMMANDS);
    this.print("");
    this.print(`${header("")}  command`);
    for (const [name, counts] of top) this.print(`${row("", counts)}  ${printable(name)}`);
  }

  private print(line: string): void {
    const bytes = new TextEncoder().encode(`${line}\n`);
    this.output.write(bytes, bytes.length);
  }
}
