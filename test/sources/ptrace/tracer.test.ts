/** The three ways in which a tracer takes stops, with children that are stopped when they are seized. */
import { afterEach, expect, test } from "bun:test";
import { SIGSTOP } from "../../../src/kernel/signal.ts";
import { Tracer } from "../../../src/sources/ptrace/tracer.ts";
import { sleeper, stateOf, tracerOf, until } from "./children.ts";

const children: Awaited<ReturnType<typeof sleeper>>[] = [];

/** Seizes two children, and waits until both have stopped for their tracer. */
async function twoStopped() {
  const tracer = new Tracer({ syscallExited() {} }, { follow: true, filtered: true });
  const pids: number[] = [];
  for (let count = 0; count < 2; count++) {
    const child = await sleeper();
    children.push(child);
    tracer.attach(child.pid);
    await until(() => stateOf(child.pid) === "t");
    pids.push(child.pid);
  }
  return { tracer, pids };
}

/** Waits until at most `expected` children are stopped, and counts them later; those resumed sleep on. */
async function stoppedAmong(pids: readonly number[], expected: number): Promise<number> {
  const stopped = () => pids.filter((pid) => stateOf(pid) === "t").length;
  await until(() => stopped() <= expected);
  await Bun.sleep(20);
  return stopped();
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
});

test("waitOne handles one stop and leaves the others pending", async () => {
  const { tracer, pids } = await twoStopped();
  tracer.waitOne();
  expect(await stoppedAmong(pids, 1)).toBe(1);
  tracer.waitOne();
  expect(await stoppedAmong(pids, 0)).toBe(0);
  tracer.detach();
});

test("waitAll handles all pending stops", async () => {
  const { tracer, pids } = await twoStopped();
  tracer.waitAll();
  expect(await stoppedAmong(pids, 0)).toBe(0);
  tracer.detach();
});

test("poll handles all pending stops, and returns whether there were any", async () => {
  const { tracer, pids } = await twoStopped();
  expect(tracer.poll()).toBe(true);
  expect(await stoppedAmong(pids, 0)).toBe(0);
  expect(tracer.poll()).toBe(false);
  tracer.detach();
  expect(pids.map(tracerOf)).toEqual([0, 0]);
});

test("poll does not consume the end of a child that is not traced", async () => {
  const { tracer } = await twoStopped();
  tracer.poll();
  const other = Bun.spawn(["sh", "-c", "exit 7"]);
  // Without an await, so that it stays a zombie.
  while (stateOf(other.pid) !== "Z") Bun.sleepSync(1);
  tracer.poll();
  expect(await other.exited).toBe(7);
  tracer.detach();
});

test("all are stopped once the last one is, which is told once for each stop", async () => {
  const { tracer, pids } = await twoStopped();
  const [first, second] = pids;
  const stop = async (pid: number) => {
    process.kill(pid, "SIGSTOP");
    await until(() => {
      tracer.poll();
      return (tracer.tracees.get(pid)?.stoppedBy ?? 0) > 0;
    });
  };
  tracer.poll();
  expect(tracer.stopSignal()).toBe(0);
  await stop(first);
  expect(tracer.stopSignal()).toBe(0);
  await stop(second);
  expect(tracer.stopSignal()).toBe(SIGSTOP);
  expect(tracer.stopSignal()).toBe(0);
  process.kill(first, "SIGCONT");
  await until(() => tracer.poll() || tracer.tracees.get(first)?.stoppedBy === 0);
  expect(tracer.stopSignal()).toBe(0);
  await stop(first);
  expect(tracer.stopSignal()).toBe(SIGSTOP);
  for (const pid of pids) process.kill(pid, "SIGCONT");
  tracer.detach();
});

test("a parent that waits in vfork(2) is stopped with its child", async () => {
  const { tracer, pids } = await twoStopped();
  const [child, parent] = pids;
  tracer.poll();
  tracer.tracees.get(parent)!.inVfork = true;
  process.kill(child, "SIGSTOP");
  await until(() => {
    tracer.poll();
    return (tracer.tracees.get(child)?.stoppedBy ?? 0) > 0;
  });
  expect(tracer.stopSignal()).toBe(SIGSTOP);
  process.kill(child, "SIGCONT");
  tracer.detach();
});
