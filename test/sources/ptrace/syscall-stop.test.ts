/** System calls read from the bytes of a struct ptrace_syscall_info. */
import { describe, expect, test } from "bun:test";
import * as pt from "../../../src/kernel/ptrace.ts";
import { SyscallStop } from "../../../src/sources/ptrace/syscall-stop.ts";
import { type Abi, syscallNumber } from "../../../src/syscalls/table.ts";

const ARGS = BigUint64Array.from([1n, 2n, 3n, 4n, 5n, 0xffff_ffff_ffff_ff9cn]);
const ARCH: readonly [Abi, number][] = [
  ["x64", pt.AUDIT_ARCH_X86_64],
  ["x64Compat", pt.AUDIT_ARCH_I386],
  ["arm64", pt.AUDIT_ARCH_AARCH64],
  ["arm64Compat", pt.AUDIT_ARCH_ARM],
];

function info(): DataView {
  return new DataView(new ArrayBuffer(pt.SYSCALL_INFO_SIZE));
}

function entered(arch: number, number: number): SyscallStop {
  const view = info();
  view.setUint32(pt.SYSCALL_INFO.arch, arch, true);
  view.setUint32(pt.SYSCALL_INFO.nr, number, true);
  view.setBigUint64(pt.SYSCALL_INFO.stack_pointer, 0x7ffcn, true);
  const stop = new SyscallStop();
  stop.enter(view, ARGS, 10);
  return stop;
}

describe("a call", () => {
  test.each(ARCH)("of %s has that ABI", (abi, arch) => {
    expect(entered(arch, 5)).toMatchObject({ abi, number: 5, tid: 10, args: ARGS });
  });

  test("of x32 is recognized by a bit of its number", () => {
    const number = pt.X32_SYSCALL_BIT + 520;
    expect(entered(pt.AUDIT_ARCH_X86_64, number)).toMatchObject({ abi: "x32", number: 520 });
    expect(entered(pt.AUDIT_ARCH_ARM, number)).toMatchObject({ abi: "arm64Compat", number });
  });

  test("with an invalid number keeps it", () => {
    const number = 0xffff_ffff;
    expect(entered(pt.AUDIT_ARCH_X86_64, number)).toMatchObject({ abi: "x64", number });
  });

  test("that fails has the result -errno", () => {
    const stop = entered(pt.AUDIT_ARCH_X86_64, 0);
    const view = info();
    view.setBigInt64(pt.SYSCALL_INFO.rval, -2n, true);
    view.setUint8(pt.SYSCALL_INFO.is_error, 1);
    stop.exit(view);
    expect(stop).toMatchObject({ result: -2n, failed: true });
  });

  test("may return a negative number without having failed", () => {
    const stop = entered(pt.AUDIT_ARCH_X86_64, 0);
    const view = info();
    view.setBigInt64(pt.SYSCALL_INFO.rval, -2n, true);
    stop.exit(view);
    expect(stop).toMatchObject({ result: -2n, failed: false });
  });

  test("copies its arguments", () => {
    const args = ARGS.slice();
    const stop = new SyscallStop();
    stop.enter(info(), args, 10);
    args.fill(0n);
    expect(stop.args).toEqual(ARGS);
  });

  test("has a stack pointer until its exit", () => {
    const stop = entered(pt.AUDIT_ARCH_X86_64, 0);
    expect(stop.stackPointer).toBe(0x7ffcn);
    stop.exit(info());
    expect(stop.stackPointer).toBe(0n);
  });
});

test.each([...ARCH, ["x32", pt.AUDIT_ARCH_X86_64] as const])(
  "execve and execveat of %s are execs, other calls are not",
  (abi, arch) => {
    const bit = abi === "x32" ? pt.X32_SYSCALL_BIT : 0;
    const isExec = (name: string) => entered(arch, syscallNumber(abi, name)! + bit).isExec;
    const names = ["execve", "execveat", "openat", "clone", "exit_group"];
    expect(names.map(isExec)).toEqual([true, true, false, false, false]);
  },
);
