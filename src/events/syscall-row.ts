/** Rows of the data formats of `trace syscalls`: calls, signals, stops and ends of threads. */
import { errnoName } from "../kernel/errno.ts";
import { signalName } from "../kernel/signal.ts";
import { isTruncated, namedArguments } from "../syscalls/argument-names.ts";
import { categoryOf } from "../syscalls/categories.ts";
import { siginfoValue } from "../syscalls/siginfo.ts";
import { ByteSlice } from "../text/byte-slice.ts";
import { latin1Slice } from "../text/latin1.ts";
import type { Column, Time } from "./column.ts";
import { memoizeWord } from "./memo-words.ts";
import type { ExitEvent, SignalEvent, SyscallEvent } from "./syscall-event.ts";

export const ROW_EVENTS = ["call", "signal", "stop", "superseded", "exit"] as const;

/** One row. Reused for the next one. */
export class SyscallRow {
  event: (typeof ROW_EVENTS)[number] = "call";
  /** The wall clock time, in milliseconds. */
  time = 0;
  tgid = 0;
  tid = 0;
  call: SyscallEvent | null = null;
  signal: SignalEvent | null = null;
  exit: ExitEvent | null = null;
  /** The signal of a stop; the superseding thread's tid of a superseded thread. */
  number: number | null = null;
}

const toWord = memoizeWord((text: string) => text);

/** Returns a converter from milliseconds. Its result is borrowed: valid until the next call. */
function reusedTime(): (milliseconds: number) => Time {
  const time = { seconds: 0, nanoseconds: 0 };
  return (milliseconds) => {
    time.seconds = Math.floor(milliseconds / 1000);
    // The clock has a resolution of microseconds.
    const microseconds = Math.floor((milliseconds - time.seconds * 1000) * 1000);
    time.nanoseconds = microseconds * 1000;
    return time;
  };
}

const toStartTime = reusedTime();
const toDuration = reusedTime();

function signalOf({ signal, exit, event, number }: SyscallRow): number | null {
  return signal?.signal ?? exit?.signal ?? (event === "stop" ? number : null);
}

function errnoOf({ call }: SyscallRow): string | null {
  return call?.failed && call.result !== null ? errnoName(-Number(call.result)) : null;
}

function injectedParts({ injected, delayed }: SyscallEvent): string[] {
  return delayed ? [...injected, "delay"] : [...injected];
}

export const ROW_COLUMNS: readonly Column<SyscallRow>[] = [
  {
    name: "time",
    key: "time",
    kind: "time",
    about: "start time, in seconds since 1970",
    of: (row) => toStartTime(row.time),
  },
  {
    name: "event",
    key: "event",
    kind: "word",
    about: ROW_EVENTS.join(", "),
    of: (row) => toWord(row.event),
  },
  {
    name: "pid",
    key: "pid",
    kind: "integer",
    type: "int32",
    about: "process",
    of: (row) => row.tgid,
  },
  {
    name: "tid",
    key: "tid",
    kind: "integer",
    type: "int32",
    about: "thread",
    of: (row) => row.tid,
  },
  {
    name: "name",
    key: "name",
    kind: "word",
    about: "system call",
    of: (row) => row.call && toWord(row.call.name),
  },
  {
    name: "abi",
    key: "abi",
    kind: "word",
    about: "ABI of the call: x64, x64Compat (32 bits), x32, arm64, arm64Compat",
    of: (row) => row.call && toWord(row.call.abi),
  },
  {
    name: "category",
    key: "category",
    kind: "word",
    about: "class of the call: file, desc, process, network, memory, signal, time, …",
    of: (row) => row.call && toWord(categoryOf(row.call.name) ?? "system"),
  },
  {
    name: "args",
    key: "args",
    kind: "values",
    about: "arguments by name, or the fields of the signal's siginfo_t",
    of: ({ call, signal }) =>
      call ? namedArguments(call) : signal ? siginfoValue(signal.info).fields : null,
  },
  {
    name: "cut",
    key: "cut",
    kind: "list",
    about: "names of truncated arguments (-s)",
    of: ({ call }) => {
      if (!call) return null;
      const cut = namedArguments(call).filter(([, value]) => isTruncated(value));
      return cut.map(([name]) => latin1Slice(name));
    },
  },
  {
    name: "result",
    key: "result",
    kind: "integer",
    about: "return value, -errno if the call failed; empty if it did not return",
    of: (row) => row.call?.result ?? null,
  },
  {
    name: "result_path",
    key: "result_path",
    kind: "bytes",
    about: "path of the returned fd",
    of: ({ call }) => (call?.resultPath === undefined ? null : latin1Slice(call.resultPath)),
  },
  {
    name: "errno",
    key: "errno",
    kind: "word",
    about: "name of the error",
    of: (row) => {
      const name = errnoOf(row);
      return name === null ? null : toWord(name);
    },
  },
  {
    name: "injected",
    key: "injected",
    kind: "list",
    about: "what was injected: args (the memory behind them), retval, delay",
    of: ({ call }) => call && injectedParts(call).map(latin1Slice),
  },
  {
    name: "duration",
    key: "duration",
    kind: "time",
    isDuration: true,
    about: "duration of the call, in seconds",
    of: ({ call }) => (call && call.result !== null ? toDuration(call.duration) : null),
  },
  {
    name: "mode",
    key: "mode",
    kind: "word",
    about: "severity by the rules: info, warning or danger",
    of: (row) => row.call && toWord(row.call.severity),
  },
  {
    name: "reason",
    key: "reason",
    kind: "bytes",
    about: "text of the rule",
    of: ({ call }) => (call && call.reason !== "" ? ByteSlice.from(call.reason) : null),
  },
  {
    name: "signal",
    key: "signal",
    kind: "word",
    about: "signal that was delivered, or that stopped or killed the thread",
    of: (row) => {
      const number = signalOf(row);
      return number === null ? null : toWord(signalName(number));
    },
  },
  {
    name: "status",
    key: "status",
    kind: "integer",
    type: "int32",
    about: "exit code",
    of: (row) => row.exit?.code ?? null,
  },
  {
    name: "by",
    key: "by",
    kind: "integer",
    about: "thread whose execve superseded this one",
    of: (row) => (row.event === "superseded" ? row.number : null),
  },
];
