/**
 * Seccomp's strict mode for threads that have our filter, with which the kernel refuses it: seccomp(2),
 * kernel/seccomp.c. The tracer lets the call succeed, and ends the threads that make another call then.
 */
import { libc } from "../../ffi/libc.ts";
import { EINVAL } from "../../kernel/errno.ts";
import { SIGKILL } from "../../kernel/signal.ts";
import { syscallName, syscallNumber } from "../../syscalls/table.ts";
import { CallRegisters } from "./registers.ts";
import type { SyscallStop } from "./syscall-stop.ts";

const PR_SET_SECCOMP = 22n;
const SECCOMP_MODE_STRICT = 1n;
const SECCOMP_SET_MODE_STRICT = 0n;
const NO_CALL = -1;
const ALLOWED: readonly string[] = ["read", "write", "exit", "rt_sigreturn", "sigreturn"];

/** Whether a call requests strict mode with arguments that the kernel accepts. */
export function requestsStrictMode({ abi, number, args }: SyscallStop): boolean {
  const operation = BigInt.asUintN(32, args[0]);
  switch (syscallName(abi, number)) {
    case "prctl":
      return operation === PR_SET_SECCOMP && args[1] === SECCOMP_MODE_STRICT;
    case "seccomp":
      return (
        operation === SECCOMP_SET_MODE_STRICT &&
        BigInt.asUintN(32, args[1]) === 0n &&
        args[2] === 0n
      );
    default:
      return false;
  }
}

/** Whether a thread in strict mode may make a call. */
export function isAllowedStrictly({ abi, number }: SyscallStop): boolean {
  return ALLOWED.includes(syscallName(abi, number) ?? "");
}

export class StrictMode {
  private readonly threads = new Set<number>();
  private readonly registers = new CallRegisters();

  /** Whether a thread has to stop at its calls: it is in strict mode. */
  has(tid: number): boolean {
    return this.threads.has(tid);
  }

  /** Called at the exit of a call of a thread that has our filter only. */
  exited(stop: SyscallStop): void {
    if (stop.result !== -BigInt(EINVAL) || !requestsStrictMode(stop)) return;
    this.registers.setResult(stop.tid, 0n);
    stop.result = 0n;
    stop.failed = false;
    this.threads.add(stop.tid);
  }

  /**
   * Called at the entry of a call: ends a thread that may not make it.
   * @param isAlone whether its process has no other thread
   */
  entered(stop: SyscallStop, isAlone: () => boolean): void {
    const { tid, abi } = stop;
    if (!this.threads.has(tid) || isAllowedStrictly(stop)) return;
    // A signal would end the other threads as well.
    const exit = isAlone() ? undefined : syscallNumber(abi, "exit");
    this.registers.setNumber(tid, exit ?? NO_CALL);
    if (exit === undefined) libc.kill(tid, SIGKILL);
  }

  forget(tid: number): void {
    this.threads.delete(tid);
  }
}
