/** Counts calls, errors and time by system call: strace -c, its columns (-U) and their order (-S). */

import type { Output } from "../../../core/sink.ts";
import type { SyscallEvent, SyscallSink } from "../../../events/syscall-event.ts";

interface CallCount {
  readonly name: string;
  calls: number;
  errors: number;
  /** Milliseconds. */
  time: number;
  shortest: number;
  longest: number;
}

/** A column of the table. */
interface CountColumn {
  readonly title: string;
  readonly width: number;
  /** @param total the time of all calls */
  text(count: CallCount, total: number): string;
  /** Negative if the first is to come before the second. */
  compare(a: CallCount, b: CallCount): number;
  /** Aligns to the left. */
  readonly left?: boolean;
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(6);
const average = ({ time, calls }: CallCount) => (calls === 0 ? 0 : time / calls);
const share = (part: number, total: number) => (total === 0 ? 0 : (100 * part) / total);
const TOTAL = "total";
const descending =
  (key: (count: CallCount) => number): CountColumn["compare"] =>
  (a, b) =>
    key(b) - key(a);

const COLUMNS = {
  "time-percent": {
    title: "% time",
    width: 6,
    text: ({ name, time }, total) => (name === TOTAL ? 100 : share(time, total)).toFixed(2),
    compare: descending(({ time }) => time),
  },
  "total-time": {
    title: "seconds",
    width: 11,
    text: ({ time }) => seconds(time),
    compare: descending(({ time }) => time),
  },
  "min-time": {
    title: "shortest",
    width: 8,
    text: ({ shortest }) => seconds(shortest),
    compare: descending(({ shortest }) => shortest),
  },
  "max-time": {
    title: "longest",
    width: 8,
    text: ({ longest }) => seconds(longest),
    compare: descending(({ longest }) => longest),
  },
  "avg-time": {
    title: "usecs/call",
    width: 11,
    text: (count) => String(Math.floor(average(count) * 1000)),
    compare: descending(average),
  },
  calls: {
    title: "calls",
    width: 9,
    text: ({ calls }) => String(calls),
    compare: descending(({ calls }) => calls),
  },
  errors: {
    title: "errors",
    width: 9,
    text: ({ errors }) => String(errors || ""),
    compare: descending(({ errors }) => errors),
  },
  name: {
    title: "syscall",
    width: 16,
    text: ({ name }) => name,
    compare: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    left: true,
  },
} as const satisfies Record<string, CountColumn>;
export type CountColumnName = keyof typeof COLUMNS;

/** strace's names of columns. */
export const COUNT_COLUMNS: Readonly<Record<string, CountColumnName>> = {
  time: "time-percent",
  "time-percent": "time-percent",
  "time-total": "total-time",
  "total-time": "total-time",
  "min-time": "min-time",
  "time-min": "min-time",
  shortest: "min-time",
  "max-time": "max-time",
  "time-max": "max-time",
  longest: "max-time",
  "avg-time": "avg-time",
  "time-avg": "avg-time",
  calls: "calls",
  count: "calls",
  error: "errors",
  errors: "errors",
  name: "name",
  syscall: "name",
  "syscall-name": "name",
};
const DEFAULT_COLUMNS: readonly CountColumnName[] = [
  "time-percent",
  "total-time",
  "avg-time",
  "calls",
  "errors",
  "name",
];

export interface CountOptions {
  readonly columns: readonly CountColumnName[];
  /** Null for the order in which the calls were first made. */
  readonly order: CountColumnName | null;
  /** Counts the time between entry and exit, not the CPU time in the kernel. */
  readonly wallClock: boolean;
  /** Milliseconds to subtract from the time of each call. */
  readonly overhead: number;
}

export const DEFAULT_COUNT_OPTIONS: CountOptions = {
  columns: DEFAULT_COLUMNS,
  order: "time-percent",
  wallClock: false,
  overhead: 0,
};

function sumOf(counts: readonly CallCount[]): CallCount {
  const sum = { name: TOTAL, calls: 0, errors: 0, time: 0, shortest: Infinity, longest: 0 };
  for (const { calls, errors, time, shortest, longest } of counts) {
    sum.calls += calls;
    sum.errors += errors;
    sum.time += time;
    sum.shortest = Math.min(sum.shortest, shortest);
    sum.longest = Math.max(sum.longest, longest);
  }
  return { ...sum, shortest: counts.length === 0 ? 0 : sum.shortest };
}

export class CountSummarySink implements SyscallSink {
  private readonly counts = new Map<string, CallCount>();
  private readonly output: Output;
  private readonly options: CountOptions;

  constructor(output: Output, options = DEFAULT_COUNT_OPTIONS) {
    this.output = output;
    this.options = options;
  }

  syscallExited({ name, failed, duration, systemTime, result }: SyscallEvent): void {
    // A call that did not return is not counted, as in strace.
    if (result === null) return;
    let counted = this.counts.get(name);
    if (!counted) {
      counted = { name, calls: 0, errors: 0, time: 0, shortest: Infinity, longest: 0 };
      this.counts.set(name, counted);
    }
    const { wallClock, overhead } = this.options;
    const time = Math.max(0, (wallClock ? duration : systemTime) - overhead);
    counted.calls++;
    if (failed) counted.errors++;
    counted.time += time;
    counted.shortest = Math.min(counted.shortest, time);
    counted.longest = Math.max(counted.longest, time);
  }

  close(): void {
    const rows = [...this.counts.values()];
    const { order } = this.options;
    if (order !== null) rows.sort(COLUMNS[order].compare);
    const text = this.table(rows, sumOf(rows));
    const bytes = new TextEncoder().encode(text);
    this.output.write(bytes, bytes.length);
  }

  private table(rows: readonly CallCount[], total: CallCount): string {
    const columns: readonly CountColumn[] = this.options.columns.map((name) => COLUMNS[name]);
    const cells = [...rows, total].map((row) =>
      columns.map((column) => column.text(row, total.time)),
    );
    const widths = columns.map(({ width, left }, at) =>
      Math.max(width, ...cells.map((row) => row[at].length + (left ? 1 : 0))),
    );
    const line = (texts: readonly string[]) => {
      const padded = texts.map((text, at) => {
        if (!columns[at].left) return text.padStart(widths[at]);
        return at === texts.length - 1 ? text : text.padEnd(widths[at]);
      });
      return `${padded.join(" ")}\n`;
    };
    const rule = `${widths.map((width) => "-".repeat(width)).join(" ")}\n`;
    const body = cells.slice(0, -1).map(line).join("");
    return line(columns.map(({ title }) => title)) + rule + body + rule + line(cells.at(-1)!);
  }
}
