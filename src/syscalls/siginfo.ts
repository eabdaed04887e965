/**
 * Decodes siginfo_t into the fields that strace shows: sigaction(2), include/uapi/asm-
 * generic/siginfo.h.
 */

import { errnoName } from "../kernel/errno.ts";
import { SIGCHLD, signalName } from "../kernel/signal.ts";
import { CODES_BY_SIGNAL } from "./argument-sets.ts";
import { constantName, constants } from "./decode/named-constants.ts";
import { type Abi, syscallName } from "./table.ts";
import {
  enumValue,
  type FdValue,
  flags,
  integer,
  type NamedArgument,
  NamedValue,
  type NumberNotation,
  pointer,
  type StructValue,
  struct,
  symbol,
  type Value,
} from "./value.ts";

const CLD_EXITED = 1;
const SI_SIGIO = -5;
const SI_TIMER = -2;
/** Codes from here on do not depend on the signal. */
const SI_KERNEL = 128;
const [SIGTRAP, SIGBUS, SIGSEGV, SIGPOLL, SIGSYS] = [5, 7, 11, 29, 31];
/** Signals with a fault address: ILL, TRAP, BUS, FPE, SEGV. */
const FAULT_SIGNALS = [4, SIGTRAP, SIGBUS, 8, SIGSEGV];
const BUS_MCEERR = [4, 5];
const [SEGV_BNDERR, SEGV_PKUERR] = [3, 4];
const TRAP_PERF = 6;

type Fields = NamedArgument[];
/** Adds the path of an fd of the process; by default none. */
type FdReader = (fd: number) => FdValue;
const plainFd: FdReader = (fd) => ({ kind: "fd", fd });

/** Returns clock ticks; strace adds no comment to 0. */
function ticksValue(count: bigint): Value {
  return integer(count, count === 0n ? "decimal" : "ticks");
}

function childFields(info: DataView, code: number): Fields {
  const status = info.getInt32(24, true);
  return [
    ...senderFields(info),
    [
      "si_status",
      code === CLD_EXITED || status === 0
        ? integer(status)
        : symbol(signalName(status), integer(status)),
    ],
    ["si_utime", ticksValue(info.getBigUint64(32, true))],
    ["si_stime", ticksValue(info.getBigUint64(40, true))],
  ];
}

/** Returns a user; -1 is none. */
function idValue(id: number): Value {
  return integer(id === 0xffffffff ? -1 : id);
}

function senderFields(info: DataView): Fields {
  return [
    ["si_pid", integer(info.getInt32(16, true))],
    ["si_uid", idValue(info.getUint32(20, true))],
  ];
}

/** Returns the value passed by sigqueue(3) or a timer. */
function queuedValueFields(info: DataView): Fields {
  return [
    ["si_int", integer(info.getInt32(24, true))],
    ["si_ptr", pointer(info.getBigUint64(24, true))],
  ];
}

function timerFields(info: DataView): Fields {
  return [
    ["si_timerid", integer(info.getUint32(16, true), "hex")],
    ["si_overrun", integer(info.getInt32(20, true))],
    ...queuedValueFields(info),
  ];
}

function pollFields(info: DataView, fd: FdReader): Fields {
  return [
    ["si_band", integer(info.getBigInt64(16, true))],
    ["si_fd", fd(info.getInt32(24, true))],
  ];
}

function perfFields(info: DataView): Fields {
  const options = [["TRAP_PERF_FLAG_ASYNC", 1]] as const;
  return [
    ["si_perf_data", integer(info.getBigUint64(24, true), "hex")],
    ["si_perf_type", enumValue(info.getUint32(32, true), constants("perf_type"), "PERF_TYPE_???")],
    ["si_perf_flags", flags(info.getUint32(36, true), options, "TRAP_PERF_FLAG_???")],
  ];
}

