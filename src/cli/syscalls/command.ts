/** `trace syscalls`: shows the decoded system calls of a command or of running processes. */

import { defineCommand } from "citty";
import { ROW_COLUMNS } from "../../events/syscall-row.ts";
import { SystemError } from "../../ffi/errno.ts";
import { StackUnwinder } from "../../ffi/libunwind.ts";
import { CLASS_NAMES, type TraceExpression } from "../../filters/trace-expression.ts";
import { releaseInherited } from "../../process/release-inherited.ts";
import { spawnTraced, type TracedCommand } from "../../sources/ptrace/spawn.ts";
import { StackReader } from "../../sources/ptrace/stack-reader.ts";
import { SyscallSource, type SyscallSourceOptions } from "../../sources/ptrace/syscall-source.ts";
import { injectsSignals } from "../../syscalls/injection.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, StartError, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseName } from "../options/names.ts";
import { parseNumber } from "../options/number.ts";
import { parseCommandUser } from "../options/user.ts";
import { GivenOptions } from "../parse-args.ts";
import { warnOfLostRights } from "../record/lost-rights.ts";
import { combineStatus } from "../record/session.ts";
import { TracerSignals } from "../record/tracer-signals.ts";
import { OPTION_GROUPS, OPTIONS, type OptionName } from "./options.ts";
import { openSyscallOutput } from "./output.ts";
import {
  commandEnvironment,
  parseExpressionOptions,
  parseLineOptions,
  pidOption,
} from "./settings.ts";

const ARCH = process.arch === "arm64" ? "arm64" : "x64";
/** More elements of an array are not read. */
const MAX_ITEMS = 4096;

const definition = defineCommand({
  meta: { name: "syscalls", description: "Trace system calls, strace-style (no root needed)" },
  args: OPTIONS,
  run({ data }) {
    const { command, inherited, options } = data as CommandContext;
    const given = new GivenOptions(options);
    if (!command.length && !given.has("pid"))
      throw new UsageError("syscalls: no command given; try: trace syscalls -- ls -l");
    checkOthers(given);
    const pids = pidOption(given);
    const strings = parseNumber("-s", given.last("strings") ?? "32", 0);
    const choice = parseExpressionOptions(given, command.length > 0 && given.has("output"));
    const user = parseCommandUser(given.last("user"));
    const follow = !given.has("no-follow");
    const output = openSyscallOutput(given, choice, user, inherited);
    const { sink, shared, fdPaths, files, processes, accepts } = output;
    const { calls, injections, fdDetails } = choice;
    // The seccomp filter is inherited: in an untraced child it would make calls fail.
    // A signal can be injected only at a system call stop, not at an event of the filter.
    const selects = calls !== null && pids.length === 0 && follow;
    const filtered = selects && !injectsSignals(injections);
    const source = new SyscallSource(sink, {
      follow,
      filtered,
      deferred: !shared,
      onLostRights: warnOfLostRights,
      limits: { string: strings, array: Math.min(strings, MAX_ITEMS) },
      fdPaths,
      fdDetails,
      processes,
      ...dumps(choice),
      stacks: given.has("stack-traces") ? openStacks() : null,
      files,
      calls,
      forms: choice,
      style: parseLineOptions(given, fdDetails.has("path")).text,
      systemTimes: given.has("count") || given.has("summary"),
      injection: { injections, accepts, warn: (text) => logger.warn(text) },
    });
    const signals = new TracerSignals(source.tracer, command.length > 0);
    output.begin();
    const report = choice.quiet.has("attach") ? () => {} : (text: string) => logger.info(text);
    for (const pid of pids) attach(source, pid, report);
    for (const tid of source.tracer.tracees.keys()) processes?.tracedName(tid);
    let child: TracedCommand | null = null;
    if (command.length) {
      const env = commandEnvironment(given, process.env);
      const argv0 = given.last("argv0");
      const names = filtered && calls ? calls.namesOf(ARCH) : null;
      const spawn = {
        ...{ command, env, inherited, user },
        ...(argv0 === undefined ? {} : { argv0 }),
        // -E PATH= is for the command, not for finding it.
        ...(process.env.PATH === undefined ? {} : { searchPath: process.env.PATH }),
      };
      child = spawnTraced(source.tracer, spawn, names);
      const { pid } = child;
      source.rootPid = pid;
      releaseInherited(inherited, output.fds);
      signals.forwardTo({ pid, status: () => source.status });
    }
    try {
      while (!source.tracer.done && !signals.handle()) {
        source.tracer.waitOne();
        if (shared) sink.flush?.();
      }
      detach(source, report);
    } finally {
      sink.close?.();
      output.close();
    }
    child?.throwIfNotStarted();
    return command.length ? combineStatus(EXIT.ok, source.status) : EXIT.ok;
  },
});

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

