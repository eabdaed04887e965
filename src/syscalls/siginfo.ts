/** siginfo_t as strace shows it: sigaction(2), include/uapi/asm-generic/siginfo.h. */
import { SIGCHLD, signalName } from "../kernel/signal.ts";
import { CODES_BY_SIGNAL } from "./argument-sets.ts";
import { nameIn } from "./decode/named-constants.ts";
import { straceText } from "./strace-text.ts";
import { integer, pointer, type StructValue, struct, type Value, word } from "./value.ts";

const CLD_EXITED = 1;
const SI_TIMER = -2;
/** From here on codes are the same for all signals again. */
const SI_KERNEL = 128;
/** Signals of which the kernel tells an address: ILL, BUS, FPE, SEGV. */
const FAULTS = [4, 7, 8, 11];
const SIGPOLL = 29;
/** USER_HZ. */
const TICKS = 100n;

type Fields = (readonly [name: string, value: Value])[];

/** Clock ticks, with the seconds that they are. */
function ticks(count: bigint): Value {
  if (count === 0n) return integer(0);
  const rest = String(count % TICKS).padStart(2, "0");
  return word(`${count} /* ${count / TICKS}.${rest} s */`);
}

function child(info: DataView, code: number): Fields {
  const status = info.getInt32(24, true);
  return [
    ...sender(info),
    ["si_status", code === CLD_EXITED ? integer(status) : word(signalName(status))],
    ["si_utime", ticks(info.getBigUint64(32, true))],
    ["si_stime", ticks(info.getBigUint64(40, true))],
  ];
}

function sender(info: DataView): Fields {
  return [
    ["si_pid", integer(info.getInt32(16, true))],
    ["si_uid", integer(info.getUint32(20, true))],
  ];
}

/** What sigqueue(3) or a timer gives. */
function value(info: DataView): Fields {
  return [
    ["si_int", integer(info.getInt32(24, true))],
    ["si_ptr", pointer(info.getBigUint64(24, true))],
  ];
}

/** What its kind of signal has. */
function fieldsOf(info: DataView, signal: number, code: number): Fields {
  const hasValue = info.getBigUint64(24, true) !== 0n;
  if (code === SI_TIMER)
    return [
      ["si_timerid", integer(info.getInt32(16, true))],
      ["si_overrun", integer(info.getInt32(20, true))],
      ...value(info),
    ];
  if (code <= 0) return [...sender(info), ...(hasValue ? value(info) : [])];
  if (signal === SIGCHLD && code < SI_KERNEL) return child(info, code);
  if (FAULTS.includes(signal)) return [["si_addr", pointer(info.getBigUint64(16, true))]];
  if (signal === SIGPOLL && code < SI_KERNEL)
    return [["si_band", integer(info.getBigInt64(16, true))]];
  const hasSender = info.getBigUint64(16, true) !== 0n;
  return [...(hasSender ? sender(info) : []), ...(hasValue ? value(info) : [])];
}

/** "SEGV_MAPERR", "SI_USER": the kernel's own codes are positive, and differ by signal. */
function codeOf(signal: number, code: number): Value {
  const own = CODES_BY_SIGNAL[signal];
  const set = code > 0 && code < SI_KERNEL ? own : "si_code";
  const name = set === undefined ? "" : nameIn(set, code);
  return name === "" ? integer(code) : word(name);
}

export function siginfo(info: DataView): StructValue {
  const signal = info.getInt32(0, true);
  const code = info.getInt32(8, true);
  return struct([
    ["si_signo", word(signalName(signal))],
    ["si_code", codeOf(signal, code)],
    ...fieldsOf(info, signal, code),
  ]);
}

export function siginfoText(info: DataView): string {
  return straceText(siginfo(info));
}
