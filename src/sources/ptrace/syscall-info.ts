/**
 * What the kernel reports of a thread that is stopped at a call: PTRACE_GET_SYSCALL_INFO of ptrace(2). Where
 * that is refused, before Linux 5.3 and in some sandboxes, the same is read from the registers.
 */
import { lastErrno, SystemError } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import { ENOSYS, ESRCH } from "../../kernel/errno.ts";
import * as pt from "../../kernel/ptrace.ts";

const { SYSCALL_INFO } = pt;
const SYSCALL_ARGUMENTS = 6;
const MAX_REGISTERS_SIZE = 512;
const MAX_ERRNO = 4095;

/** Offsets of x86-64's struct user_regs_struct: sys/user.h. */
const X64 = { rax: 80, orig_rax: 120, rip: 128, cs: 136, rsp: 152 } as const;
/** The registers of arguments, of 64-bit and of 32-bit calls: syscall(2). */
const X64_ARGUMENTS = [112, 104, 96, 56, 72, 64];
const I386_ARGUMENTS = [40, 88, 96, 104, 112, 32];
const I386_CODE_SEGMENT = 0x23;
/** Offsets of arm64's struct user_pt_regs. x7 is 0 at the entry of a call and 1 at its exit. */
const ARM64 = { x0: 0, x7: 56, x8: 64, sp: 248, pc: 256 } as const;

const MINUS_ENOSYS = -BigInt(ENOSYS);

/** What is the same in the registers of both architectures. */
interface CallState {
  readonly isEntry: boolean;
  readonly arch: number;
  readonly number: number;
  readonly args: readonly bigint[];
  readonly result: bigint;
  readonly instructionPointer: bigint;
  readonly stackPointer: bigint;
}

export class SyscallInfo {
  private readonly memory = allocate(pt.SYSCALL_INFO_SIZE);
  /** A struct ptrace_syscall_info. */
  readonly view = this.memory.view;
  /** The arguments in it. */
  readonly args = new BigUint64Array(this.view.buffer, SYSCALL_INFO.args, SYSCALL_ARGUMENTS);
  private readonly registers = allocate(MAX_REGISTERS_SIZE);
  private readonly vector = allocate(16);
  private isRefused = false;

  /**
   * Reads the state of a stopped thread.
   * @param isInCall whether the last stop was at the entry of a call
   * @returns PTRACE_SYSCALL_INFO_*; null if the thread has ended
   */
  read(tid: number, isInCall: boolean): number | null {
    if (this.isRefused) return this.readRegisters(tid, isInCall);
    const { address } = this.memory;
    const size = pt.SYSCALL_INFO_SIZE;
    if (libc.ptrace(pt.PTRACE_GET_SYSCALL_INFO, tid, size, address) >= 0)
      return this.view.getUint8(SYSCALL_INFO.op);
    if (lastErrno() === ESRCH) return null;
    this.isRefused = true;
    return this.readRegisters(tid, isInCall);
  }

  /** Returns where a stopped thread is; null if it has ended. */
  instructionPointer(tid: number): bigint | null {
    if (this.read(tid, false) === null) return null;
    return this.view.getBigUint64(SYSCALL_INFO.instruction_pointer, true);
  }

  private readRegisters(tid: number, isInCall: boolean): number | null {
    this.vector.view.setBigUint64(0, BigInt(this.registers.address), true);
    this.vector.view.setBigUint64(8, BigInt(MAX_REGISTERS_SIZE), true);
    const { address } = this.vector;
    if (libc.ptrace(pt.PTRACE_GETREGSET, tid, pt.NT_PRSTATUS, address) < 0) {
      if (lastErrno() === ESRCH) return null;
      throw new SystemError("ptrace", `PTRACE_GETREGSET, ${tid}`, lastErrno());
    }
    const registers = this.registers.view;
    const state = process.arch === "arm64" ? arm64State(registers) : x64State(registers);
    return this.write(state, state.isEntry && !isInCall);
  }

  private write(state: CallState, isEntry: boolean): number {
    const { view } = this;
    const op = isEntry ? pt.PTRACE_SYSCALL_INFO_ENTRY : pt.PTRACE_SYSCALL_INFO_EXIT;
    view.setUint8(SYSCALL_INFO.op, op);
    view.setUint32(SYSCALL_INFO.arch, state.arch, true);
    view.setBigUint64(SYSCALL_INFO.instruction_pointer, state.instructionPointer, true);
    view.setBigUint64(SYSCALL_INFO.stack_pointer, state.stackPointer, true);
    if (isEntry) {
      view.setBigUint64(SYSCALL_INFO.nr, BigInt(state.number), true);
      this.args.set(state.args);
    } else {
      view.setBigInt64(SYSCALL_INFO.rval, state.result, true);
      const failed = state.result < 0n && state.result >= -BigInt(MAX_ERRNO);
      view.setUint8(SYSCALL_INFO.is_error, failed ? 1 : 0);
    }
    return op;
  }
}

function x64State(registers: DataView): CallState {
  const u64 = (offset: number) => registers.getBigUint64(offset, true);
  // A 64-bit program that makes a 32-bit call by int 0x80 cannot be distinguished from others here.
  const isCompat = registers.getUint32(X64.cs, true) === I386_CODE_SEGMENT;
  const result = isCompat
    ? BigInt(registers.getInt32(X64.rax, true))
    : registers.getBigInt64(X64.rax, true);
  return {
    isEntry: result === MINUS_ENOSYS,
    arch: isCompat ? pt.AUDIT_ARCH_I386 : pt.AUDIT_ARCH_X86_64,
    number: registers.getUint32(X64.orig_rax, true),
    args: isCompat
      ? I386_ARGUMENTS.map((offset) => BigInt.asUintN(32, u64(offset)))
      : X64_ARGUMENTS.map(u64),
    result,
    instructionPointer: u64(X64.rip),
    stackPointer: u64(X64.rsp),
  };
}

/** 32-bit programs are not distinguished: their registers have another layout. */
function arm64State(registers: DataView): CallState {
  const u64 = (offset: number) => registers.getBigUint64(offset, true);
  return {
    isEntry: u64(ARM64.x7) === 0n,
    arch: pt.AUDIT_ARCH_AARCH64,
    number: registers.getUint32(ARM64.x8, true),
    args: [0, 1, 2, 3, 4, 5].map((index) => u64(ARM64.x0 + index * 8)),
    result: registers.getBigInt64(ARM64.x0, true),
    instructionPointer: u64(ARM64.pc),
    stackPointer: u64(ARM64.sp),
  };
}
