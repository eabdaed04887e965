/** The options of the tracer of `trace syscalls`. */
import { StackUnwinder } from "../../ffi/libunwind.ts";
import type { TraceExpression } from "../../filters/trace-expression.ts";
import { StackReader } from "../../sources/ptrace/stack-reader.ts";
import type { SyscallSourceOptions } from "../../sources/ptrace/syscall-source.ts";
import { UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseNumber } from "../options/number.ts";
import { warnOfLostRights } from "../record/lost-rights.ts";
import type { SyscallOutput } from "./output.ts";
import type { Plan } from "./plan.ts";
import { parseLineOptions } from "./settings.ts";

/** More elements of an array are not read. */
const MAX_ITEMS = 4096;

/** Reads data only if some is shown. */
function dumps({ readFds, writeFds }: TraceExpression): Pick<SyscallSourceOptions, "dumpedFds"> {
  const any = [readFds, writeFds].some(({ members, inverted }) => inverted || members.size > 0);
  return any ? { dumpedFds: { read: readFds, write: writeFds } } : {};
}

/** @throws UsageError if libunwind is not installed */
function openStacks(): StackReader {
  const unwinder = StackUnwinder.open();
  if (unwinder) return new StackReader(unwinder);
  throw new UsageError("-k: requires libunwind with libunwind-ptrace (Debian: libunwind8)");
}

/**
 * @param reports receive what there is to be said of tracees
 * @throws UsageError
 */
export function sourceOptions(
  { given, expression, follow, filtered, detachOnExec }: Plan,
  { shared, fdPaths, files, processes, accepts }: SyscallOutput,
  reports: Pick<
    SyscallSourceOptions,
    "onDetached" | "onStrangerDetached" | "onStrangerEnded" | "onAbiChanged"
  >,
): SyscallSourceOptions {
  const { calls, injections, fdDetails } = expression;
  const strings = parseNumber("-s", given.last("strings") ?? "32", 0);
  return {
    ...{ follow, filtered, detachOnExec, fdPaths, fdDetails, processes, files, calls },
    ...reports,
    deferred: !shared,
    onLostRights: warnOfLostRights,
    limits: { string: strings, array: Math.min(strings, MAX_ITEMS) },
    ...dumps(expression),
    stacks: given.has("stack-traces") ? openStacks() : null,
    forms: expression,
    style: parseLineOptions(given, fdDetails.has("path")).text,
    systemTimes: given.has("count") || given.has("summary"),
    injection: { injections, accepts, warn: (text) => logger.warn(text) },
  };
}
