/** Memory, processes, signals and time: mmap(2), kill(2), sigaction(2), clock_gettime(2). */
import { ERESTART_RESTARTBLOCK, ERESTARTNOHAND } from "../../kernel/errno.ts";
import { signalName } from "../../kernel/signal.ts";
import {
  field,
  flags,
  integer,
  pointer,
  type SetValue,
  setOf,
  struct,
  symbol,
  type Value,
} from "../value.ts";
import { address, choice, hex, int, set, uint, ulong } from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";
import { timespecAt } from "./structs.ts";

const SIGSETSIZE = 8;
const TIMER_ABSTIME = 1;
const SIGNALS = 64;
const SA_RESTORER = 0x04000000n;

/** Returns a signal by name; a number such as 0 or 99 stays a number. */
export const signalNameValue = (number: number): Value =>
  number > 0 && number <= 64 ? symbol(signalName(number), integer(number)) : integer(number);
const signal = onEntry((call, index) => signalNameValue(call.int(index)));
/** Decodes a signal mask: "[INT TERM]"; "~[KILL STOP]" if most signals are set. */
function signalSet(mask: bigint): SetValue {
  const signals = Array.from({ length: SIGNALS }, (_, i) => i + 1);
  const members = signals.filter((n) => (mask >> BigInt(n - 1)) & 1n);
  const name = (n: number) => signalName(n).replace(/^SIG/, "");
  if (members.length <= SIGNALS / 2) return setOf(members.map(name), false, members);
  const others = signals.filter((n) => !members.includes(n));
  return setOf(others.map(name), true, others);
}
export function signalSetAt(call: SyscallView, at: bigint): Value {
  const found = at === 0n ? null : call.memory.read(Number(at), SIGSETSIZE);
  return found ? signalSet(found.view.getBigUint64(0, true)) : pointer(at);
}
const hasKernelSize = (call: SyscallView, index: number) =>
  call.ulong(index) === BigInt(SIGSETSIZE);
/** The kernel accepts only a set of its own size. @param sizeIndex the argument with the size */
export function inputSet(sizeIndex: number): ArgumentDecoder {
  return onEntry((call, index) => {
    const at = call.ulong(index);
    return hasKernelSize(call, sizeIndex) ? signalSetAt(call, at) : pointer(at);
  });
}
const outputSet = onExit((call, index) =>
  call.failed ? pointer(call.ulong(index)) : signalSetAt(call, call.ulong(index)),
);
/** The pending signals; the size may be smaller than the kernel's. */
export const pendingSet = onExit((call, index) => {
  const at = call.ulong(index);
  const size = Math.min(Number(call.ulong(index + 1)), SIGSETSIZE);
  const found = call.failed || size === 0 ? null : call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const mask = Array.from(found.bytes.subarray(0, size)).reduceRight(
    (value, byte) => (value << 8n) | BigInt(byte),
    0n,
  );
  return signalSet(mask);
});

/** Offset of uc_sigmask in the signal frame at the stack pointer: rt_sigreturn(2). */
const SIGNAL_MASK_OFFSET = { x64: 296n, arm64: 168n } as const;
/** The mask that rt_sigreturn(2) restores; strace shows it like an argument. */
const restoredMask = onEntry((call) => {
  const { stackPointer = 0n } = call.registers;
  if (stackPointer === 0n || call.abi.endsWith("Compat")) return null;
  const mask = signalSetAt(call, stackPointer + SIGNAL_MASK_OFFSET[call.arch]);
  return mask.kind === "set" ? field("mask", mask, "struct") : null;
});

/** Returns the flags in strace's order. */
function sigactionFlags() {
  const set_ = constants("sigaction");
  const first = ["SA_RESTORER", "SA_ONSTACK", "SA_RESTART", "SA_NODEFER", "SA_RESETHAND"];
  const at = (name: string) => (first.indexOf(name) < 0 ? first.length : first.indexOf(name));
  return [...set_].sort(([a], [b]) => at(a) - at(b));
}

/** struct kernel_sigaction: handler, flags, restorer, mask. */
function sigaction(call: SyscallView, at: bigint): Value {
  const { wordSize: size } = call;
  const found = at === 0n ? null : call.memory.read(Number(at), 3 * size + SIGSETSIZE);
  if (!found) return pointer(at);
  const { view } = found;
  const [handler, actionFlags, restorer] = [0, 1, 2].map((index) =>
    size === 8 ? view.getBigUint64(index * size, true) : BigInt(view.getUint32(index * size, true)),
  );
  const disposition = ["SIG_DFL", "SIG_IGN"][Number(handler)];
  return struct([
    [
      "sa_handler",
      disposition === undefined ? pointer(handler) : symbol(disposition, integer(handler, "hex")),
    ],
    ["sa_mask", signalSet(view.getBigUint64(3 * size, true))],
    ["sa_flags", flags(actionFlags, sigactionFlags(), "SA_???")],
    ...(actionFlags & SA_RESTORER ? [["sa_restorer", pointer(restorer)] as const] : []),
  ]);
}
const newAction = onEntry((call, index) => sigaction(call, call.ulong(index)));
const oldAction = onExit((call, index) =>
  call.failed ? pointer(call.ulong(index)) : sigaction(call, call.ulong(index)),
);

