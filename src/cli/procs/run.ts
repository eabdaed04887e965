/** The two modes of `trace procs`: all processes until a signal, or one command until it exits. */

import { descendantsOf, isRunning } from "../../attribution/procfs.ts";
import { EventLoop } from "../../core/event-loop.ts";
import { completenessSummary, Pipeline } from "../../core/pipeline.ts";
import type { Sink } from "../../core/sink.ts";
import {
  DEFAULT_PROCESS_COLUMNS,
  PROCESS_COLUMNS,
  type ProcessEvent,
} from "../../events/process-event.ts";
import { SystemError } from "../../ffi/errno.ts";
import { ProcessTree } from "../../filters/process-tree.ts";
import * as sig from "../../kernel/signal.ts";
import { Child } from "../../process/child.ts";
import { wantsColours } from "../../process/terminal.ts";
import { sudoCaller, type User } from "../../process/user.ts";
import { formats } from "../../sinks/formats/index.ts";
import { TeeSink } from "../../sinks/formats/tee.ts";
import { processFields } from "../../sinks/formats/text/process-line.ts";
import { ProcessStatSink } from "../../sinks/reports/process-stats.ts";
import { ProcessTreeSink } from "../../sinks/reports/process-tree.ts";
import { PermissionError, UnsupportedError } from "../../sources/proc-connector/errors.ts";
import { ProcessSource } from "../../sources/proc-connector/process-source.ts";
import { FileOutput, OutputClosedError } from "../../storage/output-file.ts";
import type { CommandContext } from "../command.ts";
import { EXIT, StartError, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseColumnNames } from "../options/columns.ts";
import { parseDuration } from "../options/duration.ts";
import { parseFormat } from "../options/format.ts";
import { parseNumber } from "../options/number.ts";
import { parseBuffer } from "../options/size.ts";
import { SignalForwarder } from "../record/signal-forwarder.ts";
import { ProcessFilter, type ProcessFilterArgs } from "./filter.ts";

const TERMINATION_SIGNALS = [sig.SIGINT, sig.SIGTERM, sig.SIGHUP];

export interface ProcsArgs extends ProcessFilterArgs {
  readonly format: string;
  readonly output?: string;
  readonly columns?: string;
  readonly tree?: string;
  readonly threads?: boolean;
  readonly duration?: string;
  readonly count?: string;
  readonly buffer: string;
  readonly stat?: boolean;
  readonly ebpf?: boolean;
  readonly quiet?: boolean;
  readonly "require-complete"?: boolean;
}

/** A run from its start to the completeness summary. */
class ProcsRun {
  readonly source: ProcessSource;
  readonly pipeline: Pipeline<ProcessEvent>;
  private readonly args: ProcsArgs;
  private readonly filter: ProcessFilter;

  /** @throws StartError */
  constructor(args: ProcsArgs, filter: ProcessFilter, sink: Sink<ProcessEvent>, limit?: number) {
    this.args = args;
    this.filter = filter;
    const receiveBuffer = parseBuffer(args.buffer);
    this.source = openSource(args, receiveBuffer);
    this.pipeline = new Pipeline({ source: this.source, sink, accept: filter.accepts, limit });
  }

  /** Names that are read from /proc have to be read immediately, before the process exits. */
  addTo(loop: EventLoop): void {
    const { fd, readsProcfs } = this.source;
    if (readsProcfs) loop.addUrgent(fd);
    else loop.addOneshot(fd);
  }

  /** Reports the completeness summary. @returns the exit status of trace */
  finish(): number {
    const { args, pipeline } = this;
    pipeline.finish();
    this.source.close();
    const losses = [...pipeline.losses(), ...this.filter.losses()];
    const { failure } = pipeline;
    if (failure instanceof OutputClosedError) return EXIT.ok;
    if (failure) logger.error(failure.message);
    if (losses.length || !args.quiet) logger.info(completenessSummary(pipeline.written, losses));
    if (failure) return EXIT.failure;
    return losses.length && args["require-complete"] ? EXIT.incomplete : EXIT.ok;
  }
}

function openSource(args: ProcsArgs, receiveBuffer: number): ProcessSource {
  try {
    const threads = args.threads === true;
    return new ProcessSource({ receiveBuffer, ebpf: args.ebpf !== false, threads });
  } catch (error) {
    const expected = [PermissionError, UnsupportedError, SystemError];
    if (error instanceof Error && expected.some((kind) => error instanceof kind))
      throw new StartError(error.message);
    throw error;
  }
}

