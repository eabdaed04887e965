/** Numbers of processes in pid namespaces, and memory maps, as proc(5) lists them. */
import { expect, test } from "bun:test";
import { PidReader } from "../../../src/sources/ptrace/pid-reader.ts";
import { parseMappings } from "../../../src/sources/ptrace/stack-reader.ts";
import { namespaceNumbers, threadDirectory } from "../../../src/sources/ptrace/thread-directory.ts";

test("a status lists the numbers from the outer namespace inwards", () => {
  const status = "Name:\tx\nNStgid:\t12\t3\nNSpid:\t13\t4\nNSpgid:\t0\t1\nNSsid:\t0\n";
  expect(namespaceNumbers(status, "tgid")).toEqual([12, 3]);
  expect(namespaceNumbers(status, "tid")).toEqual([13, 4]);
  expect(namespaceNumbers(status, "sid")).toEqual([0]);
  expect(namespaceNumbers("", "tid")).toEqual([]);
});

test("a process of our own namespace has a name and no other number", () => {
  const reader = new PidReader(new Set(["comm", "pidns"] as const));
  const details = reader.lookup(process.pid)("tgid", process.pid);
  expect(details?.translated).toBeUndefined();
  expect(details?.comm).toBe(reader.commOf(process.pid)!);
  expect(reader.lookup(process.pid)("pgid", process.pid)).toBeUndefined();
});

test("a number of our own namespace stays as it is", () => {
  const reader = new PidReader(new Set([] as const));
  expect(reader.translate(process.pid, "tgid", process.ppid)).toBe(process.ppid);
});

test("the name of a thread that has ended is the last known one", () => {
  const reader = new PidReader(new Set(["comm"] as const));
  const name = reader.tracedName(process.pid);
  expect(name).not.toBeNull();
  expect(new PidReader(new Set([] as const)).tracedName(process.pid)).toBeNull();
});

test("mappings of files have their place in the file; others are left out", () => {
  const text = [
    "00400000-0040b000 r-xp 00002000 08:01 131 /usr/bin/a b",
    "7f0000000000-7f0000001000 rw-p 00000000 00:00 0 ",
    "7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                  [vdso]",
  ].join("\n");
  expect(parseMappings(text)).toEqual([
    { start: 0x400000n, end: 0x40b000n, offset: 0x2000n, path: "/usr/bin/a b" },
    { start: 0x7ffd00000000n, end: 0x7ffd00002000n, offset: 0n, path: "[vdso]" },
  ]);
});

test("a thread's directory is that of its number if procfs is of our own namespace", () => {
  expect(threadDirectory(process.pid)).toBe(`/proc/${process.pid}`);
});
