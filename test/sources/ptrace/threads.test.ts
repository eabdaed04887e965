import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { SystemError } from "../../../src/ffi/errno.ts";
import { findTgid, listThreads } from "../../../src/sources/ptrace/threads.ts";

const { pid } = process;
const gone = () => Bun.spawnSync(["true"]).pid;

test("the threads of a process are all of them, its first one too", () => {
  const threads = listThreads(pid);
  expect(threads).toContain(pid);
  expect(threads.length).toBeGreaterThan(1);
});

test("a process that is not there cannot be traced, and the error says which", () => {
  const number = gone();
  expect(() => listThreads(number)).toThrow(SystemError);
  expect(() => listThreads(number)).toThrow(`ptrace(PTRACE_SEIZE, ${number}): ESRCH`);
});

test("who clone(2) made is a thread of its maker, or a process of its own", async () => {
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
