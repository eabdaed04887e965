/** Tables of the kernel's names and numbers, compared with the headers. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errnoName } from "../../src/kernel/errno.ts";
import { openFlags } from "../../src/kernel/fcntl.ts";
import { IORING_OP } from "../../src/kernel/io-uring.ts";
import { signalName } from "../../src/kernel/signal.ts";
import { FILE_TYPES, fileType } from "../../src/kernel/stat.ts";
import { declaredIn, ROOT, valuesOf } from "./compiler.ts";

/** Returns the macros that a header defines, with the text of their values. */
function defines(path: string): Map<string, string> {
  const matches = readFileSync(path, "utf8").matchAll(/^#define\s+(\w+)[ \t]+([^/\n]+)/gm);
  return new Map(Array.from(matches, ([, name, text]) => [name, text.trim()]));
}

test("every error number has the kernel's name", () => {
  const base = defines("/usr/include/asm-generic/errno-base.h");
  const rest = defines("/usr/include/asm-generic/errno.h");
  const numbers = [...base, ...rest].filter(([, number]) => /^\d+$/.test(number));
  expect(numbers.length).toBeGreaterThan(125);
  for (const [name, number] of numbers) expect(errnoName(Number(number))).toBe(name);
});

test("an unassigned error number is shown as a number", () => {
  for (const number of [-1, 0, 41, 58, 134, 511, 515, 517, 4096])
    expect(errnoName(number)).toBe(`errno ${number}`);
});

test("every signal has the kernel's first name for its number", () => {
  const numbers = new Map<number, string>();
  for (const [name, number] of defines("/usr/include/asm-generic/signal.h"))
    if (/^SIG[A-Z0-9]+$/.test(name) && !numbers.has(+number)) numbers.set(+number, name);
  for (let number = 1; number <= 31; number++)
    expect(signalName(number)).toBe(numbers.get(number)!);
});

test("the open flags have this architecture's values", () => {
  const flags = openFlags(process.arch === "arm64" ? "arm64" : "x64");
  // O_LARGEFILE is 0 in the C library of 64-bit machines.
  const headers = ["asm/fcntl.h"];
  const spelled = (name: string) => (name === "O_TMPFILE" ? "__O_TMPFILE | O_DIRECTORY" : name);
  const known = declaredIn(headers, Object.keys(flags));
  const values = valuesOf(headers, known.map(spelled));
  for (const name of known)
    expect([name, flags[name as keyof typeof flags]]).toEqual([name, values[spelled(name)]]);
  // Other names in the C library for FASYNC and O_SYNC.
  const others = Object.keys(flags).filter((name) => !known.includes(name));
  const { O_ASYNC, O_RSYNC } = flags;
  expect(others.sort()).toEqual(["O_ASYNC", "O_RSYNC"]);
  expect(Object.values(valuesOf(["fcntl.h"], others))).toEqual([O_ASYNC, O_RSYNC]);
});

test("arm64's open flags differ from x86-64's only in the four that arm64 defines itself", () => {
  const [x64, arm64] = [openFlags("x64"), openFlags("arm64")];
  const names = Object.keys(x64) as (keyof typeof x64)[];
  const own = names.filter((name) => x64[name] !== arm64[name]);
  expect(own.sort()).toEqual(["O_DIRECT", "O_DIRECTORY", "O_LARGEFILE", "O_NOFOLLOW", "O_TMPFILE"]);
  expect(arm64.O_TMPFILE & ~arm64.O_DIRECTORY).toBe(x64.O_TMPFILE & ~x64.O_DIRECTORY);
  const bits = (flags: typeof x64) => own.reduce((sum, name) => sum | flags[name], 0);
  expect(bits(arm64)).toBe(bits(x64)); // the same four bits, assigned differently
});

test("the io_uring opcodes have the kernel's numbers", () => {
  const headers = ["linux/io_uring.h"]; // older headers lack the newest
  const known = declaredIn(headers, Object.keys(IORING_OP)) as (keyof typeof IORING_OP)[];
  expect(known.length).toBeGreaterThan(10);
  expect(valuesOf(headers, known)).toEqual(
    Object.fromEntries(known.map((name) => [name, IORING_OP[name]])),
  );
});

test("file types have the kernel's numbers", () => {
  const names = ["S_IFIFO", "S_IFCHR", "S_IFDIR", "S_IFBLK", "S_IFREG", "S_IFLNK", "S_IFSOCK"];
  const modes = Object.values(valuesOf(["sys/stat.h"], names));
  expect(modes.map((mode) => fileType(mode | 0o7777))).toEqual(FILE_TYPES.slice(0, -1));
  for (const mode of [0, 0o7777, 0o170000]) expect(fileType(mode)).toBe("anon");
});

test("the kernel's constants in bpf/core_types.h have the headers' values", () => {
  const ours = defines(join(ROOT, "bpf/core_types.h"));
  const headers = ["linux/fcntl.h", "linux/sched.h", "linux/io_uring.h"];
  const known = declaredIn(headers, [...ours.keys()]);
  expect(known).toContain("CLONE_THREAD");
  const written = valuesOf(
    ["stdio.h"],
    known.map((name) => ours.get(name)!),
  );
  for (const [name, value] of Object.entries(valuesOf(headers, known)))
    expect([name, written[ours.get(name)!]]).toEqual([name, value]);
});
