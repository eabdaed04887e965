/** Detaching from children: they continue as they would have without a tracer. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { libc } from "../../../src/ffi/libc.ts";
import { allocate } from "../../../src/ffi/memory.ts";
import * as pt from "../../../src/kernel/ptrace.ts";
import { detachAll } from "../../../src/sources/ptrace/detach.ts";
import { ptrace, seize, sleeper, spawn, stateOf, tracerOf, until } from "./children.ts";

const __WALL = 0x40000000;
const FORK_OPTIONS = pt.PTRACE_O_TRACEFORK | pt.PTRACE_O_TRACEVFORK | pt.PTRACE_O_TRACECLONE;

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
  return text.split(" ").filter(Boolean).map(Number);
}

/** Whether a child ends by itself; otherwise kills it. */
async function ends(child: Bun.Subprocess): Promise<boolean> {
  const ended = await Promise.race([child.exited.then(() => true), Bun.sleep(2000)]);
  child.kill("SIGKILL");
  await child.exited;
  return ended === true;
}

test("a pending signal is delivered", async () => {
  const child = await sleeper();
  seize(child.pid);
  child.kill("SIGTERM");
  await until(() => stateOf(child.pid) === "t");
  detachAll([child.pid], [], ptrace, () => {});
  expect(await ends(child)).toBe(true);
  expect(child.signalCode).toBe("SIGTERM");
});

test("a pending stop takes effect, and SIGCONT ends it", async () => {
  const child = await sleeper();
  seize(child.pid);
  child.kill("SIGSTOP");
  await until(() => stateOf(child.pid) === "t");
  detachAll([child.pid], [], ptrace, () => {});
  await until(() => stateOf(child.pid) === "T");
  child.kill("SIGCONT");
  await until(() => stateOf(child.pid) === "S");
  expect(tracerOf(child.pid)).toBe(0);
  child.kill("SIGKILL");
  await child.exited;
});

test("a process stopped by job control stays stopped", async () => {
  const child = await sleeper();
  child.kill("SIGSTOP");
  await until(() => stateOf(child.pid) === "T");
  seize(child.pid);
  detachAll([child.pid], [], ptrace, () => {});
  await Bun.sleep(20);
  expect([stateOf(child.pid), tracerOf(child.pid)]).toEqual(["T", 0]);
  child.kill("SIGKILL");
  await child.exited;
});

test("a sleeping process continues to sleep", async () => {
  const child = await sleeper();
  seize(child.pid);
  detachAll([child.pid], [], ptrace, () => {});
  await until(() => stateOf(child.pid) === "S");
  expect(tracerOf(child.pid)).toBe(0);
  child.kill("SIGKILL");
  await child.exited;
});

test("a process that has ended is not waited for", async () => {
  const child = await sleeper();
  const other = await sleeper();
  child.kill("SIGKILL");
  await child.exited;
  seize(other.pid);
  detachAll([child.pid, other.pid], [], ptrace, () => {});
  expect(tracerOf(other.pid)).toBe(0);
  other.kill("SIGKILL");
  await other.exited;
});

/** Starts a shell and stops it at the fork of its child, which is stopped too. */
async function stoppedAtFork() {
  const parent = await spawn("sh", "-c", "read line; sleep 60; true");
  seize(parent.pid, FORK_OPTIONS);
  parent.stdin.write("\n");
  parent.stdin.flush();
  await until(() => childrenOf(parent.pid).length > 0 && stateOf(parent.pid) === "t");
  const [child] = childrenOf(parent.pid);
  await until(() => stateOf(child) === "t");
  return { parent, child };
}

test.each(["its stop is pending", "its stop has been waited for"])(
  "a child that is forked meanwhile is detached with its parent: %s",
  async (state) => {
    const { parent, child } = await stoppedAtFork();
    const stopped = state === "its stop is pending" ? [] : [child];
    for (const tid of stopped) libc.waitpid(tid, allocate(4).address, __WALL);
    detachAll([parent.pid], stopped, ptrace, () => {});
    await until(() => stateOf(child) === "S" && stateOf(parent.pid) === "S");
    expect([tracerOf(parent.pid), tracerOf(child)]).toEqual([0, 0]);
    process.kill(child, "SIGKILL");
    expect(await ends(parent)).toBe(true);
  },
);