/** Options of strace that trace does not have, and why. */
const REFUSED = [
  ["daemonize", "-D: trace cannot leave its place to the command; trace it by -p instead"],
  ["detach-on", "-b: trace follows a command to its end; -p detaches at Ctrl-C"],
  ["syscall-limit", "--syscall-limit: trace follows a command to its end; -p detaches at Ctrl-C"],
  ["kvm", "--kvm: trace does not decode exits of virtual CPUs"],
] as const satisfies readonly (readonly [OptionName, string])[];

/** Checks options that strace has and that trace does not need, or cannot have. */
function checkOthers(given: GivenOptions): void {
  const level = given.last("interruptible");
  const levels = ["1", "2", "3", "4", "always", "anywhere", "waiting", "never", "never_tstp"];
  if (level !== undefined) parseName("-I", level, levels);
  for (const [name, why] of REFUSED) if (given.has(name)) throw new UsageError(why);
}

/** Says something to the user. */
type Report = (text: string) => void;

function attach({ tracer }: SyscallSource, pid: number, report: Report): void {
  const before = tracer.tracees.size;
  try {
    tracer.attach(pid);
    const count = tracer.tracees.size - before;
    report(`Process ${pid} attached${count > 1 ? ` with ${count} threads` : ""}`);
  } catch (error) {
    if (error instanceof SystemError)
      throw new StartError(`-p ${pid}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Detaches from the processes that ran before the trace. */
function detach({ tracer }: SyscallSource, report: Report): void {
  const attached = [...tracer.tracees.values()].filter((tracee) => tracee.attached);
  tracer.detach();
  for (const pid of new Set(attached.map(({ tgid }) => tgid))) report(`Process ${pid} detached`);
}

const COLUMNS_HELP = ROW_COLUMNS.map(({ name, about }) => `  ${name.padEnd(12)}${about}`);

export const syscalls: Command = {
  definition,
  takesCommand: true,
  usage: "[options] [--] COMMAND [ARG…]",
  groups: OPTION_GROUPS,
  details: `Classes for -e: ${CLASS_NAMES.map((name) => `%${name}`).join(" ")}
Other kinds of -e, each also a long option (--status=failed); the last one of a kind applies:
  status=successful|failed|unfinished|detached…   signal=SET   quiet=attach|exit|…   !SET: all but these
  abbrev=, verbose=, raw=SET   calls whose structs are short, are read at all; whose arguments are numbers
  inject=SET:ACTION…[:when=FIRST[..LAST][+[STEP]]]   error=ENOENT retval=N signal=USR1 syscall=getpid
    delay_enter=20ms delay_exit=1s poke_enter=@arg1=HEX poke_exit=@arg1=HEX;   fault=SET[:error=…][:when=…]
  read=FDS, write=FDS   dump the data of these fds
  decode-fds=path,socket,dev,pidfd   decode-pids=comm,pidns
  mode=warning, mode=danger    only calls of that severity; ";" separates expressions

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
