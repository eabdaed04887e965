/** `trace syscalls`: shows the decoded system calls of a command or of running processes. */

import { defineCommand } from "citty";
import { ROW_COLUMNS } from "../../events/syscall-row.ts";
import { SystemError } from "../../ffi/errno.ts";
import { CLASS_NAMES, ExpressionError, parseExpressions } from "../../filters/trace-expression.ts";
import { FILE_ORDERS } from "../../sinks/reports/syscalls/files.ts";
import { spawnTraced, throwIfExecFailed } from "../../sources/ptrace/spawn.ts";
import { SyscallSource } from "../../sources/ptrace/syscall-source.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, StartError, UsageError } from "../errors.ts";
import { FORMAT_HINT } from "../options/format.ts";
import { parseNumber, parsePids } from "../options/number.ts";
import { parseCommandUser } from "../options/user.ts";
import { combineStatus } from "../record/session.ts";
import { TracerSignals } from "../record/tracer-signals.ts";
import { isShared, openSyscallOutput, type SyscallOutputArgs } from "./output.ts";

const ARCH = process.arch === "arm64" ? "arm64" : "x64";
const MAX_ITEMS = 32;

function parseExpressionOption(expression: string | undefined) {
  try {
    return parseExpressions(expression === undefined ? [] : expression.split(";"), ARCH);
  } catch (error) {
    if (error instanceof ExpressionError)
      throw new UsageError(`-e ${error.message}`, { cause: error });
    throw error;
  }
}

const definition = defineCommand({
  meta: { name: "syscalls", description: "Trace system calls, strace-style (no root needed)" },
  args: {
    expression: {
      type: "string",
      alias: "e",
      valueHint: "EXPR",
      description: "calls to trace: openat,read  %file  !mmap  trace=%network  status=failed",
    },
    pid: {
      type: "string",
      alias: "p",
      valueHint: "PID[,PID…]",
      description: "attach to these processes",
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE",
      description: "output file; - is standard output (default: stderr, or syscalls.json, .csv …)",
    },
    mode: {
      type: "string",
      valueHint: "strace|human",
      default: "strace",
      description: "strace-style lines, or a sentence for each call",
    },
    format: {
      type: "string",
      valueHint: FORMAT_HINT,
      default: "text",
      description: "output format: lines of text, or data",
    },
    columns: {
      type: "string",
      valueHint: "a,b,c",
      description: "columns of data, in this order",
    },
    "by-file": {
      type: "boolean",
      description: "show a table of files with bytes read and written instead",
    },
    sort: {
      type: "string",
      valueHint: FILE_ORDERS.join("|"),
      default: "bytes",
      description: "order of --by-file",
    },
    path: {
      type: "string",
      alias: "P",
      valueHint: "PATH[,PATH…]",
      description: "only calls that access these files, by name or by fd",
    },
    strings: {
      type: "string",
      alias: "s",
      valueHint: "N",
      default: "32",
      description: "show at most N bytes of each string",
    },
    count: {
      type: "boolean",
      alias: "c",
      description: "show counts of calls, errors and time instead",
    },
    paths: { type: "boolean", alias: "y", description: "show the paths of fds" },
    rules: {
      type: "string",
      valueHint: "FILE",
      description: "additional severity rules, see below",
    },
    t: { type: "boolean", description: "prefix each line with the time of day" },
    tt: { type: "boolean", description: "prefix with the time of day in microseconds" },
    ttt: { type: "boolean", description: "prefix with seconds since 1970" },
    r: { type: "boolean", description: "prefix with the time since the previous line" },
    T: { type: "boolean", description: "append the duration of each call" },
    user: {
      type: "string",
      alias: "u",
      valueHint: "NAME|UID[:GID]",
      description: "run the command as this user (default: the user who invoked sudo)",
    },
    follow: {
      type: "boolean",
      default: true,
      description: "follow child processes",
      negativeDescription: "trace only the command itself, not its children",
    },
  },
  run({ args, data }) {
    const { command, inherited } = data as CommandContext;
    if (!command.length && args.pid === undefined)
      throw new UsageError("syscalls: no command given; try: trace syscalls -- ls -l");
    const pids = parsePids("-p", args.pid) ?? [];
    const strings = parseNumber("-s", args.strings, 0);
    const choice = parseExpressionOption(args.expression);
    const user = parseCommandUser(args.user);
    const { output, sink, fdPaths, files } = openSyscallOutput(
      args as SyscallOutputArgs,
      choice,
      user,
    );
    const { names } = choice;
    // The seccomp filter is inherited: in an untraced child it would make calls fail.
    const filtered = names !== null && pids.length === 0 && args.follow !== false;
    const shared = isShared(output);
    const source = new SyscallSource(sink, {
      follow: args.follow !== false,
      filtered,
      deferred: !shared,
      limits: { string: strings, array: MAX_ITEMS },
      fdPaths,
      files,
      names,
    });
    const signals = new TracerSignals(source.tracer, command.length > 0);
    output.begin();
    for (const pid of pids) attach(source, pid);
    if (command.length) {
      const options = { command, env: process.env, inherited, user };
      const { pid } = spawnTraced(source.tracer, options, filtered ? names : null);
      source.rootPid = pid;
      signals.forwardTo({ pid, status: () => source.status });
    }
    try {
      while (!source.tracer.done && !signals.handle()) {
        source.tracer.waitOne();
        if (shared) sink.flush?.();
      }
      source.tracer.detach();
    } finally {
      sink.close?.();
    }
    if (command.length) throwIfExecFailed(source.tracer, command[0]);
    return command.length ? combineStatus(EXIT.ok, source.status) : EXIT.ok;
  },
});

function attach(source: SyscallSource, pid: number): void {
  try {
    source.tracer.attach(pid);
  } catch (error) {
    if (error instanceof SystemError)
      throw new StartError(`-p ${pid}: ${error.message}`, { cause: error });
    throw error;
  }
}

const COLUMNS_HELP = ROW_COLUMNS.map(({ name, about }) => `  ${name.padEnd(12)}${about}`);

export const syscalls: Command = {
  definition,
  takesCommand: true,
  usage: "[options] [--] COMMAND [ARG…]",
  details: `Classes for -e: ${CLASS_NAMES.map((name) => `%${name}`).join(" ")}
-e also takes mode=warning and mode=danger: only calls of that severity. ";" separates expressions.

Columns of data:
${COLUMNS_HELP.join("\n")}

Rules assign a severity to calls, one rule a line; yours take precedence over the built-in ones:
  danger   connect remote                : no network here
  info     * changes in=./build,~/.cache : where results go
  danger   setuid uid=0                  : gains root privileges

Examples:
  trace syscalls -- ls
  trace syscalls --mode human -- touch /tmp/x
  trace syscalls --mode human -e mode=warning -- ./install.sh
  trace syscalls --by-file -- git status
  trace syscalls --format ndjson -o - -- true | jq -c '[.name, .args]'
  trace syscalls -e trace=%network -- curl localhost
  trace syscalls -P /etc/passwd -y -- id
  trace syscalls -c -- make
  sudo trace syscalls -p 1234 -tt -T

Exit status: that of the command; 128+N after signal N; 0 with -p; 2 bad option; 125 trace failed.
`,
};
