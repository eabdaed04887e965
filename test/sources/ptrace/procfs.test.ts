/** What /proc tells of this process and of its children. */
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
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { pipe } from "../../../src/ffi/fd.ts";
import { libc } from "../../../src/ffi/libc.ts";
import { cString } from "../../../src/ffi/memory.ts";
import { cgroupMount } from "../../../src/process/cgroup.ts";
import * as facts from "../../../src/sources/ptrace/procfs.ts";
import { sleeper, spawn } from "./children.ts";

const { pid } = process;
const directory = mkdtempSync(`${tmpdir()}/facts-`);
afterAll(() => rmSync(directory, { recursive: true }));

/** What `path` leads to once it is open and `change` is done. */
function opened(path: string, change: (path: string) => void = () => {}): string | null {
  const fd = openSync(Buffer.from(path, "latin1"), "w+");
  try {
    change(path);
    return facts.fdPath(pid, fd);
  } finally {
    closeSync(fd);
  }
}

describe("the path of an fd", () => {
  test("is where its file is now", () => {
    const path = `${directory}/a`;
    expect(opened(path)).toBe(path);
    expect(opened(path, () => renameSync(path, `${path}2`))).toBe(`${path}2`);
  });

  test("of a file that is deleted is where it was", () => {
    const path = `${directory}/b`;
    expect(opened(path, unlinkSync)).toBe(path);
  });

  test("of a file that is called so is its name", () => {
    const path = `${directory}/c (deleted)`;
    expect(opened(path)).toBe(path);
  });

  test("has a character for each byte of a name that is not UTF-8", () => {
    const path = `${directory}/\xff\xe4`;
    expect(opened(path)).toBe(path);
  });

  test("is none for what stands in no directory", () => {
    const { reader, writer } = pipe();
    const memory = libc.memfd_create(cString("x").address, 0);
    expect([reader, memory, -1].map((fd) => facts.fdPath(pid, fd))).toEqual([null, null, null]);
    for (const fd of [reader, writer, memory]) closeSync(fd);
  });
});

test("a process has a working directory, a root and a program", async () => {
  const child = await sleeper();
  expect(facts.cwdPath(child.pid)).toBe(process.cwd());
  expect(facts.rootPath(child.pid)).toBe(readlinkSync("/proc/self/root"));
  expect(facts.exePath(child.pid)).toBe(realpathSync(Bun.which("sleep")!));
  child.kill();
  await child.exited;
});

test("a process has the words that it was started with, each with its NUL", async () => {
  const child = await spawn("sleep", "60", "0");
  expect(facts.readCmdline(child.pid)?.toString()).toBe("sleep\x0060\x000\0");
  child.kill();
  await child.exited;
});

test("a process has a parent, a user and a group", async () => {
  const child = await sleeper();
  const [uid, gid] = [process.getuid!(), process.getgid!()];
  expect(facts.readProcIds(child.pid)).toEqual({ ppid: pid, uid, gid });
  child.kill();
  await child.exited;
});

test("a file has the inode that is behind the link, not the link's own", () => {
  const { dev, ino, mode } = statSync("/proc/self/exe", { bigint: true });
  expect(facts.statLink(pid, "exe")).toEqual({ dev: Number(dev), ino, mode: Number(mode) });
});

test("a mount namespace has a number", () => {
  expect(`mnt:[${facts.mountNamespaceId(pid)}]`).toBe(readlinkSync("/proc/self/ns/mnt"));
});

test("who is gone has none of it", () => {
  const gone = Bun.spawnSync(["true"]).pid;
  const { cwdPath, rootPath, exePath, readCmdline, readProcIds } = facts;
  for (const fact of [cwdPath, rootPath, exePath, readCmdline, readProcIds])
    expect(fact(gone)).toBeNull();
  expect([facts.fdPath(gone, 0), facts.statLink(gone, "exe")]).toEqual([null, null]);
  expect(facts.mountNamespaceId(gone)).toBe(0);
});

function mountedInode(): bigint {
  try {
    return statSync(cgroupMount().mountPoint, { bigint: true }).ino;
  } catch {
    return 0n;
  }
}

describe("a cgroup", () => {
  const of = (text: string) => facts.parseCgroup(Buffer.from(text, "latin1"));

  test("is that of version 2, also where there are others", () => {
    const text = "4:memory:/old\n1:name=systemd:/init\n0::/none/such\n";
    expect(of(text)).toEqual({ id: 0n, path: "/none/such" });
  });

  test("is the root where there is none of version 2", () => {
    expect(of("4:memory:/old\n").path).toBe("/");
  });

  test("has the inode number of its directory, where version 2 is mounted", () => {
    expect(of("0::/\n")).toEqual({ id: mountedInode(), path: "/" });
  });
});

describe("a name", () => {
  test("is absent where there is no file of it", () => {
    expect(facts.isAbsent(`${directory}/none`)).toBe(true);
    expect(facts.isAbsent(directory)).toBe(false);
  });

  test("is there where a link has it, also one that leads nowhere", () => {
    symlinkSync("nowhere", `${directory}/link`);
    expect(facts.isAbsent(`${directory}/link`)).toBe(false);
  });
});
