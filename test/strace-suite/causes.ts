/** Why a test of strace's does not pass with trace. */
import type { Outcome } from "./run-test.ts";

export const CAUSES = ["missing option", "hang", "crash", "different lines", "other"] as const;
export type Cause = (typeof CAUSES)[number];

/** A refusal of the command line: `trace: -e kvm=: unknown qualifier`. */
const REFUSAL = /^trace: (?:syscalls: )?(--?[a-zA-Z][\w-]*(?: [a-z-]+=)?)\S*.*$/m;
/** An error of trace's that no user can cause, and the signals after which a shell says so. */
const CRASH =
  /a bug in trace: |\b(?:Segmentation fault|Aborted|Illegal instruction|Trace\/breakpoint trap)\b/;
/** The head of diff's output. */
const DIFFERENCE = /^--- .*\n\+\+\+ /m;

/** Returns the option that trace refused, if that is why the test failed. */
export function missingOption(output: string): string | null {
  return REFUSAL.exec(output)?.[1] ?? null;
}

/** Returns the cause of a failure. */
export function causeOf({ status, output }: Outcome): Cause {
  if (status === "hung") return "hang";
  if (CRASH.test(output)) return "crash";
  if (missingOption(output) !== null) return "missing option";
  return DIFFERENCE.test(output) ? "different lines" : "other";
}
