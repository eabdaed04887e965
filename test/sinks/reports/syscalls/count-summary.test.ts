/** The table of strace -c, its columns and its order. */
import { expect, test } from "bun:test";
import {
  type CountOptions,
  CountSummarySink,
  DEFAULT_COUNT_OPTIONS,
} from "../../../../src/sinks/reports/syscalls/count-summary.ts";
import { call } from "../../../syscalls/builders.ts";
import { Collected } from "../../collected.ts";

function tableOf(options: Partial<CountOptions>, empty = false): string[] {
  const output = new Collected();
  const sink = new CountSummarySink(output, { ...DEFAULT_COUNT_OPTIONS, ...options });
  const calls = [
    ["read", 3, 0.25, 3],
    ["open", -2, 1, 0.5],
    ["read", 0, 0.5, 1],
  ] as const;
  for (const [name, result, duration, systemTime] of empty ? [] : calls) {
    const event = call(name, [], { result });
    sink.syscallExited(Object.assign(event, { duration, systemTime }));
  }
  sink.syscallExited(Object.assign(call("exit_group", []), { result: null }));
  sink.close();
  return output.text.split("\n").slice(0, -1);
}

test("calls are counted by their CPU time, like strace -c", () => {
  expect(tableOf({})).toEqual([
    "% time     seconds  usecs/call     calls    errors syscall",
    "------ ----------- ----------- --------- --------- ----------------",
    " 88.89    0.004000        2000         2           read",
    " 11.11    0.000500         500         1         1 open",
    "------ ----------- ----------- --------- --------- ----------------",
    "100.00    0.004500        1500         3         1 total",
  ]);
});

test("wall time, order and columns can be chosen", () => {
  expect(
    tableOf({
      columns: ["name", "calls", "min-time", "max-time"],
      order: "time-percent",
      wallClock: true,
      overhead: 0.1,
    }),
  ).toEqual([
    "syscall              calls shortest  longest",
    "---------------- --------- -------- --------",
    "open                     1 0.000900 0.000900",
    "read                     2 0.000150 0.000400",
    "---------------- --------- -------- --------",
    "total                    3 0.000150 0.000900",
  ]);
});

test("without calls the table has its total only", () => {
  expect(tableOf({}, true).slice(2)).toEqual([
    "------ ----------- ----------- --------- --------- ----------------",
    "100.00    0.000000           0         0           total",
  ]);
});