/** Returns what follows the address of a fault. */
function faultDetails(info: DataView, signal: number, code: number): Fields {
  if (signal === SIGBUS && BUS_MCEERR.includes(code))
    return [["si_addr_lsb", integer(info.getUint16(24, true), "hex")]];
  if (signal === SIGSEGV && code === SEGV_BNDERR)
    return [
      ["si_lower", pointer(info.getBigUint64(32, true))],
      ["si_upper", pointer(info.getBigUint64(40, true))],
    ];
  if (signal === SIGSEGV && code === SEGV_PKUERR)
    return [["si_pkey", integer(info.getUint32(32, true))]];
  return signal === SIGTRAP && code === TRAP_PERF ? perfFields(info) : [];
}

/** The ABI of 64-bit programs, and of 32-bit programs on the same machine, by AUDIT_ARCH_*. */
const ABIS: Readonly<Record<number, Abi>> = {
  3221225534: "x64",
  1073741827: "x64Compat",
  3221225655: "arm64",
  1073741864: "arm64Compat",
};

/** Names a system call; those of the machine's own ABI have a constant. */
export function syscallNumberValue(
  number: bigint,
  audit: number,
  notation: NumberNotation = "hex",
): Value {
  const abi = ABIS[audit];
  const name = abi === undefined ? undefined : syscallName(abi, Number(number));
  if (name === undefined) return integer(number);
  const isOwn = !abi.endsWith("Compat");
  const set = { kind: "values", placeholder: "", commented: !isOwn, notation } as const;
  return new NamedValue(number, [isOwn ? `__NR_${name}` : name], 0, set);
}

function systemCallFields(info: DataView): Fields {
  const audit = info.getUint32(28, true);
  return [
    ["si_call_addr", pointer(info.getBigUint64(16, true))],
    ["si_syscall", syscallNumberValue(BigInt(info.getUint32(24, true)), audit)],
    ["si_arch", enumValue(audit, constants("audit_arch"), "AUDIT_ARCH_???")],
  ];
}

/** Returns the fields that depend on the signal and the code. */
function kindFields(info: DataView, signal: number, code: number, fd: FdReader): Fields {
  const hasValue = info.getBigUint64(24, true) !== 0n;
  if (code === SI_TIMER) return timerFields(info);
  if (code === SI_SIGIO) return pollFields(info, fd);
  if (code <= 0) return [...senderFields(info), ...(hasValue ? queuedValueFields(info) : [])];
  if (signal === SIGCHLD && code <= SI_KERNEL) return childFields(info, code);
  if (FAULT_SIGNALS.includes(signal))
    return [["si_addr", pointer(info.getBigUint64(16, true))], ...faultDetails(info, signal, code)];
  if (signal === SIGPOLL && code < SI_KERNEL) return pollFields(info, fd);
  if (signal === SIGSYS && code < SI_KERNEL) return systemCallFields(info);
  const hasSender = info.getBigUint64(16, true) !== 0n;
  return [...(hasSender ? senderFields(info) : []), ...(hasValue ? queuedValueFields(info) : [])];
}

/** Returns "SEGV_MAPERR", "SI_USER". The kernel's own codes are positive and differ by signal. */
function codeValue(signal: number, code: number): Value {
  const own = CODES_BY_SIGNAL[signal];
  const set = code > 0 && code < SI_KERNEL ? own : "si_code";
  const name = set === undefined ? "" : constantName(set, code);
  return name === "" ? integer(code >>> 0, "hex") : symbol(name, integer(code >>> 0, "hex"));
}

/** Returns "ENOENT"; a number that is no errno stays a number. */
function errnoValue(number: number): Value {
  const name = errnoName(number);
  return /^E[A-Z]/.test(name) ? symbol(name, integer(number)) : integer(number >>> 0);
}

/**
 * Decodes a siginfo_t.
 * @param fd makes the value of an fd
 */
export function siginfoValue(info: DataView, fd: FdReader = plainFd): StructValue {
  const signal = info.getInt32(0, true);
  const errno = info.getInt32(4, true);
  const code = info.getInt32(8, true);
  if (signal === 0) return struct([]);
  return struct([
    [
      "si_signo",
      signal > 0 && signal <= 64 ? symbol(signalName(signal), integer(signal)) : integer(signal),
    ],
    ["si_code", codeValue(signal, code)],
    ...(errno === 0 ? [] : ([["si_errno", errnoValue(errno)]] satisfies Fields)),
    ...kindFields(info, signal, code, fd),
  ]);
}
