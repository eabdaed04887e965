/** One system call of a tracee: what it was given, and what came of it. PTRACE_GET_SYSCALL_INFO. */
import {
  AUDIT_ARCH_AARCH64,
  AUDIT_ARCH_ARM,
  AUDIT_ARCH_I386,
  AUDIT_ARCH_X86_64,
  SYSCALL_INFO,
  X32_SYSCALL_BIT,
} from "../../kernel/ptrace.ts";
import type { Abi } from "../../syscalls/table.ts";

const ABI_BY_AUDIT_ARCH: Readonly<Record<number, Abi>> = {
  [AUDIT_ARCH_X86_64]: "x64",
  [AUDIT_ARCH_I386]: "x64Compat",
  [AUDIT_ARCH_AARCH64]: "arm64",
  [AUDIT_ARCH_ARM]: "arm64Compat",
};
/** execve and execveat by ABI. */
const EXEC_NUMBERS: Readonly<Record<Abi, readonly number[]>> = {
  x64: [59, 322],
  x64Compat: [11, 358],
  x32: [520, 545],
  arm64: [221, 281],
  arm64Compat: [11, 387],
};
const MAX_ARGUMENTS = 6;

/** Used again for the next call when this one is over. */
export class SyscallStop {
  tid = 0;
  abi: Abi = "x64";
  number = 0;
  /** As the registers held them; of 32-bit callers the lower halves. */
  readonly args = new BigUint64Array(MAX_ARGUMENTS);
  /** The result, signed; -errno where it failed. Only after `leave`. */
  result = 0n;
  failed = false;
  /** The stop that it was entered by: lent, of this call only while it is entered. */
  private entryInfo: DataView | null = null;
  /** When it was entered and left: performance.now(), milliseconds. */
  enteredAt = 0;
  exitedAt = 0;

  /** @param args the six of the same struct */
  enter(info: DataView, args: BigUint64Array, tid: number): void {
    const number = info.getUint32(SYSCALL_INFO.nr, true);
    const abi = ABI_BY_AUDIT_ARCH[info.getUint32(SYSCALL_INFO.arch, true)] ?? "x64";
    const x32 = abi === "x64" && number >= X32_SYSCALL_BIT && number < 2 * X32_SYSCALL_BIT;
    this.entryInfo = info;
    this.tid = tid;
    this.abi = x32 ? "x32" : abi;
    this.number = x32 ? number - X32_SYSCALL_BIT : number;
    this.args.set(args);
    this.enteredAt = performance.now();
  }

  exit(info: DataView): void {
    this.entryInfo = null;
    this.result = info.getBigInt64(SYSCALL_INFO.rval, true);
    this.failed = info.getUint8(SYSCALL_INFO.is_error) !== 0;
    this.exitedAt = performance.now();
  }

  /** 0 where it is not known any more. */
  get stackPointer(): bigint {
    return this.entryInfo?.getBigUint64(SYSCALL_INFO.stack_pointer, true) ?? 0n;
  }

  get isExec(): boolean {
    return EXEC_NUMBERS[this.abi].includes(this.number);
  }
}
