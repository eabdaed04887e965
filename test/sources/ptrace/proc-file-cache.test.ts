/** Files of /proc that are held open for as long as their process is told of. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { ProcFileCache } from "../../../src/sources/ptrace/proc-file-cache.ts";
import { sleeper, spawn, until } from "./children.ts";

const MOST_OPEN = 200;
const MANY = 210;

function comms() {
  const parsed: string[] = [];
  const files = new ProcFileCache("comm", (content) => {
    parsed.push(content.toString().trim());
    return parsed.at(-1);
  });
  return { files, parsed };
}

/** The fds of ours that lead to a file of that name of a process. */
function openFiles(name: string): number {
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ""; // the list's own
    }
  });
  return targets.filter((target) => new RegExp(`^/proc/\\d+/${name}$`).test(target)).length;
}

/** A shell that executes sleep when it is told to. */
const waiting = () => spawn("sh", "-c", "read line; exec sleep 60");

async function becomeSleep({ pid, stdin }: Awaited<ReturnType<typeof waiting>>): Promise<void> {
  stdin.write("\n");
  stdin.flush();
  await until(() => readFileSync(`/proc/${pid}/comm`, "latin1") === "sleep\n");
}

describe("what a file says", () => {
  test("is parsed once, and again when it has changed", async () => {
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

  test("last holds for who is gone, until that one is forgotten", async () => {
    const { files } = comms();
    const child = await sleeper();
    files.read(child.pid);
    child.kill();
    await child.exited;
    expect(files.read(child.pid)).toBe("sleep");
    files.forget(child.pid);
    expect(files.read(child.pid)).toBeNull();
  });

  test("is nothing for who was gone before it was asked for", () => {
    const { files, parsed } = comms();
    expect(files.read(Bun.spawnSync(["true"]).pid)).toBeNull();
    expect(parsed).toEqual([]);
  });

  test("is each process's own", async () => {
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

test("no more files are held than there is room for, and all are told of", async () => {
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
  expect(openFiles("comm") - before).toBe(MOST_OPEN);
  // The first one was shut, and is opened again.
  await becomeSleep(first);
  expect(files.read(first.pid)).toBe("sleep");
  expect(openFiles("comm") - before).toBe(MOST_OPEN);
  for (const pid of [first.pid, ...pids]) files.forget(pid);
  expect(openFiles("comm")).toBe(before);
  first.kill();
  shell.stdin.end();
  await Promise.all([first.exited, shell.exited]);
});
