import { expect, test } from "bun:test";
import { SyscallEvent } from "../../../../src/events/syscall-event.ts";
import { CallLimitSink } from "../../../../src/sinks/reports/syscalls/call-limit.ts";

test("after the last call nothing is passed on but what calls are detached from", () => {
  const calls: string[] = [];
  const log = (what: string) => (event: SyscallEvent) => void calls.push(`${what} ${event.name}`);
  const [entered, exited, detached] = ["enter", "exit", "detach"].map(log);
  const sink = new CallLimitSink({ syscallEntered: entered, syscallExited: exited, detached }, 2);
  const call = (name: string) => Object.assign(new SyscallEvent(), { name });
  const [read, write, close, wait] = ["read", "write", "close", "wait4"].map(call);
  sink.syscallEntered(wait);
  for (const event of [read, write]) {
    expect(sink.reached).toBe(false);
    sink.syscallEntered(event);
    sink.syscallExited(event);
  }
  expect(sink.reached).toBe(true);
  sink.syscallEntered(close);
  sink.syscallExited(close);
  sink.detached(wait);
  expect(calls).toEqual([
    "enter wait4",
    "enter read",
    "exit read",
    "enter write",
    "exit write",
    "detach wait4",
  ]);
});
