/**
 * Chooses the decoders of a system call: hand-written ones, or ones derived from the argument
 * table.
 */
import { type Abi, argumentsOf } from "../table.ts";
import type { Value } from "../value.ts";
import { AIO_DECODERS } from "./aio.ts";
import { hex } from "./arguments.ts";
import { BPF_DECODERS } from "./bpf.ts";
import type { ArgumentDecoder, DecodePhase, SyscallView } from "./call.ts";
import { CLOCK_DECODERS } from "./clock.ts";
import { CHILD_DECODERS } from "./clone-wait.ts";
import { compatDecoders, withoutTime64 } from "./compat.ts";
import { CONTROL_DECODERS } from "./control.ts";
import { FILE_DECODERS } from "./file.ts";
import { ATTRIBUTE_DECODERS } from "./file-attributes.ts";
import { FUTEX_DECODERS } from "./futex.ts";
import { genericDecoder } from "./generic.ts";
import { IPC_DECODERS } from "./ipc.ts";
import { KERNEL_DECODERS } from "./kernel.ts";
import { KEY_DECODERS } from "./keys.ts";
import { MEMORY_DECODERS } from "./memory.ts";
import { MISC_DECODERS } from "./misc.ts";
import { MOUNT_DECODERS } from "./mounts.ts";
import { NETWORK_DECODERS } from "./network.ts";
import { NUMA_DECODERS } from "./numa.ts";
import { PERF_DECODERS } from "./perf-event.ts";
import { PIDFD_DECODERS } from "./pidfd.ts";
import { WAIT_DECODERS } from "./poll-select.ts";
import { PRCTL_DECODERS } from "./prctl.ts";
import { TASK_DECODERS } from "./process.ts";
import { PTRACE_DECODERS } from "./ptrace.ts";
import { QUOTA_DECODERS } from "./quota.ts";
import { SCHEDULING_DECODERS } from "./scheduling.ts";
import { SYSTEM_DECODERS } from "./system.ts";
import { URING_DECODERS } from "./uring.ts";

const MANUAL_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  ...FILE_DECODERS,
  ...TASK_DECODERS,
  ...CHILD_DECODERS,
  ...NETWORK_DECODERS,
  ...CONTROL_DECODERS,
  ...SYSTEM_DECODERS,
  ...WAIT_DECODERS,
  ...SCHEDULING_DECODERS,
  ...FUTEX_DECODERS,
  ...PRCTL_DECODERS,
  ...PTRACE_DECODERS,
  ...QUOTA_DECODERS,
  ...IPC_DECODERS,
  ...ATTRIBUTE_DECODERS,
  ...MEMORY_DECODERS,
  ...AIO_DECODERS,
  ...MOUNT_DECODERS,
  ...KERNEL_DECODERS,
  ...MISC_DECODERS,
  ...CLOCK_DECODERS,
  ...NUMA_DECODERS,
  ...PIDFD_DECODERS,
  ...KEY_DECODERS,
  ...BPF_DECODERS,
  ...URING_DECODERS,
  ...PERF_DECODERS,
};
const RAW_DECODERS = Array.from({ length: 6 }, () => hex);

const decoderCache = new Map<Abi, Map<string, readonly ArgumentDecoder[]>>();

let compat: ReturnType<typeof compatDecoders> | undefined;

/**
 * Returns undefined if a 32-bit program passes one pointer to all arguments: i386's mmap(2),
 * select(2).
 */
function manualDecoders(name: string, abi: Abi): readonly ArgumentDecoder[] | undefined {
  if (!abi.endsWith("Compat")) return MANUAL_DECODERS[name];
  compat ??= compatDecoders((call) => decodersFor(call, "x64"));
  const decoder = compat[name] ?? MANUAL_DECODERS[withoutTime64(name)];
  const isPacked = decoder?.length > 1 && argumentsOf(name, abi)?.length === 1;
  return isPacked ? undefined : decoder;
}

function decodersFor(name: string, abi: Abi): readonly ArgumentDecoder[] {
  let known = decoderCache.get(abi);
  if (!known) {
    known = new Map();
    decoderCache.set(abi, known);
  }
  let decoder = known.get(name);
  if (!decoder) {
    decoder =
      manualDecoders(name, abi) ??
      argumentsOf(name, abi)?.map((each) => genericDecoder(name, each, abi)) ??
      RAW_DECODERS;
    known.set(name, decoder);
  }
  return decoder;
}

function rawDecoders({ name, abi }: SyscallView): readonly ArgumentDecoder[] {
  return RAW_DECODERS.slice(0, argumentsOf(name, abi)?.length);
}

/** Returns how a call's arguments are decoded, for the generator of their types. */
export function describeDecoders(
  name: string,
  abi: Abi,
): { readonly byHand: boolean; readonly arguments: readonly ArgumentDecoder[] } {
  return { byHand: manualDecoders(name, abi) !== undefined, arguments: decodersFor(name, abi) };
}

/** Returns the names of a call's arguments, for JSON and the library. */
export function argumentNames(name: string, abi: Abi): readonly string[] {
  return argumentsOf(name, abi)?.map((argument) => argument.name) ?? [];
}

/**
 * Decodes the arguments of one phase and keeps those of the earlier phase.
 * @param into the values of the call, indexed by argument; the same array in both phases
 * @returns the number of arguments before the first one that the call has yet to write
 */
export function decodeArguments(
  call: SyscallView,
  now: DecodePhase,
  into: (Value | null | undefined)[],
): number {
  const decoder = call.raw ? rawDecoders(call) : decodersFor(call.name, call.abi);
  let known = -1;
  for (let index = 0; index < decoder.length; index++) {
    const argument = decoder[index];
    const when = argument.decodesAtEntry?.(call) ? "entry" : argument.phase;
    if (when === now) into[index] = argument.decode(call, index, into[index]);
    else if (now === "exit") {
      const value = into[index];
      if (argument.extendAtExit && value) into[index] = argument.extendAtExit(call, index, value);
    } else if (now === "entry") {
      into[index] = argument.readBefore?.(call, index);
      if (known < 0) known = index;
    }
  }
  return known < 0 ? decoder.length : known;
}

/** Returns the name for a number that is in no table. */
export function unknownSyscallName(number: number): string {
  return `syscall_0x${number.toString(16)}`;
}
