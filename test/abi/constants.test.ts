/**
 * Checks that constants of src with a name of the kernel or the C library have its value. Searches
 * the sources for numeric constants; the compiler knows which names exist.
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { syscallNumbers } from "../../src/kernel/syscall-numbers.ts";
import { declaredIn, ROOT, valuesOf } from "./compiler.ts";

const HEADERS = [
  ...["errno.h", "fcntl.h", "limits.h", "poll.h", "signal.h", "time.h", "elf.h", "sys/epoll.h"],
  ...["sys/file.h", "sys/mman.h", "sys/mount.h", "sys/prctl.h", "sys/resource.h", "sys/socket.h"],
  ...["sys/stat.h", "sys/syscall.h", "sys/un.h", "sys/wait.h", "linux/bpf.h", "linux/cn_proc.h"],
  ...["linux/connector.h", "linux/netlink.h", "linux/perf_event.h", "sys/inotify.h"],
  ...["sys/ioctl.h", "termios.h", "sys/fanotify.h"],
  ...["spawn.c", "signals.c", "interface.h"],
];
interface Constant {
  readonly file: string;
  readonly name: string;
  readonly x64: number;
  readonly arm64: number;
}

const NUMBER = "-?(?:0[xob])?[\\da-f_]+";
/** `const NAME = 1;` or `const NAME = ARCH === "arm64" ? 2 : 1;` */
const CONSTANT = new RegExp(
  `^(?:export )?const ([A-Z]\\w*) = (?:ARCH === "arm64" \\? (${NUMBER}) : )?(${NUMBER});`,
  "gm",
);

function number(text: string): number {
  return text.startsWith("-") ? -number(text.slice(1)) : Number(text.replaceAll("_", ""));
}

function constantsOf(file: string): Constant[] {
  const text = readFileSync(join(ROOT, "src", file), "utf8");
  return Array.from(text.matchAll(CONSTANT), ([, name, arm64, x64]) => ({
    file,
    name,
    x64: number(x64),
    arm64: number(arm64 ?? x64),
  }));
}

const constants = [...new Bun.Glob("**/*.ts").scanSync(join(ROOT, "src"))].flatMap(constantsOf);

/** Returns the values of the same constants in the sources and in the headers. */
function compare(headers: readonly string[], ours: readonly Constant[], arch: "x64" | "arm64") {
  const names = new Set(ours.map(({ name }) => name));
  const known = new Set(declaredIn(headers, [...names]));
  const shared = ours.filter(({ name }) => known.has(name));
  const values = valuesOf(headers, [...known]);
  const line = ({ file, name }: Constant, value: number) => `${file}: ${name} = ${value}`;
  return {
    found: shared.map((constant) => line(constant, constant[arch])),
    expected: shared.map((constant) => line(constant, values[constant.name])),
  };
}

test("constants named as in the headers have the values of the headers", () => {
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  const { found, expected } = compare(HEADERS, constants, arch);
  expect(found).toEqual(expected);
  expect(found.length).toBeGreaterThan(60); // the search works
});

/** Compares our numbers of an architecture with the __NR_ macros of a header. */
function expectNumbers(arch: "x64" | "arm64", header: string): void {
  const numbers = Object.entries(syscallNumbers(arch));
  const values = valuesOf(
    [header],
    numbers.map(([name]) => `__NR_${name}`),
  );
  expect(numbers.length).toBeGreaterThan(10);
  for (const [name, number] of numbers)
    expect([name, number]).toEqual([name, values[`__NR_${name}`]]);
}

test("system calls have the numbers of this architecture", () => {
  expectNumbers(process.arch === "arm64" ? "arm64" : "x64", "asm/unistd.h");
});

test("system calls of arm64 have the generic numbers", () => {
  expectNumbers("arm64", "asm-generic/unistd.h");
});

test("no file has a system call number of its own", () => {
  expect(constants.filter(({ name }) => name.startsWith("SYS_"))).toEqual([]);
});
