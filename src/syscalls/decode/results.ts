/** Formats results that strace annotates in parentheses. */

import { signalName } from "../../kernel/signal.ts";
import { straceText } from "../strace-text.ts";
import { WITHOUT_PATHS } from "../text-style.ts";
import { enumValue, flags, integer, type Value } from "../value.ts";
import type { SyscallView } from "./call.ts";
import { constantName, constants } from "./named-constants.ts";
import { fdSet, returnedPollFds } from "./poll-select.ts";
import { prctlResult } from "./prctl.ts";
import { openFlagsValue, timespecAt, timevalAt } from "./structs.ts";
import { ioprioValue, personalityValue } from "./system.ts";

const F_GETSIG = 11;
const F_GETLEASE = 1025;
const F_GET_SEALS = 1034;
const hexText = (value: number | bigint) =>
  value === 0 || value === 0n ? "0" : `0x${value.toString(16)}`;

/** Returns the name of a result; a comment has its number already. */
const enumText = (value: number, set: string) => straceText(enumValue(value, constants(set)));

function fcntl(call: SyscallView): string | null {
  const [F_GETFD, F_GETFL] = [1, 3];
  const { result } = call;
  if (call.int(1) === F_GETSIG && result > 0) return `${result} (${signalName(result)})`;
  if (call.int(1) === F_GETLEASE) return `${hexText(result)} (${enumText(result, "lock_type")})`;
  if (call.int(1) === F_GET_SEALS && result > 0)
    return `${hexText(result)} (seals ${straceText(flags(result, constants("seals")))})`;
  if (call.int(1) === F_GETFD && result > 0)
    return `0x${result.toString(16)} (flags ${straceText(flags(result, [["FD_CLOEXEC", 1]]))})`;
  if (call.int(1) === F_GETFL)
    return `${hexText(result)} (flags ${straceText(openFlagsValue(result >>> 0, call.arch))})`;
  return null;
}

/** Formats the remaining timeout, which the kernel writes back. */
function remainingTime(time: Value | null): string {
  return time ? `left ${straceText(time)}` : "";
}

function poll(call: SyscallView): string | null {
  if (call.result === 0) return "0 (Timeout)";
  const ready = straceText(returnedPollFds(call, call.ulong(0), call.uint(1)), WITHOUT_PATHS);
  const rest = call.name.startsWith("ppoll") ? remainingTime(timespecAt(call, call.ulong(2))) : "";
  return `${call.result} (${[ready, rest].filter((text) => text !== "").join(", ")})`;
}

function select(call: SyscallView): string | null {
  if (call.result === 0) return "0 (Timeout)";
  const sets = ["in", "out", "except"].map((name, i) => {
    const set = fdSet(call, call.ulong(i + 1), call.int(0));
    return set?.members.length ? `${name} ${straceText(set, WITHOUT_PATHS)}` : "";
  });
  const time = call.name.endsWith("select") ? timevalAt : timespecAt;
  const parts = [...sets, remainingTime(time(call, call.ulong(4)))].filter((text) => text !== "");
  return `${call.result} (${parts.join(", ")})`;
}

function prctl(call: SyscallView): string | null {
  const found = prctlResult(call);
  if (!found) return null;
  const { value, decimal } = found;
  const number = decimal ? String(call.result) : hexText(call.result);
  const isPlain = value.names.length === 0 || call.style.constants === "raw";
  return isPlain ? number : `${number} (${straceText(value)})`;
}

const TIME_STATES = 5;
/** The state of the clock: adjtimex(2). */
function clockState({ result }: SyscallView): string {
  return result <= TIME_STATES ? `${result} (${enumText(result, "adjtimex_result")})` : `${result}`;
}

/** Adds the date of a time. */
function dated(seconds: bigint): string {
  const [, date] = /\/\* (.*) \*\//.exec(straceText(integer(seconds, "date"))) ?? [];
  return date === undefined ? `${seconds}` : `${seconds} (${date})`;
}

function messages(call: SyscallView): string {
  const rest = remainingTime(timespecAt(call, call.ulong(4)));
  if (call.result === 0) return "0 (Timeout)";
  return rest === "" ? `${call.result}` : `${call.result} (${rest})`;
}

/** Of struct v4l2_create_buffers. */
const CREATE_BUFFERS_SIZE = 256;

/** The type of a namespace, and the buffers that were made: ioctl_nsfs(2), linux/videodev2.h. */
function ioctl(call: SyscallView): string | null {
  switch (constantName("ioctl", call.uint(1), call.abi)) {
    case "NS_GET_NSTYPE":
      return `${call.result} (${straceText(flags(call.result, constants("namespaces")))})`;
    case "VIDIOC_CREATE_BUFS": {
      const found = call.memory.read(call.address(2), CREATE_BUFFERS_SIZE);
      const [index, count] = [0, 4].map((offset) => found?.view.getUint32(offset, true));
      return found ? `${call.result} ({index=${index}, count=${count}})` : null;
    }
    default:
      return null;
  }
}

const RESULT_TEXTS: Readonly<Record<string, (call: SyscallView) => string | null>> = {
  fcntl,
  fcntl64: fcntl,
  poll,
  ppoll: poll,
  ppoll_time64: poll,
  select,
  _newselect: select,
  pselect6: select,
  pselect6_time64: select,
  umask: ({ result }) => `0${result.toString(8)}`.padStart(3, "0"),
  ioctl,
  prctl,
  arch_prctl: prctl,
  adjtimex: clockState,
  clock_adjtime: clockState,
  time: ({ registers }) => dated(registers.result),
  rt_sigtimedwait: ({ result }) => `${result} (${signalName(result)})`,
  rt_sigtimedwait_time64: ({ result }) => `${result} (${signalName(result)})`,
  recvmmsg: messages,
  personality: ({ result, style }) =>
    `${hexText(result)} (${straceText(personalityValue(result), style)})`,
  ioprio_get: ({ result, style }) =>
    style.constants === "raw"
      ? String(result)
      : `${hexText(result)} (${straceText({ ...ioprioValue(result), value: undefined }, style)})`,
  sched_getscheduler: ({ result }) =>
    `${hexText(result)} (${enumText(result, "scheduler").replace("SCHED_NORMAL", "SCHED_OTHER")})`,
  membarrier: (call) =>
    call.int(0) === 0
      ? `${hexText(call.result)} (${straceText(flags(call.result, constants("membarrier")))})`
      : null,
};

/** Returns the annotated result; null if strace prints only the number. */
export function resultText(call: SyscallView): string | null {
  if (call.failed) return null;
  if (call.raw) return hexText(BigInt.asUintN(64, call.registers.result));
  return RESULT_TEXTS[call.name]?.(call) ?? null;
}
