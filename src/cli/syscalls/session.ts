/** A run of `trace syscalls`, from the first attached process to the exit status. */
import { SystemError } from "../../ffi/errno.ts";
import type { MessageKind } from "../../filters/trace-expression.ts";
import { EPERM } from "../../kernel/errno.ts";
import { releaseInherited } from "../../process/release-inherited.ts";
import { attachRefusal } from "../../sources/ptrace/refusal.ts";
import { adoptTraced, spawnTraced, type TracedCommand } from "../../sources/ptrace/spawn.ts";
import { SyscallSource } from "../../sources/ptrace/syscall-source.ts";
import type { Tracee } from "../../sources/ptrace/tracee.ts";
import type { Abi } from "../../syscalls/table.ts";
import { EXIT, StartError } from "../errors.ts";
import { logger } from "../messages.ts";
import { combineStatus } from "../record/session.ts";
import { TracerSignals } from "../record/tracer-signals.ts";
import { limitCompilation } from "./compilation.ts";
import { filteredCalls, spawnOptions } from "./daemonize.ts";
import { GuardedSink } from "./guarded-sink.ts";
import type { SyscallOutput } from "./output.ts";
import type { Plan } from "./plan.ts";
import { sourceOptions } from "./source-options.ts";

/** strace's names of ABIs. */
const ABI_MODES: Readonly<Record<Abi, string>> = {
  x64: "64 bit",
  x64Compat: "32 bit",
  x32: "x32",
  arm64: "64 bit",
  arm64Compat: "32 bit",
};

export class SyscallSession {
  private readonly plan: Plan;
  private readonly output: SyscallOutput;
  private readonly sink: GuardedSink;
  private readonly source: SyscallSource;
  private readonly signals: TracerSignals;
  private outputIsOpen = true;

  /** @throws UsageError */
  constructor(plan: Plan, output: SyscallOutput) {
    this.plan = plan;
    this.output = output;
    this.sink = new GuardedSink(output.sink);
    const options = sourceOptions(plan, output, {
      onDetached: (tracee) => this.reportDetached(tracee),
      onStrangerDetached: (pid) => this.report(`Detached unknown pid ${pid}`),
      onStrangerEnded: (pid) => this.report(`Exit of unknown pid ${pid} ignored`, "exit"),
      ...(output.lines ? { onAbiChanged: (tracee) => this.reportAbi(tracee) } : {}),
    });
    this.source = new SyscallSource(this.sink, options);
    this.signals = new TracerSignals(this.source.tracer, plan.command.length > 0);
  }

  /**
   * Traces until the command or all processes have ended, or a signal ends the trace.
   * @returns the exit status
   * @throws StartError, CommandError, SystemError
   */
  run(): number {
    const { command, pids } = this.plan;
    limitCompilation();
    this.output.begin();
    for (const pid of pids) this.attach(pid);
    const { processes } = this.output;
    for (const tid of this.source.tracer.tracees.keys()) processes?.tracedName(tid);
    const child = command.length ? this.start() : null;
    try {
      this.trace();
    } finally {
      this.closeOutput();
    }
    child?.throwIfNotStarted();
    if (this.sink.failure instanceof SystemError) throw this.sink.failure;
    if (child) return combineStatus(EXIT.ok, this.source.status);
    const { endedBy } = this.signals;
    return endedBy === null ? EXIT.ok : 128 + endedBy;
  }

  private trace(): void {
    const { tracer } = this.source;
    const { shared } = this.output;
    while (!tracer.done && !this.signals.handle()) {
      tracer.waitOne();
      if (shared && this.outputIsOpen) this.sink.flush();
      if (this.outputIsOpen && (this.output.limitReached() || this.isPointless)) {
        tracer.detach("all");
        // The command continues, and its exit status is ours.
        this.closeOutput();
      }
    }
    tracer.detach();
  }

  /** Whether the output has failed, and the trace does nothing else, such as making calls fail. */
  private get isPointless(): boolean {
    return this.sink.failure !== null && this.plan.expression.injections.length === 0;
  }

  private closeOutput(): void {
    if (!this.outputIsOpen) return;
    this.outputIsOpen = false;
    this.sink.close();
    this.output.close();
  }

  private start(): TracedCommand {
    const { source, signals, plan } = this;
    const { caller, command, inherited } = plan;
    const child = caller
      ? adoptTraced(source.tracer, caller, command[0])
      : spawnTraced(source.tracer, spawnOptions(plan), filteredCalls(plan));
    const { pid } = child;
    source.rootPid = pid;
    releaseInherited(inherited, this.output.fds);
    // Only a parent that waits for us needs to see us stop when the command does.
    signals.forwardTo({ pid, status: () => source.status }, caller === null);
    return child;
  }

  private report(text: string, kind: MessageKind = "attach"): void {
    if (!this.plan.expression.quiet.has(kind)) logger.info(text);
  }

  private reportAbi({ tgid, abi }: Tracee): void {
    this.report(`[ Process PID=${tgid} runs in ${ABI_MODES[abi]} mode. ]`, "personality");
  }

  private attach(pid: number): void {
    const { tracer } = this.source;
    const before = tracer.tracees.size;
    try {
      tracer.attach(pid);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const reason = error.errno === EPERM ? attachRefusal(pid) : "";
      const message = [error.message, reason].filter(Boolean).join("; ");
      throw new StartError(`-p ${pid}: ${message}`, { cause: error });
    }
    const count = tracer.tracees.size - before;
    this.report(`Process ${pid} attached${count > 1 ? ` with ${count} threads` : ""}`);
  }

  private reportDetached({ tgid }: Tracee): void {
    const { tracees } = this.source.tracer;
    const isLast = ![...tracees.values()].some((other) => other.tgid === tgid);
    if (isLast) this.report(`Process ${tgid} detached`);
  }
}
