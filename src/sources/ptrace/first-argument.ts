/** Sets the register of a stopped thread that holds the first argument of its call: ptrace(2), syscall(2). */
import { libc } from "../../ffi/libc.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";
import {
  NT_PRSTATUS,
  PTRACE_GETREGSET,
  PTRACE_POKEUSER,
  PTRACE_SETREGSET,
} from "../../kernel/ptrace.ts";
import type { Abi } from "../../syscalls/table.ts";

/** Offsets in x86-64's struct user, which 32-bit programs have as well: sys/user.h. */
const USER_RBX = 40;
const USER_RDI = 112;
/** The registers of an arm64 program: struct user_pt_regs. */
const REGISTERS_SIZE = 272;

let registers: Memory | undefined;
let vector: Memory | undefined;

/** Does nothing if the thread has ended. */
export function setFirstArgument(tid: number, abi: Abi, value: bigint): void {
  const isArm = abi.startsWith("arm64");
  if (isArm) setX0(tid, abi, value);
  else libc.ptrace(PTRACE_POKEUSER, tid, abi === "x64Compat" ? USER_RBX : USER_RDI, value);
}

function setX0(tid: number, abi: Abi, value: bigint): void {
  registers ??= allocate(REGISTERS_SIZE);
  vector ??= allocate(16);
  vector.view.setBigUint64(0, BigInt(registers.address), true);
  vector.view.setBigUint64(8, BigInt(REGISTERS_SIZE), true);
  // The kernel sets the length to that of the registers.
  if (libc.ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, vector.address) < 0) return;
  if (abi === "arm64Compat") registers.view.setUint32(0, Number(value), true);
  else registers.view.setBigUint64(0, value, true);
  libc.ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, vector.address);
}
