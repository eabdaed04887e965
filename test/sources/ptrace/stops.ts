/** Stops of threads at calls, for tests without a tracee. */
import { SyscallStop } from "../../../src/sources/ptrace/syscall-stop.ts";
import { type Abi, syscallNumber } from "../../../src/syscalls/table.ts";

/** Returns a stop at the entry of an x86-64 call. */
export function stopOf(name: string, ...args: bigint[]): SyscallStop {
  return stopOfAbi("x64", name, ...args);
}

export function stopOfAbi(abi: Abi, name: string, ...args: bigint[]): SyscallStop {
  const stop = new SyscallStop();
  stop.tid = process.pid;
  stop.abi = abi;
  stop.number = syscallNumber(abi, name)!;
  stop.args.set(args);
  return stop;
}
