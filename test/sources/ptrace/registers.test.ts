/** Changes to the calls of a real tracee. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { ENOSYS } from "../../../src/kernel/errno.ts";
import { CallRegisters } from "../../../src/sources/ptrace/registers.ts";
import { SyscallInfo } from "../../../src/sources/ptrace/syscall-info.ts";
import { SyscallStop } from "../../../src/sources/ptrace/syscall-stop.ts";
import { StoppedReader } from "./call-stops.ts";

const ARCH = process.arch === "arm64" ? "arm64" : "x64";
const registers = new CallRegisters();
let reader: StoppedReader;
beforeEach(async () => {
  reader = await StoppedReader.start();
});
afterEach(() => reader.close());

function entered(): SyscallStop {
  const info = new SyscallInfo();
  info.read(reader.pid, false);
  const stop = new SyscallStop();
  stop.enter(info.view, info.args, reader.pid);
  return stop;
}

function exited(): SyscallStop {
  const info = new SyscallInfo();
  info.read(reader.pid, true);
  const stop = new SyscallStop();
  stop.exit(info.view);
  return stop;
}

test("a call without a number is not made", () => {
  registers.setNumber(reader.pid, -1);
  reader.toExit("unread");
  expect(exited().result).toBe(-BigInt(ENOSYS));
});

test("the first argument is replaced, and no other", () => {
  const before = entered();
  registers.setFirstArgument(reader.pid, ARCH, 77n);
  expect([...entered().args]).toEqual([77n, ...before.args.slice(1)]);
});

test("the result is replaced, negative or not", () => {
  reader.toExit("hello");
  for (const result of [-13n, 0n, 0x7fff_0000_0001n]) {
    registers.setResult(reader.pid, result);
    expect(exited().result).toBe(result);
  }
  expect(exited().failed).toBe(false);
});

test("a thread that has ended is left alone", () => {
  expect(() => registers.setNumber(99999999, 1)).not.toThrow();
});
