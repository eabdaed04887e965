/** The paths of this process's own fds. */
import { expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { pipe } from "../../../src/ffi/fd.ts";
import { AT_FDCWD } from "../../../src/kernel/fcntl.ts";
import { FdPathReader } from "../../../src/sources/ptrace/fd-links.ts";

const { pid } = process;

test("an fd has the path of its file; a pipe has its kernel name", () => {
  const links = new FdPathReader();
  const fd = openSync("/etc/passwd", "r");
  const { reader, writer } = pipe();
  expect(links.pathOf(pid, fd)).toBe("/etc/passwd");
  expect(links.pathOf(pid, reader)).toMatch(/^pipe:\[\d+\]$/);
  closeSync(fd);
  closeSync(reader);
  closeSync(writer);
});

test("AT_FDCWD has the path of the working directory, other negative numbers have none", () => {
  const links = new FdPathReader();
  expect(links.pathOf(pid, AT_FDCWD)).toBe(readlinkSync("/proc/self/cwd"));
  expect(links.pathOf(pid, -1)).toBeUndefined();
});

test("a missing link has no path, and does not corrupt a shorter one after it", () => {
  const links = new FdPathReader();
  expect(links.pathOf(pid, 2_000_000_000)).toBeUndefined();
  expect(links.pathOf(Bun.spawnSync(["true"]).pid, AT_FDCWD)).toBeUndefined();
  expect(links.pathOf(pid, 0)).toBe(readlinkSync("/proc/self/fd/0"));
});

test("a path has one character per byte, also if it is not UTF-8", () => {
  const directory = mkdtempSync(`${tmpdir()}/links-`);
  const name = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0xc3, 0xa4])]);
  const fd = openSync(name, "w");
  expect(new FdPathReader().pathOf(pid, fd)).toBe(`${directory}/\xff\xc3\xa4`);
  closeSync(fd);
  rmSync(directory, { recursive: true });
});
