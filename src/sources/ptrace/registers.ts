/** Changes the call of a stopped thread: number and first argument at the entry, result at the exit. ptrace(2). */
import { lastErrno, SystemError } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import { ESRCH } from "../../kernel/errno.ts";
import {
  NT_ARM_SYSTEM_CALL,
  NT_PRSTATUS,
  PTRACE_GETREGSET,
  PTRACE_POKEUSER,
  PTRACE_SETREGSET,
} from "../../kernel/ptrace.ts";
import type { Abi } from "../../syscalls/table.ts";

/** Offsets in x86-64's struct user, which 32-bit programs have as well: sys/user.h. */
const USER_RBX = 40;
const USER_RAX = 80;
const USER_RDI = 112;
const USER_ORIG_RAX = 120;
/** Size of the registers of a 32-bit program on arm64. */
const ARM_REGISTERS_SIZE = 72;
const MAX_REGISTERS_SIZE = 512;

/** Makes a request of a thread, which may have been killed meanwhile. */
function request(number: number, tid: number, address: number, data: number | bigint): void {
  if (libc.ptrace(number, tid, address, data) >= 0 || lastErrno() === ESRCH) return;
  throw new SystemError("ptrace", `request ${number}, ${tid}`, lastErrno());
}

export class CallRegisters {
  private readonly registers = allocate(MAX_REGISTERS_SIZE);
  private readonly vector = allocate(16);

  /** @returns the size of the set */
  private requestSet(number: number, tid: number, set: number, size: number): number {
    this.vector.view.setBigUint64(0, BigInt(this.registers.address), true);
    this.vector.view.setBigUint64(8, BigInt(size), true);
    request(number, tid, set, this.vector.address);
    return this.vector.view.getUint32(8, true);
  }

  /** Replaces the call that a thread is about to execute. @param number -1 for none */
  setNumber(tid: number, number: number): void {
    if (process.arch !== "arm64") {
      request(PTRACE_POKEUSER, tid, USER_ORIG_RAX, number);
      return;
    }
    this.registers.view.setInt32(0, number, true);
    this.requestSet(PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, 4);
  }

  /** Sets the first argument of a call. */
  setFirstArgument(tid: number, abi: Abi, value: bigint): void {
    if (process.arch === "arm64") this.setX0(tid, value);
    else request(PTRACE_POKEUSER, tid, abi === "x64Compat" ? USER_RBX : USER_RDI, value);
  }

  /** Sets the result of the call that a thread has executed. */
  setResult(tid: number, result: bigint): void {
    if (process.arch === "arm64") this.setX0(tid, result);
    else request(PTRACE_POKEUSER, tid, USER_RAX, result);
  }

  /** Sets arm64's register of the first argument and of the result. */
  private setX0(tid: number, value: bigint): void {
    const size = this.requestSet(PTRACE_GETREGSET, tid, NT_PRSTATUS, MAX_REGISTERS_SIZE);
    const { view } = this.registers;
    if (size === ARM_REGISTERS_SIZE) view.setInt32(0, Number(BigInt.asIntN(32, value)), true);
    else view.setBigInt64(0, value, true);
    this.requestSet(PTRACE_SETREGSET, tid, NT_PRSTATUS, size);
  }
}
