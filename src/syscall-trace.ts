/**
 * System calls for programs: a trace that is iterated over. ptrace(2) belongs to one thread, here the
 * program's own; SIGCHLD says when there is something to see, so that between two calls the program's
 * event loop goes on. What is traced waits meanwhile: a call is yielded when it is over, and its thread
 * goes on up to its next one.
 */
import type { SyscallSink } from "./events/syscall-event.ts";
import { type Syscall, syscallObject } from "./events/syscall-object.ts";
import { close } from "./ffi/fd.ts";
import { libc } from "./ffi/libc.ts";
import { createClassifier, parseRules } from "./filters/severity/classifier.ts";
import { SyscallFilterSink } from "./filters/syscall-filter.ts";
import { parseExpressions } from "./filters/trace-expression.ts";
import { SIGKILL } from "./kernel/signal.ts";
import { defaultInheritance } from "./process/inherited-state.ts";
import { baseDirectories } from "./process/paths.ts";
import type { User } from "./process/user.ts";
import { SigchldWaiter } from "./sources/ptrace/sigchld.ts";
import { spawnTraced, throwIfExecFailed } from "./sources/ptrace/spawn.ts";
import { SyscallSource } from "./sources/ptrace/syscall-source.ts";

const ARCH = process.arch === "arm64" ? "arm64" : "x64";

export interface TraceOptions {
  /** A program and its arguments; looked up in PATH if it has no slash. */
  readonly command?: readonly string[];
  /** Processes that run already. They go on when the trace ends. */
  readonly pids?: readonly number[];
  /** Of the command: as our own where it is left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Runs the command as this user. */
  readonly user?: User;
  /** Children are traced as well, unless this is false. */
  readonly follow?: boolean;
  /** Which calls, as `trace syscalls -e` has it: "openat,%network", "status=failed". */
  readonly calls?: string;
  /** Bytes of each string and buffer that are kept: 4096 where it is left out. */
  readonly strings?: number;
  /** Rules of one's own, before the built-in ones: in the form of filters/danger-rules.ts. */
  readonly rules?: string;
}

/** The same trace is there once at a time: the kernel tells a thread of all that it traces. */
let activeTrace: SyscallTrace | null = null;

/**
 * Traces a command or running processes.
 *
 *     for await (const call of traceSyscalls({ command: ["touch", "/tmp/x"] }))
 *       if (call.name === "openat" && call.args.flags.has("O_WRONLY")) console.log(call.args.filename);
 *
 * @throws CommandError where the command cannot be executed; SystemError where a process may not be
 *   traced; ExpressionError and RuleError for what cannot be understood
 */
export function traceSyscalls(options: TraceOptions): SyscallTrace {
  return new SyscallTrace(options);
}

export class SyscallTrace implements AsyncIterable<Syscall>, Disposable {
  /** The command's process; null where only others are traced. */
  readonly pid: number | null = null;
  private readonly command: string;
  private readonly source: SyscallSource;
  private pending: Syscall[] = [];
  private closed = false;

  constructor(options: TraceOptions) {
    const { command = [], pids = [] } = options;
    if (command.length === 0 && pids.length === 0)
      throw new TypeError("want a command or pids to trace");
    if (activeTrace) throw new Error("another trace is under way: close it first");
    const follow = options.follow ?? true;
    const choice = parseExpressions(options.calls?.split(";") ?? [], ARCH);
    const filtered = choice.names !== null && pids.length === 0 && follow;
    const { rules = "", user = null } = options;
    const judge = createClassifier(parseRules(rules), baseDirectories(user));
    const sink = new SyscallFilterSink(
      objectCollector((call) => this.pending.push(call)),
      {
        status: choice.status,
        mode: choice.minSeverity,
        judge: (event) => judge.classify(event),
      },
    );
    this.source = new SyscallSource(sink, {
      ...{ follow, filtered, fdPaths: true, files: true, deferred: true, names: choice.names },
      limits: { string: options.strings ?? 4096, array: 1024 },
    });
    this.command = command[0] ?? "";
    activeTrace = this;
    try {
      for (const pid of pids) this.source.tracer.attach(pid);
      if (command.length > 0) this.pid = this.spawnCommand(options, filtered ? choice.names : null);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private spawnCommand(options: TraceOptions, names: ReadonlySet<string> | null): number {
    const { command = [], env = process.env, user = null } = options;
    const child = spawnTraced(
      this.source.tracer,
      { command, env, user, inherited: defaultInheritance() },
      names,
    );
    close(child.pidfd);
    this.source.rootPid = child.pid;
    return child.pid;
  }

  /** How the command ended: its exit status, 128+N after signal N; null before. */
  get status(): number | null {
    return this.source.status;
  }

  /**
   * The calls, as each ends. When the loop is left, the trace is closed.
   * @throws CommandError where the kernel refused to execute the command
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Syscall, void> {
    const { tracer } = this.source;
    const waiting = new SigchldWaiter();
    try {
      while (!this.closed && (!tracer.done || this.pending.length > 0)) {
        const came = tracer.poll();
        const calls = this.pending;
        this.pending = [];
        yield* calls;
        await waiting.wait(came || tracer.done);
      }
      if (this.command !== "") throwIfExecFailed(tracer, this.command);
    } finally {
      waiting.close();
      this.close();
    }
  }

  /** Lets processes go that were there before; ends the command and what it started. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    activeTrace = null;
    const { tracer } = this.source;
    tracer.detach();
    for (const { tgid } of tracer.tracees.values()) libc.kill(tgid, SIGKILL);
    while (!tracer.done) if (!tracer.poll()) Bun.sleepSync(1);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Calls that have ended, as objects of their own. */
function objectCollector(take: (call: Syscall) => void): SyscallSink {
  const nothing = () => {};
  return {
    syscallEntered: nothing,
    syscallExited: (event) => take(syscallObject(event)),
    signal: nothing,
    groupStopped: nothing,
    superseded: nothing,
    exited: nothing,
    threadCountChanged: nothing,
    flush: nothing,
    close: nothing,
  };
}
