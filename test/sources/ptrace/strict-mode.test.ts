import { describe, expect, test } from "bun:test";
import { EINVAL, EPERM } from "../../../src/kernel/errno.ts";
import {
  isAllowedStrictly,
  requestsStrictMode,
  StrictMode,
} from "../../../src/sources/ptrace/strict-mode.ts";
import { SyscallInfo } from "../../../src/sources/ptrace/syscall-info.ts";
import { SyscallStop } from "../../../src/sources/ptrace/syscall-stop.ts";
import { syscallName } from "../../../src/syscalls/table.ts";
import { StoppedReader } from "./call-stops.ts";
import { stopOf, stopOfAbi } from "./stops.ts";

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

const ARCH = process.arch === "arm64" ? "arm64" : "x64";

/** The request of a thread, which the kernel has refused. */
function refused({ pid }: StoppedReader, errno: number): SyscallStop {
  const stop = stopOfAbi(ARCH, "prctl", 22n, 1n);
  stop.tid = pid;
  stop.result = -BigInt(errno);
  stop.failed = true;
  return stop;
}

function callOf({ pid }: StoppedReader, name: string): SyscallStop {
  const stop = stopOfAbi(ARCH, name);
  stop.tid = pid;
  return stop;
}

function nameOfCall({ pid }: StoppedReader): string | undefined {
  const info = new SyscallInfo();
  info.read(pid, false);
  const stop = new SyscallStop();
  stop.enter(info.view, info.args, pid);
  return syscallName(stop.abi, stop.number);
}

function resultOf({ pid }: StoppedReader): bigint {
  const info = new SyscallInfo();
  info.read(pid, true);
  const stop = new SyscallStop();
  stop.exit(info.view);
  return stop.result;
}

/** Begins strict mode of a thread that is stopped at the entry of its next call. */
function strictAtEntry(reader: StoppedReader): StrictMode {
  const mode = new StrictMode();
  mode.exited(refused(reader, EINVAL));
  return mode;
}

describe("a thread", () => {
  test("is in strict mode if the kernel refused it because of a filter", async () => {
    await using reader = await StoppedReader.start();
    const mode = new StrictMode();
    reader.toExit("hello");
    const stop = refused(reader, EINVAL);
    mode.exited(stop);
    expect([stop.result, stop.failed, resultOf(reader)]).toEqual([0n, false, 0n]);
    expect(mode.has(reader.pid)).toBe(true);
    mode.forget(reader.pid);
    expect(mode.has(reader.pid)).toBe(false);
  });

  test("is not if the kernel refused it for another reason, or another call", async () => {
    await using reader = await StoppedReader.start();
    const mode = new StrictMode();
    reader.toExit("hello");
    const stop = refused(reader, EPERM);
    mode.exited(stop);
    const other = callOf(reader, "read");
    other.result = -BigInt(EINVAL);
    mode.exited(other);
    expect([stop.failed, resultOf(reader), mode.has(reader.pid)]).toEqual([true, 5n, false]);
  });

  test("is killed at a call that strict mode forbids", async () => {
    await using reader = await StoppedReader.start();
    const mode = strictAtEntry(reader);
    mode.entered(callOf(reader, "openat"), () => true);
    expect(await reader.ended()).toBe("SIGKILL");
  });

  test("exits at such a call if its process has others", async () => {
    await using reader = await StoppedReader.start();
    const mode = strictAtEntry(reader);
    mode.entered(callOf(reader, "openat"), () => false);
    expect(nameOfCall(reader)).toBe("exit");
  });

  test("makes its call if strict mode allows it, or if it is not strict", async () => {
    await using reader = await StoppedReader.start();
    const mode = strictAtEntry(reader);
    mode.entered(callOf(reader, "read"), () => true);
    mode.forget(reader.pid);
    mode.entered(callOf(reader, "openat"), () => true);
    expect(nameOfCall(reader)).toBe("read");
    reader.toExit("hello");
    expect(resultOf(reader)).toBe(5n);
  });
});
