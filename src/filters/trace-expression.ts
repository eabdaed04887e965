/**
 * Parses strace's -e, which selects what is reported, and how: `trace=openat,%file`, `!read`,
 * `status=failed`, `signal=none`, `quiet=exit`, `abbrev=none`. strace(1).
 */
import { SEVERITIES, type Severity } from "../events/syscall-event.ts";
import { signalName, signalNumber } from "../kernel/signal.ts";
import { CLASS_NAMES } from "../syscalls/categories.ts";
import { FD_DETAIL_KINDS, type FdDetailKind } from "../syscalls/fd-details.ts";
import type { Injections } from "../syscalls/injection.ts";
import { PID_DETAIL_KINDS, type PidDetailKind } from "../syscalls/pid-details.ts";
import type { Abi } from "../syscalls/table.ts";
import { ALL_CALLS, type CallSet, NO_CALLS, parseCallSet } from "./call-set.ts";
import { parseInjection } from "./injection-expression.ts";
import { ExpressionError, parseSelection, Selection, unknownMessage } from "./selection.ts";

export { CLASS_NAMES, ExpressionError };

/** How a call ended, or why its line did not. */
export const CALL_STATUSES = [
  "successful",
  "failed",
  "unfinished",
  "unavailable",
  "detached",
] as const;
export type CallStatus = (typeof CALL_STATUSES)[number];

/** What -q silences. */
export const MESSAGE_KINDS = [
  "attach",
  "exit",
  "path-resolution",
  "personality",
  "thread-execve",
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];
const MESSAGE_ALIASES: Readonly<Record<string, MessageKind>> = {
  exits: "exit",
  superseded: "thread-execve",
};

export interface TraceExpression {
  /** Null selects all calls. */
  readonly calls: CallSet | null;
  readonly status: Selection<CallStatus>;
  /** The signals whose delivery is reported. */
  readonly signals: Selection<number>;
  /** The messages that are not written. */
  readonly quiet: Selection<MessageKind>;
  /** The calls whose structs are abbreviated. */
  readonly abbreviated: CallSet;
  /** The calls whose structs are shown at all, not as addresses. */
  readonly verbose: CallSet;
  /** The calls whose arguments are shown as numbers. */
  readonly raw: CallSet;
  /** The minimum severity of reported calls. */
  readonly minSeverity: Severity;
  /** What to inject into which calls. */
  readonly injections: Injections;
  /** What to show of fds, and of the numbers of processes. */
  readonly fdDetails: Selection<FdDetailKind>;
  readonly pidDetails: Selection<PidDetailKind>;
  /** The fds whose data is shown. */
  readonly readFds: Selection<number>;
  readonly writeFds: Selection<number>;
}

type Parsed = Partial<TraceExpression>;
type NativeAbi = Extract<Abi, "x64" | "arm64">;

function parseStatus(text: string): Parsed {
  const lookup = (word: string) => CALL_STATUSES.find((each) => each === word);
  return { status: parseSelection(text, "status", lookup, CALL_STATUSES) };
}

function parseSignals(text: string): Parsed {
  const names = Array.from({ length: 31 }, (_, index) => signalName(index + 1));
  const known = names.flatMap((name) => [name, name.replace(/^SIG/, "")]);
  return { signals: parseSelection(text, "signal", signalNumber, known) };
}

function parseQuiet(text: string): Parsed {
  const known = [...MESSAGE_KINDS, ...Object.keys(MESSAGE_ALIASES)];
  const lookup = (word: string) =>
    MESSAGE_KINDS.find((each) => each === word) ??
    (Object.hasOwn(MESSAGE_ALIASES, word) ? MESSAGE_ALIASES[word] : undefined);
  return { quiet: parseSelection(text, "message", lookup, known) };
}

function parseMinSeverity(text: string): Parsed {
  const minSeverity = SEVERITIES.find((each) => each === text);
  if (minSeverity) return { minSeverity };
  throw new ExpressionError(`${text}: expected one of ${SEVERITIES.join(", ")}`);
}

function parseCalls(text: string, abi: NativeAbi): Parsed {
  const calls = parseCallSet(text, abi);
  return { calls: calls.complete ? null : calls };
}

function injectionParser(qualifier: "inject" | "fault"): Qualifier {
  return (text, abi) => {
    const { set, injection } = parseInjection(qualifier, text);
    return { injections: [{ calls: parseCallSet(set, abi), injection }] };
  };
}

