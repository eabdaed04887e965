/** The threads of this process, and the processes of threads. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { SystemError } from "../../../src/ffi/errno.ts";
import { findTgid, listThreads } from "../../../src/sources/ptrace/threads.ts";

const { pid } = process;
const endedPid = () => Bun.spawnSync(["true"]).pid;

test("the threads of a process include its leader", () => {
  const threads = listThreads(pid);
  expect(threads).toContain(pid);
  expect(threads.length).toBeGreaterThan(1);
});

test("a missing process cannot be traced, and the error names it", () => {
  const missing = endedPid();
  expect(() => listThreads(missing)).toThrow(SystemError);
  expect(() => listThreads(missing)).toThrow(`ptrace(PTRACE_SEIZE, ${missing}): ESRCH`);
});

test("a clone is a thread of its parent, or a process of its own", async () => {
  const other = readdirSync("/proc/self/task")
    .map(Number)
    .find((tid) => tid !== pid)!;
  expect(findTgid(other, pid)).toBe(pid);
  const child = Bun.spawn(["sleep", "60"]);
  expect(findTgid(child.pid, pid)).toBe(child.pid);
  child.kill();
  await child.exited;
  expect(findTgid(child.pid, pid)).toBe(child.pid);
});
