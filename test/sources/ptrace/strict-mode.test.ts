import { expect, test } from "bun:test";
import { isAllowedStrictly, requestsStrictMode } from "../../../src/sources/ptrace/strict-mode.ts";
import { stopOf } from "./stops.ts";

test.each([
  ["prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)", stopOf("prctl", 22n, 1n), true],
  ["the same with garbage above the int", stopOf("prctl", (1n << 40n) | 22n, 1n), true],
  ["prctl with a filter", stopOf("prctl", 22n, 2n), false],
  ["another prctl", stopOf("prctl", 15n, 1n), false],
  ["seccomp(SECCOMP_SET_MODE_STRICT)", stopOf("seccomp", 0n, 0n, 0n), true],
  ["seccomp with flags, which the kernel refuses", stopOf("seccomp", 0n, 1n, 0n), false],
  ["seccomp with arguments, which the kernel refuses", stopOf("seccomp", 0n, 0n, 8n), false],
  ["seccomp with a filter", stopOf("seccomp", 1n, 0n, 0n), false],
  ["a call of the same arguments", stopOf("read", 0n, 0n, 0n), false],
])("strict mode is requested or not: %s", (_, stop, expected) => {
  expect(requestsStrictMode(stop)).toBe(expected);
});

test("in strict mode a thread may read, write, exit and return from a handler, in any ABI", () => {
  for (const name of ["read", "write", "exit", "rt_sigreturn"])
    expect(isAllowedStrictly(stopOf(name))).toBe(true);
  for (const name of ["exit_group", "openat", "readv", "getpid", "pread64"])
    expect(isAllowedStrictly(stopOf(name))).toBe(false);
  const stop = stopOf("read");
  stop.abi = "x64Compat"; // where 0 is restart_syscall
  expect(isAllowedStrictly(stop)).toBe(false);
  stop.number = 3;
  expect(isAllowedStrictly(stop)).toBe(true);
});
