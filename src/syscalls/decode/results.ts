/** Results that say more than their number: what strace writes in parentheses behind it. */
import { straceText } from "../strace-text.ts";
import { flags } from "../value.ts";
import type { Call } from "./call.ts";
import { pollFds } from "./file.ts";
import { openFlagsValue } from "./structs.ts";

function fcntl(call: Call): string | null {
  const [F_GETFD, F_GETFL] = [1, 3];
  const { result } = call;
  if (call.int(1) === F_GETFD && result > 0)
    return `0x${result.toString(16)} (flags ${straceText(flags(result, [["FD_CLOEXEC", 1]]))})`;
  if (call.int(1) === F_GETFL)
    return `0x${result.toString(16)} (flags ${straceText(openFlagsValue(result, call.arch))})`;
  return null;
}

function poll(call: Call): string | null {
  if (call.result === 0) return "0 (Timeout)";
  return `${call.result} (${straceText(pollFds(call, call.ulong(0), call.uint(1), true), false)})`;
}

const RESULTS: Readonly<Record<string, (call: Call) => string | null>> = {
  fcntl,
  poll,
  ppoll: poll,
};

/** Null where the number says it all. */
export function resultText(call: Call): string | null {
  return call.failed ? null : (RESULTS[call.name]?.(call) ?? null);
}
