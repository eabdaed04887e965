/** The options of `trace syscalls`: strace's own, and trace's. strace(1). */
import { ARCH } from "../../ffi/machine.ts";
import { CALL_STATUSES, CLASS_NAMES, MESSAGE_KINDS } from "../../filters/trace-expression.ts";
import { signalName } from "../../kernel/signal.ts";
import { COUNT_COLUMNS } from "../../sinks/reports/syscalls/count-summary.ts";
import { FILE_ORDERS } from "../../sinks/reports/syscalls/files.ts";
import { FD_DETAIL_KINDS } from "../../syscalls/fd-details.ts";
import { PID_DETAIL_KINDS } from "../../syscalls/pid-details.ts";
import { type Abi, syscallNames } from "../../syscalls/table.ts";
import { ESCAPE_ARG, KEPT_FORMAT_HINT } from "../options/format.ts";
import {
  listOf,
  type Names,
  type OptionDef,
  type OptionTable,
  oneOf,
  type Values,
} from "../options/values.ts";

const NATIVE: Abi = ARCH === "arm64" ? "arm64" : "x64";

/** Classes and names of calls. The table of names is read when it is needed. */
const CALLS: Names = {
  kind: "names",
  list: true,
  get names() {
    const classes = CLASS_NAMES.map((name) => `%${name}`);
    return [...classes, ...syscallNames(NATIVE)].map((name) => ({ name }));
  },
};
const SIGNALS = listOf(Array.from({ length: 31 }, (_, index) => signalName(index + 1)));
const STATUSES = listOf(CALL_STATUSES);
const MESSAGES = listOf(MESSAGE_KINDS);
const FD_DETAILS = listOf(FD_DETAIL_KINDS);
const PID_DETAILS = listOf(PID_DETAIL_KINDS);
const PRECISION_NAMES = ["s", "ms", "us", "ns"];
const PRECISIONS = oneOf(PRECISION_NAMES);
const COUNTS = [...new Set(Object.values(COUNT_COLUMNS))];

/** The kinds of -e, and the names that each takes. */
const EXPRESSIONS: Names = {
  kind: "names",
  list: true,
  get names() {
    return CALLS.names;
  },
  get kinds() {
    const calls = ["trace", "abbrev", "verbose", "raw"].map((kind) => [kind, CALLS.names]);
    return {
      ...Object.fromEntries(calls),
      status: STATUSES.names,
      signal: SIGNALS.names,
      quiet: MESSAGES.names,
      "decode-fds": FD_DETAILS.names,
      "decode-pids": PID_DETAILS.names,
      mode: oneOf(["warning", "danger"]).names,
    };
  },
};

const flag = (alias: string | string[], description: string): OptionDef => ({
  type: "boolean",
  alias,
  description,
});
const value = (
  alias: string | string[],
  valueHint: string,
  description: string,
  { initial, values }: { readonly initial?: string; readonly values?: Values } = {},
): OptionDef => ({
  type: "string",
  alias,
  valueHint,
  description,
  ...(values && { values }),
  ...(initial === undefined ? {} : { default: initial }),
});

const WHAT = {
  expression: value(
    "e",
    "EXPR",
    "calls to trace: openat,read  %file  !mmap  trace=%network  status=failed",
    { values: EXPRESSIONS },
  ),
  path: value(
    ["P", "trace-path"],
    "PATH[,PATH…]",
    "only calls that access these files, by name or by fd",
  ),
  pid: value(["p", "attach"], "PID[,PID…]", "attach to these processes"),
  "successful-only": flag("z", "only calls that succeed: -e status=successful"),
  "failed-only": flag(["Z", "failing-only"], "only calls that fail: -e status=failed"),
  "detach-on": value("b", "execve", "detach from processes that execute another program"),
  "syscall-limit": value([], "N", "detach after N calls; the command continues"),
  quiet: value(
    ["q", "silent", "silence"],
    "[=KIND,…]",
    "no messages about attaching; -qq: nor about exits; -qqq: none at all",
    { values: MESSAGES },
  ),
  "follow-forks": flag(
    ["f", "F"],
    "follow child processes (always so); -ff: one file per process with -o",
  ),
  follow: {
    type: "boolean",
    default: true,
    description: "follow child processes",
    negativeDescription: "trace only the command itself, not its children",
  },
} satisfies OptionTable;

const COMMAND = {
  user: value(
    "u",
    "NAME|UID[:GID]",
    "run the command as this user (default: the user who invoked sudo)",
  ),
  env: value("E", "VAR[=VALUE]", "set a variable of the command's environment, or remove it"),
  daemonize: value(
    "D",
    "[=grandchild|pgroup|session]",
    "run the command as a child of the caller; -DD, -DDD: trace from another process group, session",
  ),
  argv0: value([], "NAME", "name the command this way: its argument 0"),
} satisfies OptionTable;

const OUTPUT = {
  output: value(
    "o",
    "FILE||COMMAND",
    "output file, or command to pipe to; - is standard output (default: stderr, or syscalls.json, .csv …)",
  ),
  "output-append-mode": flag("A", "append to the output file"),
  "output-separately": flag([], "write one file per process, FILE.PID: -ff"),
  mode: value([], "strace|human", "strace-style lines, or a sentence for each call", {
    initial: "strace",
  }),
  format: value([], KEPT_FORMAT_HINT, "output format: lines of text, or data", { initial: "text" }),
  columns: value([], "a,b,c", "columns of data, in this order"),
  ...ESCAPE_ARG,
  rules: value([], "FILE", "additional severity rules"),
} satisfies OptionTable;

