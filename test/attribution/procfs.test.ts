import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import {
  allPids,
  allThreads,
  descendantsOf,
  isRunning,
  liveThreads,
  readProcStat,
  userName,
} from "../../src/attribution/procfs.ts";
import { program } from "../root/support/programs.ts";

const MISSING_PID = 2 ** 22 + 1; // greater than the max pid_max

test("our own process is read correctly", () => {
  const self = readProcStat(process.pid);
  expect(self?.ppid).toBe(process.ppid);
  expect(self?.uid).toBe(process.getuid!());
  const age = Bun.nanoseconds() / 1e9;
  const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  expect(uptime - self!.started / 1e9).toBeGreaterThanOrEqual(age - 1);
  expect(self!.started / 1e9).toBeLessThan(uptime);
});

test("a name and a command line preserve all bytes", async () => {
  const script = 'printf "(a) b\\377" >/proc/$$/comm; echo ready; read _';
  const shell = Bun.spawn(["sh", "-c", script, "two words", ""], { stdin: "pipe", stdout: "pipe" });
  await shell.stdout.getReader().read();
  expect(readProcStat(shell.pid)).toMatchObject({
    comm: "(a) b\xff",
    argv: ["sh", "-c", script, "two words", ""],
    ppid: process.pid,
  });
  shell.kill();
  await shell.exited;
});

test("a missing process has no stat, no threads and is not running", () => {
  expect(readProcStat(MISSING_PID)).toBeNull();
  expect(liveThreads(MISSING_PID)).toEqual([]);
  expect(allThreads(MISSING_PID)).toEqual([]);
  expect(isRunning(MISSING_PID)).toBe(false);
  expect(isRunning(process.pid)).toBe(true);
});

test("our own process is among all processes, and its first thread among its threads", () => {
  expect(allPids()).toContain(process.pid);
  expect(liveThreads(process.pid)).toContain(process.pid);
});

test("an exited first thread is not live, though /proc lists it until the last one exits", async () => {
  const child = Bun.spawn([program("processes"), "headless"], { stdout: "pipe" });
  try {
    const { value } = await child.stdout.getReader().read();
    const [what, tid, pid] = Buffer.from(value!).toString().trim().split("\t");
    expect([what, pid]).toEqual(["headless", `${child.pid}`]);
    expect(readdirSync(`/proc/${pid}/task`).sort()).toEqual([pid, tid].sort());
    expect(liveThreads(child.pid)).toEqual([Number(tid)]);
    expect(allThreads(child.pid).map(String).sort()).toEqual([pid, tid].sort());
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
});

test("indirect descendants are found", async () => {
  const shell = Bun.spawn(["sh", "-c", "sh -c 'echo ready; exec sleep 60' & wait"], {
    stdout: "pipe",
  });
  await shell.stdout.getReader().read();
  const descendants = descendantsOf(shell.pid);
  expect(descendants.length).toBe(1);
  expect(descendantsOf(process.pid)).toEqual(expect.arrayContaining([shell.pid, ...descendants]));
  for (const pid of [...descendants, shell.pid]) process.kill(pid);
  await shell.exited;
});

test("pid 0, the parent of processes from outside our pid namespace, has no descendants", () => {
  expect(descendantsOf(0)).toEqual([]);
});

test("a user is named by its name, or by its uid if it has none", () => {
  expect(userName(0)).toBe("root");
  expect(userName(4_000_000_000)).toBe("4000000000");
});
