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

const NOBODY = 2 ** 22 + 1; // beyond the largest pid_max

test("a process is read as it is", () => {
  const ours = readProcStat(process.pid);
  expect(ours?.ppid).toBe(process.ppid);
  expect(ours?.uid).toBe(process.getuid!());
  const age = Bun.nanoseconds() / 1e9;
  const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  expect(uptime - ours!.started / 1e9).toBeGreaterThanOrEqual(age - 1);
  expect(ours!.started / 1e9).toBeLessThan(uptime);
});

test("a name and a command line keep their bytes", async () => {
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

test("who is gone has no identity, no threads and is not running", () => {
  expect(readProcStat(NOBODY)).toBeNull();
  expect(liveThreads(NOBODY)).toEqual([]);
  expect(allThreads(NOBODY)).toEqual([]);
  expect(isRunning(NOBODY)).toBe(false);
  expect(isRunning(process.pid)).toBe(true);
});

test("the machine's processes and ours with its threads are found", () => {
  expect(allPids()).toContain(process.pid);
  expect(liveThreads(process.pid)).toContain(process.pid);
});

test("a first thread that has ended is no living one, though /proc has it until the last ends", async () => {
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

test("descendants are found through those between", async () => {
  const shell = Bun.spawn(["sh", "-c", "sh -c 'echo ready; exec sleep 60' & wait"], {
    stdout: "pipe",
  });
  await shell.stdout.getReader().read();
  const found = descendantsOf(shell.pid);
  expect(found.length).toBe(1);
  expect(descendantsOf(process.pid)).toEqual(expect.arrayContaining([shell.pid, ...found]));
  for (const pid of [...found, shell.pid]) process.kill(pid);
  await shell.exited;
});

test("a user has a name, or is a number", () => {
  expect(userName(0)).toBe("root");
  expect(userName(4_000_000_000)).toBe("4000000000");
});
