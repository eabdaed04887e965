/**
 * The seccomp filters of tracees, besides ours: seccomp(2), proc_pid_status(5). A filter that answers a
 * call itself (SECCOMP_RET_USER_NOTIF, ERRNO, TRAP, KILL) takes precedence over SECCOMP_RET_TRACE, so
 * that the call causes no stop. The stop at the entry of a call comes before any filter.
 */
import { readFileSync } from "node:fs";
import { SIGSYS } from "../../kernel/signal.ts";
import { type Abi, syscallNumber } from "../../syscalls/table.ts";
import type { SyscallStop } from "./syscall-stop.ts";

/** The calls that install filters. A filter of ours has to stop at them. */
export const FILTER_CALLS = ["prctl", "seccomp"] as const;
const PR_SET_SECCOMP = 22n;
const SECCOMP_SET_MODE_FILTER = 1n;
const SECCOMP_FILTER_FLAG_TSYNC = 1n;

type FilterCall = (typeof FILTER_CALLS)[number];
const numbers = new Map<Abi, ReadonlyMap<number, FilterCall>>();

function filterCall({ abi, number }: SyscallStop): FilterCall | undefined {
  let names = numbers.get(abi);
  if (!names) {
    names = new Map(FILTER_CALLS.map((name) => [syscallNumber(abi, name) ?? -1, name]));
    numbers.set(abi, names);
  }
  return names.get(number);
}

/** Returns which threads get a filter by a call that succeeds; null for other calls. */
export function filteredThreads(stop: SyscallStop): "one" | "all" | null {
  const [operation, flags] = [stop.args[0], stop.args[1]].map((value) => BigInt.asUintN(32, value));
  switch (filterCall(stop)) {
    case "prctl":
      return operation === PR_SET_SECCOMP ? "one" : null;
    case "seccomp":
      if (operation !== SECCOMP_SET_MODE_FILTER) return null;
      return flags & SECCOMP_FILTER_FLAG_TSYNC ? "all" : "one";
    default:
      return null;
  }
}

function statusField(tid: number | "self", name: string): string {
  try {
    const status = readFileSync(`/proc/${tid}/status`, "latin1");
    return status.match(new RegExp(`^${name}:\\s*(\\w+)`, "m"))?.[1] ?? "";
  } catch {
    return ""; // the thread has ended
  }
}

/** Whether a thread has a filter, or strict mode. */
export function hasFilter(tid: number | "self"): boolean {
  return !["", "0"].includes(statusField(tid, "Seccomp"));
}

/**
 * Whether a filter has answered a call by a signal (SECCOMP_RET_TRAP), so that it was not made. The
 * registers have their values from before the call then.
 */
export function isTrapped({ tid, number, args, result, failed }: SyscallStop): boolean {
  if (failed || (result !== BigInt(number) && result !== BigInt.asIntN(64, args[0]))) return false;
  const pending = BigInt(`0x${statusField(tid, "SigPnd") || "0"}`);
  return ((pending >> BigInt(SIGSYS - 1)) & 1n) === 1n;
}
