/** The two ways of `trace procs`: the machine until told to stop, or one command to its end. */

import { descendantsOf, isRunning } from "../../attribution/procfs.ts";
import { Loop } from "../../core/event-loop.ts";
import { Pipeline, verdict } from "../../core/pipeline.ts";
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
import { Both } from "../../sinks/formats/tee.ts";
import { PROCESS_LINE } from "../../sinks/formats/text/process-line.ts";
import { ProcessStatSink } from "../../sinks/reports/process-stats.ts";
import { ProcessTreeSink } from "../../sinks/reports/process-tree.ts";
import { NotPermitted, NotSupported } from "../../sources/proc-connector/errors.ts";
import { ProcessesSource } from "../../sources/proc-connector/process-source.ts";
import { FileOutput, OutputClosed } from "../../storage/output-file.ts";
import { EXIT, say, UsageError } from "../messages.ts";
import {
  parseBuffer,
  parseColumnNames,
  parseDuration,
  parseFormat,
  parseNumber,
} from "../options/options.ts";
import type { ExecData } from "../record/exec.ts";
import { StartError } from "../record/session.ts";
import { SignalPolicy } from "../record/signal-forwarder.ts";
import { Choice, type ChoiceArgs } from "./filter.ts";

const ENDING = [sig.SIGINT, sig.SIGTERM, sig.SIGHUP];

export interface ProcsArgs extends ChoiceArgs {
  readonly format: string;
  readonly output?: string;
  readonly columns?: string;
  readonly tree?: string;
  readonly threads?: boolean;
  readonly duration?: string;
  readonly count?: string;
  readonly buffer: string;
  readonly stat?: boolean;
  readonly feed?: boolean;
  readonly quiet?: boolean;
  readonly "require-complete"?: boolean;
}

/** A run from its start to the verdict. */
class Run {
  readonly source: ProcessesSource;
  readonly pipeline: Pipeline<ProcessEvent>;
  private readonly args: ProcsArgs;
  private readonly choice: Choice;

  /** @throws StartError */
  constructor(args: ProcsArgs, choice: Choice, sink: Sink<ProcessEvent>, limit?: number) {
    this.args = args;
    this.choice = choice;
    const receiveBuffer = parseBuffer(args.buffer);
    this.source = openSource(args, receiveBuffer);
    this.pipeline = new Pipeline({ source: this.source, sink, accept: choice.accepts, limit });
  }

  /** Names that are read from /proc have to be read at once. */
  addTo(loop: Loop): void {
    const { fd, hurries } = this.source;
    if (hurries) loop.addUrgent(fd);
    else loop.addGathering(fd);
  }

  /** Says the verdict. @returns trace's own exit status */
  finish(): number {
    const { args, pipeline } = this;
    pipeline.finish();
    this.source.close();
    const losses = [...pipeline.losses(), ...this.choice.losses()];
    const { failure } = pipeline;
    if (failure instanceof OutputClosed) return EXIT.ok;
    if (failure) say.error(failure.message);
    if (losses.length || !args.quiet) say.info(verdict(pipeline.written, losses));
    if (failure) return EXIT.failure;
    return losses.length && args["require-complete"] ? EXIT.incomplete : EXIT.ok;
  }
}

function openSource(args: ProcsArgs, receiveBuffer: number): ProcessesSource {
  try {
    const threads = args.threads === true;
    return new ProcessesSource({ receiveBuffer, feed: args.feed !== false, threads });
  } catch (error) {
    const expected = [NotPermitted, NotSupported, SystemError];
    if (error instanceof Error && expected.some((kind) => error instanceof kind))
      throw new StartError(error.message);
    throw error;
  }
}

/** Checks the options; opens a sink for an output when that is there. */
function record(args: ProcsArgs): (output: FileOutput) => Sink<ProcessEvent> {
  const { open } = formats[parseFormat(args.format)];
  const columns = parseColumnNames(args.columns, DEFAULT_PROCESS_COLUMNS, PROCESS_COLUMNS);
  const named = args.columns !== undefined;
  return (output) => {
    const { terminal } = output;
    const colours = terminal && wantsColours(process.env);
    return open({ columns, output, terminal, colours, named, layout: PROCESS_LINE });
  };
}

/** The machine, until told to stop. */
export function watch(args: ProcsArgs): number {
  const root = args.tree === undefined ? null : parseNumber("--tree", args.tree, 1);
  const tree = root === null ? null : new ProcessTree([root]);
  const choice = new Choice(args, tree);
  const limit = args.count === undefined ? undefined : parseNumber("--count", args.count, 1);
  const duration = args.duration === undefined ? Infinity : parseDuration(args.duration);
  const open = record(args);
  const output = new FileOutput(args.output ?? "-", sudoCaller(process.env));
  const sink = args.stat ? new ProcessStatSink(output, () => performance.now()) : open(output);
  const run = new Run(args, choice, sink, limit);
  if (root !== null) for (const pid of descendantsOf(root)) tree?.add(pid);
  let stopped = false;
  const loop = new Loop(ENDING);
  run.addTo(loop);
  output.begin();
  loop.run({
    drain: () => run.pipeline.drain(),
    signals: () => {
      stopped = true;
    },
    ended: () => stopped || run.pipeline.full || output.abandoned(),
    deadline: performance.now() + duration,
  });
  return run.finish();
}

/** Who waits for a process may know that it ended before the kernel sends its event. */
const LAST_EVENTS_MS = 200;
/** What ends with the command by itself, or has no meaning for one. */
const NOT_FOR_COMMANDS = ["pid", "tree", "count", "duration"] as const;

/** One command: its tree, on stderr when it has ended, and its events where -o says so. */
export function runCommand(args: ProcsArgs, { command, inherited }: ExecData): number {
  for (const option of NOT_FOR_COMMANDS)
    if (args[option] !== undefined) throw new UsageError(`--${option}: not for a command`);
  const user = sudoCaller(process.env);
  const tree = new ProcessTree([]);
  const choice = new Choice(args, tree);
  const { output, sink } = commandSink(args, user);
  const run = new Run(args, choice, sink);
  const loop = new Loop(SignalPolicy.signals);
  const child = Child.spawn({ command, env: process.env, inherited, user });
  const policy = new SignalPolicy(child, (signal) => loop.stopBy(signal));
  output?.begin();
  tree.add(child.pid);
  // Once: its end is there to stay, and waiting must leave the processor to who tells of it.
  loop.addSource(child.pidfd);
  run.addTo(loop);
  let deadline = Infinity;
  loop.run({
    drain: () => run.pipeline.drain(),
    signals: (signals) => policy.receive(signals),
    ended: () => {
      if (child.status() === null || policy.gaveUp) return policy.gaveUp;
      deadline = Math.min(deadline, performance.now() + LAST_EVENTS_MS);
      return tree.pids.every(isRunning) || performance.now() > deadline;
    },
  });
  const own = run.finish();
  return own === EXIT.ok ? (child.status() ?? 128 + sig.SIGINT) : own;
}

function commandSink(args: ProcsArgs, user: User | null) {
  const open = record(args);
  const told = new FileOutput("/dev/stderr", user);
  const end = args.stat
    ? new ProcessStatSink(told, () => performance.now())
    : new ProcessTreeSink(told);
  const output = args.output === undefined ? null : new FileOutput(args.output, user);
  return { output, sink: output ? new Both(open(output), end) : end };
}
