/** Files of /proc that stay open until their process is forgotten. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { ProcFileCache } from "../../../src/sources/ptrace/proc-file-cache.ts";
import { sleeper, spawn, until } from "./children.ts";

const MAX_OPEN_FILES = 200;
const MANY = 210;

function comms() {
  const parsed: string[] = [];
  const files = new ProcFileCache("comm", (content) => {
    parsed.push(content.toString().trim());
    return parsed.at(-1);
  });
  return { files, parsed };
}

/** Counts our open files of that name in /proc/PID. */
function openFiles(name: string): number {
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ""; // the fd of the listing itself
    }
  });
  return targets.filter((target) => new RegExp(`^/proc/\\d+/${name}$`).test(target)).length;
}

/** Starts a shell that executes sleep after it has read a line. */
const waiting = () => spawn("sh", "-c", "read line; exec sleep 60");

async function becomeSleep({ pid, stdin }: Awaited<ReturnType<typeof waiting>>): Promise<void> {
  stdin.write("\n");
  stdin.flush();
  await until(() => readFileSync(`/proc/${pid}/comm`, "latin1") === "sleep\n");
}

describe("a file's value", () => {
  test("is parsed once, and again after the file has changed", async () => {
    const { files, parsed } = comms();
    const child = await waiting();
    expect([files.read(child.pid), files.read(child.pid)]).toEqual(["sh", "sh"]);
    await becomeSleep(child);
    expect([files.read(child.pid), files.read(child.pid)]).toEqual(["sleep", "sleep"]);
    expect(parsed).toEqual(["sh", "sleep"]);
    files.forget(child.pid);
    child.kill();
    await child.exited;
  });

  test("remains after its process has ended, until the process is forgotten", async () => {
    const { files } = comms();
    const child = await sleeper();
    files.read(child.pid);
    child.kill();
    await child.exited;
    expect(files.read(child.pid)).toBe("sleep");
    files.forget(child.pid);
    expect(files.read(child.pid)).toBeNull();
  });

  test("is null for a process that ended before the first read", () => {
    const { files, parsed } = comms();
    expect(files.read(Bun.spawnSync(["true"]).pid)).toBeNull();
    expect(parsed).toEqual([]);
  });

  test("belongs to one process", async () => {
    const { files } = comms();
    const child = await sleeper();
    const own = readFileSync("/proc/self/comm", "latin1").trim();
    expect([files.read(child.pid), files.read(process.pid)]).toEqual(["sleep", own]);
    expect(files.read(child.pid)).toBe("sleep");
    files.forget(process.pid);
    files.forget(child.pid);
    child.kill();
    await child.exited;
  });
});

test("at most MAX_OPEN_FILES files are open, and all can be read", async () => {
  const { files } = comms();
  const before = openFiles("comm");
  const first = await waiting();
  files.read(first.pid);
  const reader = "read line <&3 &";
  const shell = await spawn("sh", "-c", `exec 3<&0; ${reader.repeat(MANY)} echo there; wait`);
  await shell.stdout.getReader().read();
  const text = readFileSync(`/proc/${shell.pid}/task/${shell.pid}/children`, "latin1");
  const pids = text.split(" ").filter(Boolean).map(Number);
  expect(pids.length).toBe(MANY);
  expect(new Set(pids.map((pid) => files.read(pid)))).toEqual(new Set(["sh"]));
  expect(openFiles("comm") - before).toBe(MAX_OPEN_FILES);
  // The first file was closed, and is opened again.
  await becomeSleep(first);
  expect(files.read(first.pid)).toBe("sleep");
  expect(openFiles("comm") - before).toBe(MAX_OPEN_FILES);
  for (const pid of [first.pid, ...pids]) files.forget(pid);
  expect(openFiles("comm")).toBe(before);
  first.kill();
  shell.stdin.end();
  await Promise.all([first.exited, shell.exited]);
});
