/** What decoders see of a system call: registers, memory, and after it returned the result. */
import type { FdDetails } from "../fd-details.ts";
import type { Abi } from "../table.ts";
import { DEFAULT_STYLE } from "../text-style.ts";
import type { Value } from "../value.ts";

/** Reads another process's memory. The returned views are borrowed until the next read. */
export interface MemoryReader {
  read(
    address: number,
    length: number,
  ): { readonly view: DataView; readonly bytes: Uint8Array } | null;
  /** Null if memory that cannot be read comes before the NUL and the limit. */
  readString(
    address: number,
    limit: number,
  ): { readonly bytes: Uint8Array; readonly length: number; readonly cut: boolean } | null;
}

export interface DecodeLimits {
  /** Maximum number of bytes of a string: strace's -s. */
  readonly string: number;
  /** Maximum number of elements of an array, also of argv. */
  readonly array: number;
}

export interface Registers {
  readonly args: BigUint64Array;
  readonly result: bigint;
  readonly failed: boolean;
  /** At system call entry. */
  readonly stackPointer?: bigint;
}

/** Reused for every call. */
export class SyscallView {
  name = "";
  /** The call that restart_syscall(2) resumes; "" if it started before the trace. */
  restartedName = "";
  registers: Registers = { args: new BigUint64Array(6), result: 0n, failed: false };
  /** Without structs if they are to be shown by their addresses: strace -e verbose=. */
  memory: MemoryReader = { read: () => null, readString: () => null };
  /** Where buffers are read, if that differs. */
  buffers: MemoryReader | null = null;
  limits: DecodeLimits = { string: 32, array: 32 };
  /** Whether long structs have their most important fields only: all but strace -v. */
  abbreviated = true;
  /** Whether all arguments are numbers: strace -e raw=. */
  raw = false;
  /** The style of results that are texts. */
  style = DEFAULT_STYLE;
  /** Size of a long and a pointer in bytes: 4 for 32-bit callers. */
  wordSize: 4 | 8 = 8;
  /**
   * Returns the path of an fd or of AT_FDCWD and what else is requested; null if nothing is requested.
   * The fd is one of the calling process, or of another one.
   */
  detailsOf: ((fd: number, pid?: number) => FdDetails) | null = null;
  /** Returns the process that a pidfd refers to; null if paths are not requested. */
  pidfdTarget: ((fd: number) => number | undefined) | null = null;
  /** Translates a pid from the caller's PID namespace to ours; null if paths are not requested. */
  processOf: ((pid: number) => number | undefined) | null = null;
  /** Returns what an fd refers to: its link in /proc/PID/fd. */
  fdTarget: ((fd: number) => string | undefined) | null = null;
  /** Returns the wall-clock time at which CLOCK_BOOTTIME was 0, in nanoseconds. */
  bootTime: (() => bigint) | null = null;
  /** Returns the name of a network interface; null if there are no names. */
  interfaceName: ((index: number) => string | undefined) | null = null;
  /** Returns the name of a generic netlink family; null if there are no names. */
  genericFamily: ((id: number) => string | undefined) | null = null;
  /** Returns the protocol of a netlink socket; undefined if the fd is none. */
  netlinkProtocol: ((fd: number) => number | undefined) | null = null;
  arch: "x64" | "arm64" = "x64";
  abi: Abi = "x64";

  /** Returns an argument as a signed int. */
  int(index: number): number {
    return Number(BigInt.asIntN(32, this.registers.args[index]));
  }
  uint(index: number): number {
    return Number(BigInt.asUintN(32, this.registers.args[index]));
  }
  /** Returns an argument as an unsigned long. */
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

/** When an argument is decoded: at system call entry or exit. */
export type DecodePhase = "entry" | "exit";

/** Decodes one argument; null omits it. */
export interface ArgumentDecoder {
  readonly phase: DecodePhase;
  /** Whether an argument with phase "exit" can be decoded at entry for this call. */
  readonly decodesAtEntry?: (call: SyscallView) => boolean;
  /** Reads memory at entry that the call overwrites, for the decoder at exit. */
  readonly readBefore?: (call: SyscallView, index: number) => Value | null;
  /** Adds what the kernel wrote to the value decoded at entry. */
  readonly extendAtExit?: (call: SyscallView, index: number, value: Value) => Value;
  /** Whether some calls lack the argument. */
  readonly optional?: boolean;
  decode(call: SyscallView, index: number, before?: Value | null): Value | null;
}

/** Decodes an argument at entry. */
export function onEntry(decode: ArgumentDecoder["decode"]): ArgumentDecoder {
  return { phase: "entry", decode };
}
/** Decodes an argument at exit. */
export function onExit(
  decode: ArgumentDecoder["decode"],
  readBefore?: ArgumentDecoder["readBefore"],
): ArgumentDecoder {
  return { phase: "exit", decode, readBefore };
}
/** Decodes an argument at exit if the condition holds, otherwise at entry. */
export function onExitIf(
  condition: (call: SyscallView) => boolean,
  decode: ArgumentDecoder["decode"],
): ArgumentDecoder {
  return { phase: "exit", decodesAtEntry: (call) => !condition(call), decode };
}
