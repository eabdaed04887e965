/** Children that are traced and let go: what they were about to do, they do. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { libc } from "../../../src/ffi/libc.ts";
import { allocate } from "../../../src/ffi/memory.ts";
import * as pt from "../../../src/kernel/ptrace.ts";
import { detachAll } from "../../../src/sources/ptrace/detach.ts";
import { ptrace, seize, sleeper, spawn, stateOf, tracerOf, until } from "./children.ts";

const __WALL = 0x40000000;
const BIRTHS = pt.PTRACE_O_TRACEFORK | pt.PTRACE_O_TRACEVFORK | pt.PTRACE_O_TRACECLONE;

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
  return text.split(" ").filter(Boolean).map(Number);
}

/** Whether it ends by itself; it is ended otherwise. */
async function ends(child: Bun.Subprocess): Promise<boolean> {
  const ended = await Promise.race([child.exited.then(() => true), Bun.sleep(2000)]);
  child.kill("SIGKILL");
  await child.exited;
  return ended === true;
}

test("a signal that a thread was about to get reaches it", async () => {
  const child = await sleeper();
  seize(child.pid);
  child.kill("SIGTERM");
  await until(() => stateOf(child.pid) === "t");
  detachAll([child.pid], [], ptrace);
  expect(await ends(child)).toBe(true);
  expect(child.signalCode).toBe("SIGTERM");
});

test("who was about to be stopped stops, and goes on when told to", async () => {
  const child = await sleeper();
  seize(child.pid);
  child.kill("SIGSTOP");
  await until(() => stateOf(child.pid) === "t");
  detachAll([child.pid], [], ptrace);
  await until(() => stateOf(child.pid) === "T");
  child.kill("SIGCONT");
  await until(() => stateOf(child.pid) === "S");
  expect(tracerOf(child.pid)).toBe(0);
  child.kill("SIGKILL");
  await child.exited;
});

test("who is stopped by job control stays so", async () => {
  const child = await sleeper();
  child.kill("SIGSTOP");
  await until(() => stateOf(child.pid) === "T");
  seize(child.pid);
  detachAll([child.pid], [], ptrace);
  await Bun.sleep(20);
  expect([stateOf(child.pid), tracerOf(child.pid)]).toEqual(["T", 0]);
  child.kill("SIGKILL");
  await child.exited;
});

test("who sleeps sleeps on", async () => {
  const child = await sleeper();
  seize(child.pid);
  detachAll([child.pid], [], ptrace);
  await until(() => stateOf(child.pid) === "S");
  expect(tracerOf(child.pid)).toBe(0);
  child.kill("SIGKILL");
  await child.exited;
});

test("who is gone already is not waited for", async () => {
  const child = await sleeper();
  const other = await sleeper();
  child.kill("SIGKILL");
  await child.exited;
  seize(other.pid);
  detachAll([child.pid, other.pid], [], ptrace);
  expect(tracerOf(other.pid)).toBe(0);
  other.kill("SIGKILL");
  await other.exited;
});

/** A shell that stands at the birth of its child, which stands still too. */
async function atBirth() {
  const parent = await spawn("sh", "-c", "read line; sleep 60; true");
  seize(parent.pid, BIRTHS);
  parent.stdin.write("\n");
  parent.stdin.flush();
  await until(() => childrenOf(parent.pid).length > 0 && stateOf(parent.pid) === "t");
  const [child] = childrenOf(parent.pid);
  await until(() => stateOf(child) === "t");
  return { parent, child };
}

test.each(["untold", "seen to stop"])(
  "a child that is born meanwhile is let go with its parent: %s",
  async (how) => {
    const { parent, child } = await atBirth();
    const stopped = how === "untold" ? [] : [child];
    for (const tid of stopped) libc.waitpid(tid, allocate(4).address, __WALL);
    detachAll([parent.pid], stopped, ptrace);
    await until(() => stateOf(child) === "S" && stateOf(parent.pid) === "S");
    expect([tracerOf(parent.pid), tracerOf(child)]).toEqual([0, 0]);
    process.kill(child, "SIGKILL");
    expect(await ends(parent)).toBe(true);
  },
);
