/**
 * Decodes siginfo_t into the fields that strace shows: sigaction(2), include/uapi/asm-
 * generic/siginfo.h.
 */
import { SIGCHLD, signalName } from "../kernel/signal.ts";
import { CODES_BY_SIGNAL } from "./argument-sets.ts";
import { constantName } from "./decode/named-constants.ts";
import {
  integer,
  type NamedArgument,
  pointer,
  type StructValue,
  struct,
  symbol,
  type Value,
} from "./value.ts";

const CLD_EXITED = 1;
const SI_TIMER = -2;
/** Codes from here on do not depend on the signal. */
const SI_KERNEL = 128;
/** Signals with a fault address: ILL, BUS, FPE, SEGV. */
const FAULT_SIGNALS = [4, 7, 8, 11];
const SIGPOLL = 29;

type Fields = NamedArgument[];

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

function senderFields(info: DataView): Fields {
  return [
    ["si_pid", integer(info.getInt32(16, true))],
    ["si_uid", integer(info.getUint32(20, true))],
  ];
}

/** Returns the value passed by sigqueue(3) or a timer. */
function queuedValueFields(info: DataView): Fields {
  return [
    ["si_int", integer(info.getInt32(24, true))],
    ["si_ptr", pointer(info.getBigUint64(24, true))],
  ];
}

/** Returns the fields that depend on the signal and the code. */
function kindFields(info: DataView, signal: number, code: number): Fields {
  const hasValue = info.getBigUint64(24, true) !== 0n;
  if (code === SI_TIMER)
    return [
      ["si_timerid", integer(info.getInt32(16, true))],
      ["si_overrun", integer(info.getInt32(20, true))],
      ...queuedValueFields(info),
    ];
  if (code <= 0) return [...senderFields(info), ...(hasValue ? queuedValueFields(info) : [])];
  if (signal === SIGCHLD && code <= SI_KERNEL) return childFields(info, code);
  if (FAULT_SIGNALS.includes(signal)) return [["si_addr", pointer(info.getBigUint64(16, true))]];
  if (signal === SIGPOLL && code < SI_KERNEL)
    return [["si_band", integer(info.getBigInt64(16, true))]];
  const hasSender = info.getBigUint64(16, true) !== 0n;
  return [...(hasSender ? senderFields(info) : []), ...(hasValue ? queuedValueFields(info) : [])];
}

/** Returns "SEGV_MAPERR", "SI_USER". The kernel's own codes are positive and differ by signal. */
function codeValue(signal: number, code: number): Value {
  const own = CODES_BY_SIGNAL[signal];
  const set = code > 0 && code < SI_KERNEL ? own : "si_code";
  const name = set === undefined ? "" : constantName(set, code);
  return name === "" ? integer(code) : symbol(name, integer(code, "hex"));
}

/** Decodes a siginfo_t. */
export function siginfoValue(info: DataView): StructValue {
  const signal = info.getInt32(0, true);
  const code = info.getInt32(8, true);
  return struct([
    ["si_signo", symbol(signalName(signal), integer(signal))],
    ["si_code", codeValue(signal, code)],
    ...kindFields(info, signal, code),
  ]);
}
