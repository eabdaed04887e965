/** `trace syscalls`: every system call of a command or of running processes, decoded. */
import { defineCommand } from "citty";
import type { SyscallSink } from "../events/syscall.ts";
import { SystemError } from "../ffi/errno.ts";
import { libc } from "../ffi/libc.ts";
import { CLASS_NAMES, ExpressionError, parseExpressions } from "../filters/syscall-set.ts";
import { SIGINT } from "../kernel/signal.ts";
import { EXIT, UsageError } from "../messages.ts";
import { FileOutput } from "../process/output.ts";
import { parseUser, sudoCaller, type User } from "../process/user.ts";
import { CountsSink } from "../sinks/syscalls/counts.ts";
import { StraceSink, type StraceStyle } from "../sinks/syscalls/strace.ts";
import { CallSource } from "../sources/ptrace/calls.ts";
import { Ending } from "../sources/ptrace/ending.ts";
import { startTraced } from "../sources/ptrace/start.ts";
import type { Command } from "./command.ts";
import type { ExecData } from "./exec.ts";
import { parseNumber } from "./options.ts";
import { StartError } from "./recording.ts";

const ARCH = process.arch === "arm64" ? "arm64" : "x64";
const SHOWN_ITEMS = 32;

interface SyscallsArgs {
  readonly expression?: string;
  readonly pid?: string;
  readonly output?: string;
  readonly strings: string;
  readonly user?: string;
  readonly follow?: boolean;
  readonly count?: boolean;
  readonly paths?: boolean;
  readonly t?: boolean;
  readonly tt?: boolean;
  readonly ttt?: boolean;
  readonly r?: boolean;
  readonly T?: boolean;
}

function choiceOf(args: SyscallsArgs) {
  try {
    return parseExpressions(args.expression === undefined ? [] : args.expression.split(";"), ARCH);
  } catch (error) {
    if (error instanceof ExpressionError) throw new UsageError(`-e ${error.message}`);
    throw error;
  }
}

function stampOf({ t, tt, ttt, r }: SyscallsArgs): StraceStyle["stamp"] {
  return ttt ? "ttt" : tt ? "tt" : t ? "t" : r ? "r" : "none";
}

function sinkOf(
  args: SyscallsArgs,
  output: FileOutput,
  status: StraceStyle["status"],
): SyscallSink {
  if (args.count) return new CountsSink(output);
  const style = {
    stamp: stampOf(args),
    durations: args.T === true,
    numbered: args.output !== undefined && args.follow !== false,
    status,
  };
  return new StraceSink(output, style, (errno) => String(libc.strerror(errno)));
}

const definition = defineCommand({
  meta: { name: "syscalls", description: "Tell every system call, decoded, without root" },
  args: {
    expression: {
      type: "string",
      alias: "e",
      valueHint: "EXPR",
      description: "which calls: openat,read  %file  !mmap  trace=%network  status=failed",
    },
    pid: { type: "string", alias: "p", valueHint: "PID[,PID…]", description: "these processes" },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE",
      description: "written here (default: stderr)",
    },
    strings: {
      type: "string",
      alias: "s",
      valueHint: "N",
      default: "32",
      description: "bytes of each string that are shown",
    },
    count: { type: "boolean", alias: "c", description: "count calls, errors and time instead" },
    paths: { type: "boolean", alias: "y", description: "show where fds lead" },
    t: { type: "boolean", description: "the time of day before each line" },
    tt: { type: "boolean", description: "with microseconds" },
    ttt: { type: "boolean", description: "as seconds since 1970" },
    r: { type: "boolean", description: "the time since the line before" },
    T: { type: "boolean", description: "how long each call took, behind it" },
    user: {
      type: "string",
      alias: "u",
      valueHint: "NAME|UID[:GID]",
      description: "run the command as this user (default: who called sudo)",
    },
    follow: {
      type: "boolean",
      default: true,
      description: "follow child processes",
      negativeDescription: "trace the one process only, not its children",
    },
  },
  run({ args, data }) {
    const { command, inherited } = data as ExecData;
    if (!command.length && args.pid === undefined)
      throw new UsageError("syscalls: no command given; try: trace syscalls -- ls -l");
    const pids = args.pid?.split(",").map((pid) => parseNumber("-p", pid, 1)) ?? [];
    const strings = parseNumber("-s", args.strings, 0);
    const { names, status } = choiceOf(args);
    const user: User | null =
      args.user === undefined ? sudoCaller(process.env) : parseUser(args.user);
    const output = new FileOutput(args.output ?? "/dev/stderr", user);
    const sink = sinkOf(args, output, status);
    const filtered = names !== null && pids.length === 0;
    const source = new CallSource(sink, {
      follow: args.follow !== false,
      filtered,
      limits: { string: strings, array: SHOWN_ITEMS },
      fdPaths: args.paths === true,
      names,
    });
    const ending = new Ending(pids.length > 0);
    output.begin();
    for (const pid of pids) attach(source, pid);
    if (command.length) {
      const options = { command, env: process.env, inherited, user };
      source.root = startTraced(source.tracer, options, filtered ? names : null).pid;
    }
    while (!source.tracer.done && !ending.asked) source.tracer.step();
    source.tracer.detach();
    sink.close();
    return command.length ? (source.status ?? 128 + SIGINT) : EXIT.ok;
  },
});

function attach(source: CallSource, pid: number): void {
  try {
    source.tracer.attach(pid);
  } catch (error) {
    if (error instanceof SystemError) throw new StartError(`-p ${pid}: ${error.message}`);
    throw error;
  }
}

export const syscalls: Command = {
  definition,
  takesCommand: true,
  usage: "[options] [--] COMMAND [ARG…]",
  details: `Classes for -e: ${CLASS_NAMES.map((name) => `%${name}`).join(" ")}

Examples:
  trace syscalls -- ls
  trace syscalls -e trace=%network -- curl localhost
  trace syscalls -c -- make
  sudo trace syscalls -p 1234 -tt -T

Exit status: the command's own; 128+N after signal N; 0 with -p; 2 bad option; 125 trace failed.
`,
};
