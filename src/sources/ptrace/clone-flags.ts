/**
 * Takes CLONE_UNTRACED from the flags of clone(2) and clone3(2), so that children with it are traced as
 * well, and gives it back to both processes afterwards. Without a tracer, the calls of such a child that
 * our seccomp filter selects would fail with ENOSYS.
 */
import { libc } from "../../ffi/libc.ts";
import { PTRACE_POKEDATA } from "../../kernel/ptrace.ts";
import { syscallName } from "../../syscalls/table.ts";
import { CallRegisters } from "./registers.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import { TraceeMemory } from "./tracee-memory.ts";

/** include/uapi/linux/sched.h, in the lower half of the flags. */
export const CLONE_UNTRACED = 0x00800000;
const FLAGS_SIZE = 8;

/** Writes flags to a stopped thread. */
type FlagsWriter = (tid: number, flags: bigint) => void;

interface Change {
  readonly flags: bigint;
  readonly write: FlagsWriter;
}

export class CloneFlags {
  private readonly memory = new TraceeMemory();
  private readonly registers = new CallRegisters();
  /** What has to be given back, by thread. */
  private readonly changes = new Map<number, Change>();

  /** Takes the flag away at the entry of a call that has it. */
  entered(stop: SyscallStop): void {
    const name = syscallName(stop.abi, stop.number);
    if (name !== "clone" && name !== "clone3") return;
    const change = name === "clone" ? this.registerChange(stop) : this.memoryChange(stop);
    if (!change || (change.flags & BigInt(CLONE_UNTRACED)) === 0n) return;
    change.write(stop.tid, change.flags & ~BigInt(CLONE_UNTRACED));
    this.changes.set(stop.tid, change);
  }

  private registerChange({ abi, args }: SyscallStop): Change {
    return {
      flags: args[0],
      write: (tid, value) => this.registers.setFirstArgument(tid, abi, value),
    };
  }

  private memoryChange({ tid, args }: SyscallStop): Change | null {
    this.memory.pid = tid;
    const address = Number(args[0]);
    const flags = this.memory.read(address, FLAGS_SIZE)?.view.getBigUint64(0, true);
    if (flags === undefined) return null;
    // Unlike process_vm_writev(2), this writes to read-only memory too.
    const write: FlagsWriter = (thread, value) =>
      void libc.ptrace(PTRACE_POKEDATA, thread, address, Number(value));
    return { flags, write };
  }

  /** Has the flag given back to a new child at its first stop, too. */
  forked(parent: number, child: number): void {
    const change = this.changes.get(parent);
    if (change) this.changes.set(child, change);
  }

  /** Gives the flag back to a thread that is stopped after the call. */
  left(tid: number): void {
    const change = this.changes.get(tid);
    if (!change) return;
    this.changes.delete(tid);
    change.write(tid, change.flags);
  }

  /** Forgets a thread that has ended. */
  forget(tid: number): void {
    this.changes.delete(tid);
  }
}
