/** Formats results that strace annotates in parentheses. */

import { signalName } from "../../kernel/signal.ts";
import { straceText } from "../strace-text.ts";
import { WITHOUT_PATHS } from "../text-style.ts";
import { enumValue, flags, type NameSet, type Value } from "../value.ts";
import type { SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";
import { fdSet, returnedPollFds } from "./poll-select.ts";
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
    return set?.members.length ? `${name} ${straceText(set)}` : "";
  });
  const time = call.name.endsWith("select") ? timevalAt : timespecAt;
  const parts = [...sets, remainingTime(time(call, call.ulong(4)))].filter((text) => text !== "");
  return `${call.result} (${parts.join(", ")})`;
}

const DUMPABLE: NameSet = [
  ["SUID_DUMP_DISABLE", 0],
  ["SUID_DUMP_USER", 1],
  ["SUID_DUMP_ROOT", 2],
];
const PR_GET_DUMPABLE = 3;

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
  prctl: (call) =>
    call.int(0) === PR_GET_DUMPABLE
      ? `${call.result} (${straceText(enumValue(call.result, DUMPABLE))})`
      : null,
  personality: ({ result }) => `${hexText(result)} (${straceText(personalityValue(result))})`,
  ioprio_get: ({ result }) => `${hexText(result)} (${straceText(ioprioValue(result))})`,
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