const LINES = {
  strings: value(["s", "string-limit"], "N", "show at most N bytes of each string", {
    initial: "32",
  }),
  "no-abbrev": flag("v", "show all fields of structs, and the environment of execve"),
  paths: flag("y", "show the paths of fds; -yy: also sockets, devices and pidfds"),
  "stack-traces": flag(["k", "stack-trace"], "show the call stack below each call"),
  Y: flag([], "show the names of processes beside their numbers"),
  "pidns-translation": flag([], "show the numbers of processes in trace's own pid namespace"),
  x: flag([], "show strings that are not ASCII in hexadecimal; -xx: all strings"),
  "const-print-style": value("X", "raw|abbrev|verbose", "constants as numbers, as names, as both", {
    initial: "abbrev",
  }),
  "absolute-timestamps": value(
    ["t", "timestamps"],
    "[=FORMAT,PRECISION]",
    "prefix with the time of day; -tt: in microseconds; -ttt: since 1970; FORMAT: time, unix, none; PRECISION: s, ms, us, ns",
    { values: listOf(["time", "unix", "none", ...PRECISION_NAMES]) },
  ),
  "relative-timestamps": value(
    "r",
    "[=PRECISION]",
    "prefix with the time since the previous line",
    { values: PRECISIONS },
  ),
  "syscall-times": value("T", "[=PRECISION]", "append the duration of each call", {
    values: PRECISIONS,
  }),
  column: value("a", "N", "column of the results", { initial: "40" }),
  "syscall-number": flag("n", "prefix with the number of the call"),
  "instruction-pointer": flag("i", "prefix with the instruction pointer"),
} satisfies OptionTable;

const STATISTICS = {
  count: flag(["c", "summary-only"], "show counts of calls, errors and time instead"),
  summary: flag("C", "show counts after the lines"),
  "summary-wall-clock": flag("w", "count wall time, not system time"),
  "summary-sort-by": value("S", "COLUMN", "order of the counts", {
    initial: "time",
    values: oneOf(COUNTS),
  }),
  "summary-columns": value("U", "COLUMN,…", "columns of the counts", { values: listOf(COUNTS) }),
  "summary-syscall-overhead": value("O", "TIME", "time to subtract from each call: 10us"),
  "by-file": flag([], "show a table of files with bytes read and written instead"),
  sort: value([], FILE_ORDERS.join("|"), "order of --by-file", { initial: "bytes" }),
} satisfies OptionTable;

/** Accepted for the sake of strace's users. */
const HIDDEN = {
  "strings-in-hex": value(
    [],
    "[=STYLE]",
    "hexadecimal strings: non-ascii-chars, non-ascii, all, none",
    { values: oneOf(["non-ascii-chars", "non-ascii", "all", "none"]) },
  ),
  trace: value([], "SET", "the same as -e trace=", { values: CALLS }),
  signal: value(["signals"], "SET", "the same as -e signal=", { values: SIGNALS }),
  status: value([], "SET", "the same as -e status=", { values: STATUSES }),
  abbrev: value([], "SET", "the same as -e abbrev=", { values: CALLS }),
  verbose: value([], "SET", "the same as -e verbose=", { values: CALLS }),
  raw: value([], "SET", "the same as -e raw=", { values: CALLS }),
  interruptible: value("I", "N", "accepted: signals always reach the command"),
  tips: value([], "[=N]", "say at the end how to use trace syscalls"),
  "tracer-of": value([], "PID:FD", "used by trace itself, with -D"),
  kvm: value([], "vcpu", "not supported"),
  read: value([], "FDS", "the same as -e read="),
  write: value([], "FDS", "the same as -e write="),
  inject: value([], "SET:ACTION", "the same as -e inject="),
  fault: value([], "SET", "the same as -e fault="),
  "decode-fds": value("decode-fd", "[=SET]", "the same as -e decode-fds=", { values: FD_DETAILS }),
  "decode-pids": value("decode-pid", "SET", "the same as -e decode-pids=", { values: PID_DETAILS }),
  "seccomp-bpf": flag([], "stop only at the selected calls (always so)"),
} satisfies OptionTable;

/** Marks options as accepted only. */
function hiddenOptions<T extends OptionTable>(options: T): T {
  const hidden = Object.entries(options).map(([name, option]) => [
    name,
    { ...option, hidden: true },
  ]);
  return Object.fromEntries(hidden) as T;
}

/** The options by the heading that they have in --help. */
export const OPTION_GROUPS = {
  "What to trace": Object.keys(WHAT),
  "The command": Object.keys(COMMAND),
  Output: Object.keys(OUTPUT),
  "Style of lines": Object.keys(LINES),
  Statistics: Object.keys(STATISTICS),
};

export const OPTIONS = {
  ...WHAT,
  ...COMMAND,
  ...OUTPUT,
  ...LINES,
  ...STATISTICS,
  ...hiddenOptions(HIDDEN),
} satisfies OptionTable;
export type OptionName = keyof typeof OPTIONS;