/** Random bytes, in hexadecimal. */
const randomBytes = onExit((call, index) => {
  const at = call.ulong(index);
  const shown = Math.min(call.result, call.limits.string);
  const found = call.failed ? null : call.memory.read(Number(at), shown);
  if (!found) return pointer(at);
  return { kind: "random-bytes", bytes: found.bytes.slice(0, shown), cut: call.result > shown };
});
const timespecIn = onEntry(
  (call, index) => timespecAt(call, call.ulong(index)) ?? pointer(call.ulong(index)),
);
const timespecOut = onExit((call, index) =>
  call.failed
    ? pointer(call.ulong(index))
    : (timespecAt(call, call.ulong(index)) ?? pointer(call.ulong(index))),
);
/** The remaining time of a sleep, written only if a signal interrupted it. */
const remaining = onExit((call, index) =>
  call.result === -4 || call.result === -ERESTART_RESTARTBLOCK || call.result === -ERESTARTNOHAND
    ? (timespecAt(call, call.ulong(index)) ?? pointer(call.ulong(index)))
    : pointer(call.ulong(index)),
);
/** A sleep until a time has none. */
const remainingUnlessAbsolute = onExit((call, index) =>
  call.uint(1) & TIMER_ABSTIME ? pointer(call.ulong(index)) : remaining.decode(call, index),
);
const clock = choice(() => constants("clock"), "CLOCK_???");

/** struct rlimit. */
function limits(call: SyscallView, at: bigint): Value {
  const size = call.abi.endsWith("Compat") && !call.name.endsWith("64") ? 4 : 8;
  const found = at === 0n ? null : call.memory.read(Number(at), 2 * size);
  if (!found) return pointer(at);
  const one = (index: number) => {
    const value =
      size === 8
        ? found.view.getBigUint64(index * size, true)
        : BigInt(found.view.getUint32(index * size, true));
    if (value === 0xffffffffffffffffn) return symbol("RLIM64_INFINITY", integer(value));
    if (size === 4 && value === 0xffffffffn) return symbol("RLIM_INFINITY", integer(value));
    return integer(value, value > 1024n && value % 1024n === 0n ? "kib" : "decimal");
  };
  return struct([
    ["rlim_cur", one(0)],
    ["rlim_max", one(1)],
  ]);
}
const limitsIn = onEntry((call, index) => limits(call, call.ulong(index)));
const limitsOut = onExit((call, index) =>
  call.failed ? pointer(call.ulong(index)) : limits(call, call.ulong(index)),
);
const resource = choice(() => constants("rlimit"), "RLIMIT_???");

export const TASK_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  munmap: [address, ulong],
  brk: [address],
  exit: [int],
  exit_group: [int],
  kill: [int, signal],
  tkill: [int, signal],
  tgkill: [int, int, signal],
  rt_sigreturn: [restoredMask],
  rt_sigaction: [signal, newAction, oldAction, ulong],
  rt_sigprocmask: [
    choice(() => constants("sigprocmask"), "SIG_???"),
    inputSet(3),
    outputSet,
    ulong,
  ],
  rt_sigsuspend: [inputSet(1), ulong],
  alarm: [uint],
  nanosleep: [timespecIn, remaining],
  clock_nanosleep: [
    clock,
    set(() => [["TIMER_ABSTIME", 1]], "TIMER_???"),
    timespecIn,
    remainingUnlessAbsolute,
  ],
  clock_gettime: [clock, timespecOut],
  getrlimit: [resource, limitsOut],
  setrlimit: [resource, limitsIn],
  prlimit64: [int, resource, limitsIn, limitsOut],
  getpid: [],
  gettid: [],
  getppid: [],
  getuid: [],
  geteuid: [],
  getgid: [],
  getegid: [],
  setsid: [],
  getpgrp: [],
  getpgid: [int],
  setpgid: [int, int],
  getpriority: [choice(() => constants("priority"), "PRIO_???"), int],
  sched_yield: [],
  set_tid_address: [address],
  set_robust_list: [address, ulong],
  rseq: [address, hex, int, hex],
  getrandom: [randomBytes, ulong, set(() => constants("random"), "GRND_???")],
  mlock: [address, ulong],
  munlock: [address, ulong],
  sync: [],
  fork: [],
  vfork: [],
};