function parseFdDetails(text: string): Parsed {
  const lookup = (word: string) => FD_DETAIL_KINDS.find((each) => each === word);
  return { fdDetails: parseSelection(text, "detail of fds", lookup, FD_DETAIL_KINDS) };
}

function parsePidDetails(text: string): Parsed {
  const lookup = (word: string) => PID_DETAIL_KINDS.find((each) => each === word);
  return { pidDetails: parseSelection(text, "detail of processes", lookup, PID_DETAIL_KINDS) };
}

function parseFds(text: string): Selection<number> {
  const lookup = (word: string) => (/^\d+$/.test(word) ? Number(word) : undefined);
  return parseSelection(text, "fd", lookup, []);
}
const parseReadFds = (text: string): Parsed => ({ readFds: parseFds(text) });
const parseWriteFds = (text: string): Parsed => ({ writeFds: parseFds(text) });

type Qualifier = (text: string, abi: NativeAbi) => Parsed;

/** What stands before "=", with strace's short forms. */
const QUALIFIERS: Readonly<Record<string, Qualifier>> = {
  trace: parseCalls,
  t: parseCalls,
  status: parseStatus,
  signal: parseSignals,
  signals: parseSignals,
  s: parseSignals,
  quiet: parseQuiet,
  silent: parseQuiet,
  silence: parseQuiet,
  q: parseQuiet,
  abbrev: (text, abi) => ({ abbreviated: parseCallSet(text, abi) }),
  a: (text, abi) => ({ abbreviated: parseCallSet(text, abi) }),
  verbose: (text, abi) => ({ verbose: parseCallSet(text, abi) }),
  v: (text, abi) => ({ verbose: parseCallSet(text, abi) }),
  raw: (text, abi) => ({ raw: parseCallSet(text, abi) }),
  x: (text, abi) => ({ raw: parseCallSet(text, abi) }),
  mode: parseMinSeverity,
  inject: injectionParser("inject"),
  fault: injectionParser("fault"),
  read: parseReadFds,
  reads: parseReadFds,
  r: parseReadFds,
  write: parseWriteFds,
  writes: parseWriteFds,
  w: parseWriteFds,
  kvm: () => {
    throw new ExpressionError("vcpu: exits of virtual CPUs are not decoded");
  },
  "decode-fds": parseFdDetails,
  "decode-fd": parseFdDetails,
  "decode-pids": parsePidDetails,
  "decode-pid": parsePidDetails,
};

const DEFAULTS: TraceExpression = {
  calls: null,
  status: Selection.all(),
  signals: Selection.all(),
  quiet: new Selection(),
  abbreviated: ALL_CALLS,
  verbose: ALL_CALLS,
  raw: NO_CALLS,
  minSeverity: "info",
  injections: [],
  fdDetails: new Selection(),
  pidDetails: new Selection(),
  readFds: new Selection(),
  writeFds: new Selection(),
};

/** Splits "status=failed"; an expression without "=" selects calls. */
function splitExpression(expression: string): readonly [qualifier: string, text: string] {
  const [, qualifier, text] = /^([a-z-]+)=(.*)$/s.exec(expression) ?? [];
  return qualifier === undefined ? ["trace", expression] : [qualifier, text];
}

function parseExpression(expression: string, abi: NativeAbi): Parsed {
  const [name, text] = splitExpression(expression);
  if (!Object.hasOwn(QUALIFIERS, name)) {
    const known = Object.keys(QUALIFIERS).filter((each) => each.length > 1);
    throw new ExpressionError(unknownMessage(name, "kind of expression", known).replace(":", "=:"));
  }
  try {
    return QUALIFIERS[name](text, abi);
  } catch (error) {
    if (!(error instanceof ExpressionError) || name === "trace") throw error;
    throw new ExpressionError(`${name}=${error.message}`, { cause: error });
  }
}

/**
 * Parses the values of -e.
 * @param expressions the last one of each kind applies, and all injections
 * @throws ExpressionError
 */
export function parseExpressions(expressions: readonly string[], abi: NativeAbi): TraceExpression {
  const parsed = expressions.map((expression) => parseExpression(expression, abi));
  const injections = parsed.flatMap((each) => each.injections ?? []);
  return Object.assign({ ...DEFAULTS }, ...parsed, { injections });
}
