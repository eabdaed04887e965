/**
 * Iterates over system calls: the library's interface to the tracer. The kernel accepts ptrace(2) only
 * from the thread that attached, here the program's own. SIGCHLD wakes the iterator, so the program's
 * event loop keeps running between calls. A call is yielded when it has ended; its thread continues up
 * to its next call, where it waits for the program.
 */

import { type Syscall, syscallObject } from "./events/syscall-object.ts";
import { close } from "./ffi/fd.ts";
import { libc } from "./ffi/libc.ts";
import { ARCH } from "./ffi/machine.ts";
import { createClassifier, parseRules } from "./filters/severity/classifier.ts";
import { SyscallFilterSink } from "./filters/syscall-filter.ts";
import { parseExpressions } from "./filters/trace-expression.ts";
import { SIGKILL } from "./kernel/signal.ts";
import { defaultInheritance } from "./process/inherited-state.ts";
import { baseDirectories } from "./process/paths.ts";
import type { User } from "./process/user.ts";
import { SigchldWaiter } from "./sources/ptrace/sigchld.ts";
import { spawnTraced, type TracedCommand } from "./sources/ptrace/spawn.ts";
import { SyscallSource } from "./sources/ptrace/syscall-source.ts";
import { injectsSignals } from "./syscalls/injection.ts";

export interface TraceOptions {
  /** A program and its arguments; looked up in PATH if it has no slash. */
  readonly command?: readonly string[] | undefined;
  /** Running processes. They continue when the trace ends. */
  readonly pids?: readonly number[] | undefined;
  /** The command's environment; our own by default. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Runs the command as this user. */
  readonly user?: User | undefined;
  /** Whether children are traced too; true by default. */
  readonly follow?: boolean | undefined;
  /**
   * Selects calls by an expression of `trace syscalls -e`: "openat,%network", "status=failed",
   * "inject=openat:error=ENOENT". Expressions are separated by semicolons.
   */
  readonly calls?: string | undefined;
  /** Max bytes to read of each string and buffer; 4096 by default. */
  readonly strings?: number | undefined;
  /** Additional rules, in the syntax of filters/severity/rules.ts; they precede the built-in ones. */
  readonly rules?: string | undefined;
}

/** Only one trace may be active: waitpid(2) reports every tracee of the calling thread. */
let activeTrace: SyscallTrace | null = null;

/**
 * Traces a command or running processes.
 *
 *     for await (const call of traceSyscalls({ command: ["touch", "/tmp/x"] }))
 *       if (call.name === "openat" && call.args.flags.has("O_WRONLY")) console.log(call.args.filename);
 *
 * @throws CommandError if the command cannot be executed; SystemError if a process may not be traced;
 *   ExpressionError or RuleError if `calls` or `rules` cannot be parsed
 */
export function traceSyscalls(options: TraceOptions): SyscallTrace {
  return new SyscallTrace(options);
}

export class SyscallTrace implements AsyncIterable<Syscall>, Disposable {
  /** The command's process; null if only running processes are traced. */
  readonly pid: number | null = null;
  private command: TracedCommand | null = null;
  private readonly source: SyscallSource;
  private pending: Syscall[] = [];
  private closed = false;

  constructor(options: TraceOptions) {
    const { command = [], pids = [] } = options;
    if (command.length === 0 && pids.length === 0)
      throw new TypeError("expected a command or pids to trace");
    if (activeTrace) throw new Error("another trace is under way: close it first");
    const follow = options.follow ?? true;
    const expression = parseExpressions(options.calls?.split(";") ?? [], ARCH);
    const { injections } = expression;
    const filtered =
      expression.calls !== null && pids.length === 0 && follow && !injectsSignals(injections);
    const { rules = "", user = null } = options;
    const judge = createClassifier(parseRules(rules), baseDirectories(user));
    const sink = new SyscallFilterSink(
      { syscallExited: (event) => this.pending.push(syscallObject(event)) },
      {
        status: expression.status,
        mode: expression.minSeverity,
        judge: (event) => judge.classify(event),
      },
    );
    this.source = new SyscallSource(sink, {
      ...{ follow, filtered, fdPaths: true, files: true, deferred: true, calls: expression.calls },
      limits: { string: options.strings ?? 4096, array: 1024 },
      fdDetails: expression.fdDetails,
      injection: {
        injections,
        accepts: () => true,
        warn: (message) => process.emitWarning(message, "TraceWarning"),
      },
    });
    activeTrace = this;
    try {
      for (const pid of pids) this.source.tracer.attach(pid);
      if (command.length > 0)
        this.pid = this.spawnCommand(options, filtered ? expression.calls.namesOf(ARCH) : null);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private spawnCommand(options: TraceOptions, names: ReadonlySet<string> | null): number {
    const { command = [], env = process.env, user = null } = options;
    this.command = spawnTraced(
      this.source.tracer,
      { command, env, user, inherited: defaultInheritance() },
      names,
    );
    const { pid, pidfd } = this.command;
    close(pidfd);
    this.source.rootPid = pid;
    return pid;
  }

  /** The command's exit status, or 128+N after signal N; null while it runs. */
  get status(): number | null {
    return this.source.status;
  }

  /**
   * Yields each call when it has ended. Leaving the loop closes the trace.
   * @throws CommandError if the kernel refused to execute the command
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Syscall, void> {
    const { tracer } = this.source;
    const waiter = new SigchldWaiter();
    try {
      while (!this.closed && (!tracer.done || this.pending.length > 0)) {
        const stopped = tracer.poll();
        const calls = this.pending;
        this.pending = [];
        yield* calls;
        await waiter.wait(stopped || tracer.done);
      }
      if (tracer.done) this.command?.throwIfNotStarted();
    } finally {
      waiter.close();
      this.close();
    }
  }

  /** Detaches from processes that ran before; kills the command and its descendants. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    activeTrace = null;
    const { tracer } = this.source;
    tracer.detach();
    for (const { tgid } of tracer.tracees.values()) libc.kill(tgid, SIGKILL);
    while (!tracer.done) if (!tracer.poll()) Bun.sleepSync(1);
    this.command?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
