/** Reads of /proc for this process and its children. */
import { afterAll, describe, expect, test } from "bun:test";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { memoryFile, pipe } from "../../../src/ffi/fd.ts";
import { cString } from "../../../src/ffi/memory.ts";
import { cgroupMount } from "../../../src/process/cgroup.ts";
import * as procfs from "../../../src/sources/ptrace/procfs.ts";
import { sleeper, spawn } from "./children.ts";

const { pid } = process;
const directory = mkdtempSync(`${tmpdir()}/procfs-`);
afterAll(() => rmSync(directory, { recursive: true }));

/** Opens a file, applies `change`, and returns the path of the fd. */
function opened(path: string, change: (path: string) => void = () => {}): string | null {
  const fd = openSync(Buffer.from(path, "latin1"), "w+");
  try {
    change(path);
    return procfs.fdPath(pid, fd);
  } finally {
    closeSync(fd);
  }
}

describe("the path of an fd", () => {
  test("is the current path of its file", () => {
    const path = `${directory}/a`;
    expect(opened(path)).toBe(path);
    expect(opened(path, () => renameSync(path, `${path}2`))).toBe(`${path}2`);
  });

  test("of a deleted file is its last path", () => {
    const path = `${directory}/b`;
    expect(opened(path, unlinkSync)).toBe(path);
  });

  test("of a file whose name ends in (deleted) is that name", () => {
    const path = `${directory}/c (deleted)`;
    expect(opened(path)).toBe(path);
  });

  test("has one character per byte, also if it is not UTF-8", () => {
    const path = `${directory}/\xff\xe4`;
    expect(opened(path)).toBe(path);
  });

  test("is null for a pipe, a memfd and a bad fd", () => {
    const { reader, writer } = pipe();
    const memory = memoryFile(cString("x"));
    expect([reader, memory, -1].map((fd) => procfs.fdPath(pid, fd))).toEqual([null, null, null]);
    for (const fd of [reader, writer, memory]) closeSync(fd);
  });
});

test("a process has a working directory, a root and an executable", async () => {
  const child = await sleeper();
  expect(procfs.cwdPath(child.pid)).toBe(process.cwd());
  expect(procfs.rootPath(child.pid)).toBe(readlinkSync("/proc/self/root"));
  expect(procfs.linkPath(child.pid, "exe")).toBe(realpathSync(Bun.which("sleep")!));
  child.kill();
  await child.exited;
});

test("a memfd has a name, which is no path", () => {
  const memory = memoryFile(cString("a name"));
  expect(procfs.memfdName(pid, `fd/${memory}`)).toBe("memfd:a name");
  expect(procfs.memfdName(pid, "exe")).toBeNull();
  closeSync(memory);
});

test("a pipe without a name is a pipe, and a closed stream is none", async () => {
  const child = Bun.spawn(["sh", "-c", "exec sleep 60 >&-"], { stdin: "pipe" });
  while (procfs.linkText(child.pid, "fd/1") !== null) await Bun.sleep(1);
  const { ino } = statSync(`/proc/${child.pid}/fd/0`, { bigint: true });
  expect(procfs.statStream(child.pid, 0)).toMatchObject({ ino });
  expect(procfs.statStream(child.pid, 1)).toBeNull();
  child.kill();
  await child.exited;
  const { reader, writer } = pipe();
  expect(procfs.statStream(pid, reader)?.isPipe).toBe(true);
  for (const fd of [reader, writer]) closeSync(fd);
});

test("a file that a process names is reached through /proc", () => {
  const through = (dfd: number, name: string) => `${procfs.pathThrough(7, dfd, name)}`;
  expect(through(-100, "a/b")).toBe("/proc/7/cwd/a/b");
  expect(through(3, "a")).toBe("/proc/7/fd/3/a");
  expect(through(3, "")).toBe("/proc/7/fd/3");
  expect(through(3, "/a")).toBe("/proc/7/root/a");
});

test("a process has its arguments, each with its NUL", async () => {
  const child = await spawn("sleep", "60", "0");
  expect(procfs.readCmdline(child.pid)?.toString()).toBe("sleep\x0060\x000\0");
  child.kill();
  await child.exited;
});

test("a process has a parent, a user and a group", async () => {
  const child = await sleeper();
  const [uid, gid] = [process.getuid!(), process.getgid!()];
  expect(procfs.readProcIds(child.pid)).toEqual({ ppid: pid, uid, gid });
  child.kill();
  await child.exited;
});

test("the inode is that of the link's target, not of the link", () => {
  const { dev, ino, mode } = statSync("/proc/self/exe", { bigint: true });
  expect(procfs.statLink(pid, "exe")).toEqual({ dev: Number(dev), ino, mode: Number(mode) });
});

test("a mount namespace has an inode number", () => {
  expect(`mnt:[${procfs.mountNamespaceId(pid)}]`).toBe(readlinkSync("/proc/self/ns/mnt"));
});

test("a process that has ended has none of these", () => {
  const endedPid = Bun.spawnSync(["true"]).pid;
  const { cwdPath, rootPath, readCmdline, readProcIds, otherMappedFile } = procfs;
  for (const read of [cwdPath, rootPath, readCmdline, readProcIds, otherMappedFile])
    expect(read(endedPid)).toBeNull();
  expect([procfs.fdPath(endedPid, 0), procfs.statLink(endedPid, "exe")]).toEqual([null, null]);
  expect(procfs.mountNamespaceId(endedPid)).toBe(0);
});

function mountedInode(): bigint {
  try {
    return statSync(cgroupMount().mountPoint, { bigint: true }).ino;
  } catch {
    return 0n;
  }
}

describe("a cgroup", () => {
  const of = (text: string) => procfs.parseCgroup(Buffer.from(text, "latin1"));

  test("is that of cgroup v2, also if there are v1 hierarchies", () => {
    const text = "4:memory:/old\n1:name=systemd:/init\n0::/none/such\n";
    expect(of(text)).toEqual({ id: 0n, path: "/none/such" });
  });

  test("is the root if there is no cgroup v2", () => {
    expect(of("4:memory:/old\n").path).toBe("/");
  });

  test("has the inode number of its directory, if cgroup v2 is mounted", () => {
    expect(of("0::/\n")).toEqual({ id: mountedInode(), path: "/" });
  });
});
