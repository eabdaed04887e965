/** Forks and exits of processes with threads, as the eBPF programs report them. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runTrace, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

const EVENTS = ["--events", "fork,exec,exit", "--columns", "event,pid,tid,return,cpu"];

/** Runs test/programs/processes.c with arguments; returns the cells it prints and the events. */
function runProcesses(...way: string[]) {
  using directory = temporaryDirectory();
  const args = ["exec", ...EVENTS, "--format", "ndjson", "-o", "reported"];
  const command = [program("processes"), ...way];
  const { stdout, stderr } = runTrace([...args, "--", ...command], { cwd: directory.path });
  const lines = (text: string) => text.trimEnd().split("\n");
  return {
    printed: lines(stdout.toString()).map((line) => line.split("\t")),
    reported: lines(readFileSync(join(directory.path, "reported"), "utf8")).map((line) =>
      JSON.parse(line),
    ),
    stderr,
  };
}

const eventsOf = (reported: readonly { event: string }[]) => reported.map(({ event }) => event);

test("the start of a thread is no fork, and its end is no exit", () => {
  const thread = runProcesses("thread");
  expect(eventsOf(thread.reported)).toEqual(["exec", "exit"]);
  // A thread is not followed as a process of its own.
  expect(thread.stderr).toBe("trace: 2 events, complete\n");
  const { printed, reported } = runProcesses("fork");
  expect(eventsOf(reported)).toEqual(["exec", "fork", "exit", "exit"]);
  expect(reported[1].return).toBe(Number(printed[0][1]));
});

test("a process whose threads end at once ends once", () => {
  const { reported } = runProcesses("together", "500");
  const pids = reported.filter(({ event }) => event === "exit").map(({ pid }) => pid);
  expect(pids).toHaveLength(501);
  expect(new Set(pids).size).toBe(501);
});

describe("the CPU time of a process is the sum of all its threads", () => {
  test.each(["first", "other"])("if the last to end is its %s one", (last) => {
    const { printed, reported } = runProcesses("work", last);
    const [[, tid, pid, nanoseconds]] = printed;
    expect(tid === pid).toBe(last === "first");
    expect(eventsOf(reported)).toEqual(["exec", "exit"]);
    expect(reported[1]).toMatchObject({ pid: Number(pid), tid: Number(tid) });
    // Each thread works for 100 ms; between printing and its end it uses next to nothing.
    const cpu = Number(nanoseconds) / 1e9;
    expect(cpu).toBeGreaterThanOrEqual(last === "first" ? 0.2 : 0.3);
    expect(reported[1].cpu).toBeGreaterThanOrEqual(cpu);
    expect(reported[1].cpu).toBeLessThan(cpu + 0.05);
  });
});
