/** A system call as its decoders see it: registers, memory, and the result once it is there. */
import type { Abi } from "../table.ts";
import type { Value } from "../value.ts";

/** Another process's memory. What it returns is lent until the next read. */
export interface MemoryReader {
  read(
    address: number,
    length: number,
  ): { readonly view: DataView; readonly bytes: Uint8Array } | null;
  readString(
    address: number,
    limit: number,
  ): { readonly bytes: Uint8Array; readonly length: number; readonly cut: boolean } | null;
}

export interface DecodeLimits {
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
export class SyscallView {
  name = "";
  /** What restart_syscall(2) goes on with; "" where that began before the trace. */
  restartedName = "";
  registers: Registers = { args: new BigUint64Array(6), result: 0n, failed: false };
  memory: MemoryReader = { read: () => null, readString: () => null };
  limits: DecodeLimits = { string: 32, array: 32 };
  /** Bytes of a long and of a pointer: 4 for 32-bit callers. */
  wordSize: 4 | 8 = 8;
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
    return BigInt.asUintN(this.wordSize * 8, this.registers.args[index]);
  }
  long(index: number): bigint {
    return BigInt.asIntN(this.wordSize * 8, this.registers.args[index]);
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
export type DecodePhase = "entry" | "exit";

/** Decodes one argument; null leaves it out. */
export interface ArgumentDecoder {
  readonly phase: DecodePhase;
  /** Of what is known at the exit: whether this call has it at its entry already. */
  readonly decodesAtEntry?: (call: SyscallView) => boolean;
  /** What the call is about to overwrite, read at the entry for the decoder at the exit. */
  readonly readBefore?: (call: SyscallView, index: number) => Value | null;
  /** Adds to what was known at the entry what the kernel wrote behind it. */
  readonly extendAtExit?: (call: SyscallView, index: number, value: Value) => Value;
  /** Some calls do not have it. */
  readonly optional?: boolean;
  decode(call: SyscallView, index: number, before?: Value | null): Value | null;
}

export function onEntry(decode: ArgumentDecoder["decode"]): ArgumentDecoder {
  return { phase: "entry", decode };
}
export function onExit(
  decode: ArgumentDecoder["decode"],
  readBefore?: ArgumentDecoder["readBefore"],
): ArgumentDecoder {
  return { phase: "exit", decode, readBefore };
}
/** Known at the exit where that is so, otherwise at the entry. */
export function onExitIf(
  late: (call: SyscallView) => boolean,
  decode: ArgumentDecoder["decode"],
): ArgumentDecoder {
  return { phase: "exit", decodesAtEntry: (call) => !late(call), decode };
}