/** Checks the options. @returns a function that opens a sink for an output */
function sinkOpener(args: ProcsArgs): (output: FileOutput) => Sink<ProcessEvent> {
  const { open } = formats[parseFormat(args.format)];
  const columns = parseColumnNames(args.columns, DEFAULT_PROCESS_COLUMNS, PROCESS_COLUMNS);
  const named = args.columns !== undefined;
  return (output) => {
    const { terminal } = output;
    const colours = terminal && wantsColours(process.env);
    return open({ columns, output, terminal, colours, named, layout: processFields });
  };
}

/** Shows events of all processes until a signal, the deadline or the limit. */
export function traceAll(args: ProcsArgs): number {
  const root = args.tree === undefined ? null : parseNumber("--tree", args.tree, 1);
  const tree = root === null ? null : new ProcessTree([root]);
  const filter = new ProcessFilter(args, tree);
  const limit = args.count === undefined ? undefined : parseNumber("--count", args.count, 1);
  const duration = args.duration === undefined ? Infinity : parseDuration(args.duration);
  const open = sinkOpener(args);
  const output = new FileOutput(args.output ?? "-", sudoCaller(process.env));
  const sink = args.stat ? new ProcessStatSink(output, () => performance.now()) : open(output);
  const run = new ProcsRun(args, filter, sink, limit);
  if (root !== null) for (const pid of descendantsOf(root)) tree?.add(pid);
  let stopped = false;
  const loop = new EventLoop(TERMINATION_SIGNALS);
  run.addTo(loop);
  output.begin();
  loop.run({
    drain: () => run.pipeline.drain(),
    onSignals: () => {
      stopped = true;
    },
    isDone: () => stopped || run.pipeline.isDone || output.readerGone(),
    deadline: performance.now() + duration,
  });
  return run.finish();
}

/** waitpid(2) may report the exit of a process before the kernel sends its event. */
const EXIT_EVENT_TIMEOUT_MS = 200;
/** Options that have no meaning for a command. */
const MACHINE_ONLY_OPTIONS = ["pid", "tree", "count", "duration"] as const;

/** Runs a command. Writes its tree to stderr at the end, and its events to the file of -o. */
export function traceCommand(args: ProcsArgs, { command, inherited }: CommandContext): number {
  for (const option of MACHINE_ONLY_OPTIONS)
    if (args[option] !== undefined)
      throw new UsageError(`--${option}: cannot be used with a command`);
  const user = sudoCaller(process.env);
  const tree = new ProcessTree([]);
  const filter = new ProcessFilter(args, tree);
  const { output, sink } = commandSink(args, user);
  const run = new ProcsRun(args, filter, sink);
  const loop = new EventLoop(SignalForwarder.caughtSignals);
  const child = Child.spawn({ command, env: process.env, inherited, user });
  const policy = new SignalForwarder(child, (signal) => loop.suspendSelf(signal));
  output?.begin();
  tree.add(child.pid);
  // Edge-triggered: a pidfd stays readable, and a busy loop would delay the exit event.
  loop.addSource(child.pidfd);
  run.addTo(loop);
  let deadline = Infinity;
  loop.run({
    drain: () => run.pipeline.drain(),
    onSignals: (signals) => policy.forward(signals),
    isDone: () => {
      if (child.status() === null || policy.interruptedTwice) return policy.interruptedTwice;
      deadline = Math.min(deadline, performance.now() + EXIT_EVENT_TIMEOUT_MS);
      return tree.pids.every(isRunning) || performance.now() > deadline;
    },
  });
  const own = run.finish();
  return own === EXIT.ok ? (child.status() ?? 128 + sig.SIGINT) : own;
}

function commandSink(args: ProcsArgs, user: User | null) {
  const open = sinkOpener(args);
  const told = new FileOutput("/dev/stderr", user);
  const end = args.stat
    ? new ProcessStatSink(told, () => performance.now())
    : new ProcessTreeSink(told);
  const output = args.output === undefined ? null : new FileOutput(args.output, user);
  return { output, sink: output ? new TeeSink(open(output), end) : end };
}
