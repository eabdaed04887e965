/**
 * One system call of a tracee, from its entry to its exit: ptrace(2), PTRACE_GET_SYSCALL_INFO and
 * include/uapi/linux/audit.h.
 */
import {
  AUDIT_ARCH_AARCH64,
  AUDIT_ARCH_ARM,
  AUDIT_ARCH_I386,
  AUDIT_ARCH_X86_64,
  SYSCALL_INFO,
  X32_SYSCALL_BIT,
} from "../../kernel/ptrace.ts";
import { type Abi, syscallName } from "../../syscalls/table.ts";

const ABI_BY_AUDIT_ARCH: Readonly<Record<number, Abi>> = {
  [AUDIT_ARCH_X86_64]: "x64",
  [AUDIT_ARCH_I386]: "x64Compat",
  [AUDIT_ARCH_AARCH64]: "arm64",
  [AUDIT_ARCH_ARM]: "arm64Compat",
};
const EXEC_NAMES: ReadonlySet<string | undefined> = new Set(["execve", "execveat"]);
const MAX_ARGUMENTS = 6;

/** Reused for another call after this one has ended. */
export class SyscallStop {
  tid = 0;
  abi: Abi = "x64";
  number = 0;
  /** The registers; the lower halves of them for 32-bit programs. */
  readonly args = new BigUint64Array(MAX_ARGUMENTS);
  /** The signed result, -errno if the call failed. Valid after `exit`. */
  result = 0n;
  failed = false;
  /** Whether a seccomp filter answered the call by a signal: `result` is none then. */
  trapped = false;
  /** A copy of the struct open_how of an io_uring request; null: it is still in the memory. */
  openHow: Uint8Array | null = null;
  /** The entry stop. Borrowed: valid while the entry is handled. */
  private entryInfo: DataView | null = null;
  /** The address of the instruction after the one that made the call. */
  instructionPointer = 0n;
  /** performance.now(), milliseconds. */
  enteredAt = 0;
  exitedAt = 0;
  /** CPU time in the kernel, in milliseconds: of the process at the entry, of the call at the exit. */
  systemTime = 0;

  /**
   * @param info a struct ptrace_syscall_info of an entry stop
   * @param args the six arguments in the same struct
   */
  enter(info: DataView, args: BigUint64Array, tid: number): void {
    const number = info.getUint32(SYSCALL_INFO.nr, true);
    const abi = ABI_BY_AUDIT_ARCH[info.getUint32(SYSCALL_INFO.arch, true)] ?? "x64";
    const x32 = abi === "x64" && number >= X32_SYSCALL_BIT && number < 2 * X32_SYSCALL_BIT;
    this.entryInfo = info;
    this.tid = tid;
    this.abi = x32 ? "x32" : abi;
    this.number = x32 ? number - X32_SYSCALL_BIT : number;
    this.args.set(args);
    this.instructionPointer = info.getBigUint64(SYSCALL_INFO.instruction_pointer, true);
    this.trapped = false;
    this.enteredAt = performance.now();
  }

  exit(info: DataView): void {
    this.entryInfo = null;
    this.result = info.getBigInt64(SYSCALL_INFO.rval, true);
    this.failed = info.getUint8(SYSCALL_INFO.is_error) !== 0;
    this.exitedAt = performance.now();
  }

  /** 0 after the exit. */
  get stackPointer(): bigint {
    return this.entryInfo?.getBigUint64(SYSCALL_INFO.stack_pointer, true) ?? 0n;
  }

  get isExec(): boolean {
    return EXEC_NAMES.has(syscallName(this.abi, this.number));
  }
}
