/** What `trace syscalls` is to do, by its options. */

import type { TraceExpression } from "../../filters/trace-expression.ts";
import type { OrphanPlace } from "../../process/child.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import type { User } from "../../process/user.ts";
import { injectsSignals } from "../../syscalls/injection.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../errors.ts";
import { parseName } from "../options/names.ts";
import { parseNumber } from "../options/number.ts";
import { requireTasks } from "../options/processes.ts";
import { parseCommandUser } from "../options/user.ts";
import { GivenOptions } from "../parse-args.ts";
import type { OptionName } from "./options.ts";
import { parseExpressionOptions, pidOption } from "./settings.ts";
import { parseTips } from "./tips.ts";
import { type Caller, parseCaller, parseDaemonize } from "./tracer-place.ts";

export interface Plan {
  readonly given: GivenOptions;
  readonly command: readonly string[];
  readonly inherited: InheritedState;
  /** The user to run the command as; null: ours. */
  readonly user: User | null;
  /** Running processes to attach to. */
  readonly pids: readonly number[];
  readonly expression: TraceExpression;
  readonly follow: boolean;
  /** Whether a seccomp filter selects the calls to stop at. */
  readonly filtered: boolean;
  /** strace's -b. */
  readonly detachOnExec: boolean;
  /** After how many reported calls to detach. */
  readonly limit: number;
  /** A tip to give at the end. */
  readonly tip: string | null;
  /** strace's -D: where the tracer goes when this process becomes the command. */
  readonly daemonize: OrphanPlace | null;
  /** The process that has started us as its tracer, for strace's -D. */
  readonly caller: Caller | null;
}

/** Checks options that strace has and that trace does not need, or cannot have. */
function checkOthers(given: GivenOptions): void {
  const level = given.last("interruptible");
  const levels = ["1", "2", "3", "4", "always", "anywhere", "waiting", "never", "never_tstp"];
  if (level !== undefined) parseName("-I", level, levels);
  if (given.has("kvm")) throw new UsageError("--kvm: trace does not decode exits of virtual CPUs");
}

/** Options that detach from a command: it would be left with a filter, but without its tracer. */
const DETACHING = ["detach-on", "syscall-limit"] as const satisfies readonly OptionName[];

/**
 * Whether a filter can be used. It is inherited: in an untraced child it would make calls fail. A
 * signal can be injected only at a system call stop, not at an event of the filter.
 */
function canFilter(given: GivenOptions, expression: TraceExpression): boolean {
  const detaching = DETACHING.some((name) => given.has(name));
  const selects = expression.calls !== null && !given.has("pid") && !given.has("no-follow");
  return selects && !detaching && !injectsSignals(expression.injections);
}

/** @throws UsageError */
export function readPlan({ command, inherited, options }: CommandContext): Plan {
  const given = new GivenOptions(options);
  if (!command.length && !given.has("pid"))
    throw new UsageError("syscalls: no command given; try: trace syscalls -- ls -l");
  if (!command.length && given.has("daemonize")) throw new UsageError("-D: requires a command");
  checkOthers(given);
  const pids = pidOption(given);
  requireTasks("-p", pids);
  const expression = parseExpressionOptions(given, command.length > 0 && given.has("output"));
  const detachOn = given.last("detach-on");
  if (detachOn !== undefined) parseName("-b", detachOn, ["execve"]);
  const limit = given.last("syscall-limit");
  const caller = parseCaller(given.last("tracer-of"));
  return {
    given,
    command,
    inherited: { ...inherited, fds: inherited.fds.filter((fd) => fd !== caller?.socket) },
    user: parseCommandUser(given.last("user")),
    pids,
    expression,
    follow: !given.has("no-follow"),
    filtered: canFilter(given, expression),
    detachOnExec: detachOn !== undefined,
    limit: limit === undefined ? Infinity : parseNumber("--syscall-limit", limit, 1),
    tip: parseTips(given.values("tips")),
    daemonize: parseDaemonize(given.values("daemonize")),
    caller,
  };
}
