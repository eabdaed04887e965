/** Where this process's own fds lead. */
import { expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { pipe } from "../../../src/ffi/fd.ts";
import { AT_FDCWD } from "../../../src/kernel/fcntl.ts";
import { FdPathReader } from "../../../src/sources/ptrace/fd-links.ts";

const { pid } = process;

test("an fd leads to its file, and what has no file has a name of its own", () => {
  const links = new FdPathReader();
  const fd = openSync("/etc/passwd", "r");
  const { reader, writer } = pipe();
  expect(links.pathOf(pid, fd)).toBe("/etc/passwd");
  expect(links.pathOf(pid, reader)).toMatch(/^pipe:\[\d+\]$/);
  closeSync(fd);
  closeSync(reader);
  closeSync(writer);
});

test("AT_FDCWD leads to the working directory, and another negative number nowhere", () => {
  const links = new FdPathReader();
  expect(links.pathOf(pid, AT_FDCWD)).toBe(readlinkSync("/proc/self/cwd"));
  expect(links.pathOf(pid, -1)).toBeUndefined();
});

test("a link that is not there leads nowhere, and does not spoil a shorter one after it", () => {
  const links = new FdPathReader();
  expect(links.pathOf(pid, 2_000_000_000)).toBeUndefined();
  expect(links.pathOf(Bun.spawnSync(["true"]).pid, AT_FDCWD)).toBeUndefined();
  expect(links.pathOf(pid, 0)).toBe(readlinkSync("/proc/self/fd/0"));
});

test("a name has a character for each of its bytes, whatever they are", () => {
  const directory = mkdtempSync(`${tmpdir()}/links-`);
  const name = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0xc3, 0xa4])]);
  const fd = openSync(name, "w");
  expect(new FdPathReader().pathOf(pid, fd)).toBe(`${directory}/\xff\xc3\xa4`);
  closeSync(fd);
  rmSync(directory, { recursive: true });
});
