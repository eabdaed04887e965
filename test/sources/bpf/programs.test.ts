/** Which tracepoints a recording needs. */
import { expect, test } from "bun:test";
import type { EventKind } from "../../../src/events/event-kinds.ts";
import type { BpfOptions } from "../../../src/sources/bpf/config.ts";
import { selectTracepoints } from "../../../src/sources/bpf/programs.ts";

/** The programs for kinds of events, without system calls and io_uring requests. */
function programsFor(processes: BpfOptions["processes"], ...kinds: EventKind[]): string[] {
  const options = { bufferSize: 0, kinds: new Set(kinds), syscalls: false, want: 0, processes };
  return Object.keys(selectTracepoints(options)).sort();
}

test("each kind of process event has a program", () => {
  expect(programsFor("all", "exec")).toEqual(["process_exec"]);
  expect(programsFor("all", "fork")).toEqual(["new_task"]);
  expect(programsFor([7], "exit")).toEqual(["process_exit"]);
  expect(programsFor("all", "exec", "fork", "exit").length).toBe(3);
});

test("the program of interpreters runs after that of execs", () => {
  const options = { bufferSize: 0, kinds: new Set<EventKind>(["exec", "interp"]), want: 0 };
  const programs = Object.keys(selectTracepoints({ ...options, processes: "all" }));
  const [exec, interpreter] = [/^process_exec$/, /^elf_interpreter(_in_list)?$/].map((name) =>
    programs.findIndex((program) => name.test(program)),
  );
  expect(exec).toBeGreaterThanOrEqual(0);
  expect(interpreter).toBeGreaterThan(exec);
});

test("following processes needs their forks and exits, reported or not", () => {
  expect(programsFor("forked")).toEqual(["new_task", "process_exit"]);
  expect(programsFor("forked-and-descendants", "exec")).toEqual([
    "new_task",
    "process_exec",
    "process_exit",
  ]);
});

test("kinds that only system calls have need no tracepoint of their own", () => {
  expect(programsFor("all", "open")).toEqual([]);
});
