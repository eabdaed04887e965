/** A system call as its decoders see it: registers, memory, and the result once it is there. */
import type { Abi } from "../table.ts";
import type { Value } from "../value.ts";

/** Another process's memory. What it returns is lent until the next read. */
export interface Memory {
  read(
    address: number,
    length: number,
  ): { readonly view: DataView; readonly bytes: Uint8Array } | null;
  string(
    address: number,
    limit: number,
  ): { readonly bytes: Uint8Array; readonly length: number; readonly cut: boolean } | null;
}

export interface Limits {
  /** Bytes of a string that are shown: strace's -s. */
  readonly string: number;
  /** Elements of an array, and of argv. */
  readonly array: number;
}

export interface Registers {
  readonly args: BigUint64Array;
  readonly result: bigint;
  readonly failed: boolean;
  /** At the entry of the call. */
  readonly stackPointer?: bigint;
}

/** Moved from call to call. */
export class Call {
  name = "";
  /** What restart_syscall(2) goes on with; "" where that began before the trace. */
  resumed = "";
  registers: Registers = { args: new BigUint64Array(6), result: 0n, failed: false };
  memory: Memory = { read: () => null, string: () => null };
  limits: Limits = { string: 32, array: 32 };
  /** Bytes of a long and of a pointer: 4 for 32-bit callers. */
  word: 4 | 8 = 8;
  /** Where an fd leads, AT_FDCWD as well, where that is asked for. */
  pathOf: ((fd: number) => string | undefined) | null = null;
  arch: "x64" | "arm64" = "x64";
  abi: Abi = "x64";

  /** An argument as a signed int. */
  int(index: number): number {
    return Number(BigInt.asIntN(32, this.registers.args[index]));
  }
  uint(index: number): number {
    return Number(BigInt.asUintN(32, this.registers.args[index]));
  }
  /** An argument as an unsigned long. */
  ulong(index: number): bigint {
    return BigInt.asUintN(this.word * 8, this.registers.args[index]);
  }
  long(index: number): bigint {
    return BigInt.asIntN(this.word * 8, this.registers.args[index]);
  }
  address(index: number): number {
    return Number(this.ulong(index));
  }
  /** The result as a signed number: a length, an fd, -errno. */
  get result(): number {
    return Number(this.registers.result);
  }
  get failed(): boolean {
    return this.registers.failed;
  }
}

/** When an argument's memory says what it means: before the call, or after it. */
export type When = "entry" | "exit";

/** Decodes one argument; null leaves it out. */
export interface Argument {
  readonly when: When;
  /** Of what is known at the exit: whether this call has it at its entry already. */
  readonly early?: (call: Call) => boolean;
  /** What the call is about to overwrite, read at the entry for the decoder at the exit. */
  readonly before?: (call: Call, index: number) => Value | null;
  /** Adds to what was known at the entry what the kernel wrote behind it. */
  readonly after?: (call: Call, index: number, value: Value) => Value;
  /** Some calls do not have it. */
  readonly optional?: boolean;
  decode(call: Call, index: number, before?: Value | null): Value | null;
}

export function onEntry(decode: Argument["decode"]): Argument {
  return { when: "entry", decode };
}
export function onExit(decode: Argument["decode"], before?: Argument["before"]): Argument {
  return { when: "exit", decode, before };
}
/** Known at the exit where that is so, otherwise at the entry. */
export function onExitIf(late: (call: Call) => boolean, decode: Argument["decode"]): Argument {
  return { when: "exit", early: (call) => !late(call), decode };
}
