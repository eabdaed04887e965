/** The CPU of the tracer and of a tracee. */
import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { cpuOf, joinCpuOf } from "../../../src/sources/ptrace/cpu.ts";
import { sleeper, until } from "./children.ts";

const children: Pick<Bun.Subprocess, "kill" | "exited">[] = [];

async function child(): Promise<number> {
  const process = await sleeper();
  children.push(process);
  return process.pid;
}

afterEach(async () => {
  for (const each of children.splice(0)) {
    each.kill("SIGKILL");
    await each.exited;
  }
});

const affinity = () =>
  readFileSync("/proc/thread-self/status", "latin1").match(/^Cpus_allowed:.*/m)?.[0];

test("a thread's CPU is one of the machine's", async () => {
  const cpu = cpuOf(await child());
  expect(readFileSync("/proc/stat", "latin1")).toContain(`\ncpu${cpu} `);
});

test("a thread that has ended has no CPU", () => {
  expect(cpuOf(2 ** 22 + 1)).toBeNull();
  joinCpuOf(2 ** 22 + 1);
});

test("joining a thread's CPU leaves the affinity as it was", async () => {
  const before = affinity();
  const pid = await child();
  joinCpuOf(pid);
  expect(affinity()).toBe(before!);
});

test("joining a thread's CPU moves there", async () => {
  const other = availableParallelism() > 1 && cpuOf(process.pid) === 0 ? 1 : 0;
  const there = Bun.spawn(["taskset", "-c", String(other), "sleep", "60"]);
  children.push(there);
  await until(() => cpuOf(there.pid) === other);
  // The scheduler may move the tracer again at any moment.
  await until(() => {
    joinCpuOf(there.pid);
    return cpuOf(process.pid) === other;
  });
});
