/** Calls of a real tracee, read by both ways that the kernel offers. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { PTRACE_SYSCALL_INFO_ENTRY, PTRACE_SYSCALL_INFO_EXIT } from "../../../src/kernel/ptrace.ts";
import { SyscallInfo } from "../../../src/sources/ptrace/syscall-info.ts";
import { SyscallStop } from "../../../src/sources/ptrace/syscall-stop.ts";
import { syscallName } from "../../../src/syscalls/table.ts";
import { StoppedReader } from "./call-stops.ts";

let reader: StoppedReader;
beforeEach(async () => {
  reader = await StoppedReader.start();
});
afterEach(() => reader.close());

/** One that takes the registers, as where PTRACE_GET_SYSCALL_INFO is refused. */
function fromRegisters(): SyscallInfo {
  const info: unknown = Object.assign(new SyscallInfo() as object, { isRefused: true });
  return info as SyscallInfo;
}
const WAYS = [
  ["by PTRACE_GET_SYSCALL_INFO", () => new SyscallInfo()],
  ["from the registers", fromRegisters],
] as const;
const STDIN = 0n;

test.each(WAYS)("an entry is read %s", (_, create) => {
  const info = create();
  expect(info.read(reader.pid, false)).toBe(PTRACE_SYSCALL_INFO_ENTRY);
  const stop = new SyscallStop();
  stop.enter(info.view, info.args, reader.pid);
  expect(syscallName(stop.abi, stop.number)).toBe("read");
  expect(stop.args[0]).toBe(STDIN);
  expect(stop.args[2]).toBe(131072n);
});

test.each(WAYS)("an exit is read %s", (_, create) => {
  const info = create();
  const stop = new SyscallStop();
  info.read(reader.pid, false);
  stop.enter(info.view, info.args, reader.pid);
  reader.toExit("hello");
  expect(info.read(reader.pid, true)).toBe(PTRACE_SYSCALL_INFO_EXIT);
  stop.exit(info.view);
  expect([stop.result, stop.failed]).toEqual([5n, false]);
});

test("both tell the same", () => {
  const [told, registers] = [new SyscallInfo(), fromRegisters()];
  const entered = (info: SyscallInfo) => {
    const stop = new SyscallStop();
    info.read(reader.pid, false);
    stop.enter(info.view, info.args, reader.pid);
    const { abi, number, args, instructionPointer, stackPointer } = stop;
    return { abi, number, args: [...args], instructionPointer, stackPointer };
  };
  expect(entered(registers)).toEqual(entered(told));
  expect(entered(told).stackPointer).toBeGreaterThan(0n);
});

test("the registers at an entry are those of an exit for a thread that is in a call", () => {
  // -ENOSYS is in the register of the result at every entry, and may be a result.
  expect(fromRegisters().read(reader.pid, true)).toBe(PTRACE_SYSCALL_INFO_EXIT);
});

test.each(WAYS)("a thread that has ended has no call: %s", (_, create) => {
  expect(create().read(99999999, false)).toBeNull();
});
