/** The two modes of `trace procs`: all processes until a signal, or one command until it exits. */

import { descendantsOf, isRunning } from "../../attribution/procfs.ts";
import { EventLoop } from "../../core/event-loop.ts";
import type { Sink } from "../../core/sink.ts";
import {
  DEFAULT_PROCESS_COLUMNS,
  PROCESS_COLUMNS,
  type ProcessEvent,
} from "../../events/process-event.ts";
import type { RunHeader } from "../../events/run-info.ts";
import { bootTime } from "../../ffi/clock.ts";
import { SystemError } from "../../ffi/errno.ts";
import { ProcessTree } from "../../filters/process-tree.ts";
import { CLOCK_BOOTTIME } from "../../kernel/time.ts";
import { type Child, type SpawnOptions, withChild } from "../../process/child.ts";
import { releaseInherited } from "../../process/release-inherited.ts";
import { sudoCaller, type User } from "../../process/user.ts";
import { TeeSink } from "../../sinks/formats/tee.ts";
import { processFields } from "../../sinks/formats/text/process-line.ts";
import { ProcessStatSink } from "../../sinks/reports/process-stats.ts";
import { ProcessTreeSink } from "../../sinks/reports/process-tree.ts";
import { PermissionError, UnsupportedError } from "../../sources/proc-connector/errors.ts";
import { ProcessSource } from "../../sources/proc-connector/process-source.ts";
import { FileOutput } from "../../storage/output-file.ts";
import type { CommandContext } from "../command.ts";
import { StartError } from "../errors.ts";
import { setQuiet } from "../messages.ts";
import { parseDuration } from "../options/duration.ts";
import { parseCount, parseNumber, parsePids } from "../options/number.ts";
import { openOutput } from "../options/output.ts";
import { requireProcesses } from "../options/processes.ts";
import { parseShownFormat, type ShownFormatArgs } from "../options/shown-format.ts";
import { parseBuffer } from "../options/size.ts";
import { runHeader } from "../record/run-header.ts";
import { combineStatus, RecordingSession, type SessionArgs } from "../record/session.ts";
import { SignalForwarder } from "../record/signal-forwarder.ts";
import { fallBackToPtrace, followByPtrace } from "./by-ptrace.ts";
import { PROCESS_EVENT_NAMES, ProcessFilter, type ProcessFilterArgs } from "./filter.ts";

export interface ProcsArgs extends ProcessFilterArgs, SessionArgs, ShownFormatArgs {
  readonly output?: string;
  readonly tree?: string;
  readonly threads?: boolean;
  readonly duration?: string;
  readonly count?: string;
  readonly buffer: string;
  readonly stat?: boolean;
  readonly ebpf?: boolean;
}

/** @throws StartError */
function openSource(args: ProcsArgs): ProcessSource {
  const receiveBuffer = parseBuffer(args.buffer);
  const threads = args.threads === true;
  try {
    return new ProcessSource({ receiveBuffer, ebpf: args.ebpf !== false, threads });
  } catch (error) {
    const expected = [PermissionError, UnsupportedError, SystemError];
    if (!(error instanceof Error && expected.some((kind) => error instanceof kind))) throw error;
    throw new StartError(error.message, { cause: error });
  }
}

/** Opens the source for a command. @returns null if ptrace has to do; says why */
function tryOpenSource(args: ProcsArgs, { requested }: ProcessFilter): ProcessSource | null {
  try {
    return openSource(args);
  } catch (error) {
    const isRefused = [PermissionError, UnsupportedError].some(
      (kind) => error instanceof StartError && error.cause instanceof kind,
    );
    if (!isRefused) throw error;
    fallBackToPtrace(error as StartError, requested);
    return null;
  }
}

/** Adds the source to the loop. Names in /proc have to be read before the process exits. */
function addSource(loop: EventLoop, { fd, readsProcfs }: ProcessSource): void {
  if (readsProcfs) loop.addUrgent(fd);
  else loop.addOneshot(fd);
}

/** Checks the options. @returns a function that opens a sink for an output */
function sinkOpener(args: ProcsArgs): (output: FileOutput) => Sink<ProcessEvent> {
  return parseShownFormat(args, {
    columns: PROCESS_COLUMNS,
    defaults: DEFAULT_PROCESS_COLUMNS,
    layout: processFields,
    conversions: { letters: {}, separated: {} },
    isKept: true,
  }).open;
}

/** Passes what is recorded to the sink. @param spawning undefined for the whole machine */
function beginRun(
  { pipeline }: RecordingSession<ProcessEvent>,
  backend: RunHeader["backend"],
  { requested }: ProcessFilter,
  spawning?: SpawnOptions,
): void {
  const kinds = requested ?? PROCESS_EVENT_NAMES;
  pipeline.begin(
    runHeader({
      ...{ backend, bootTime: bootTime(CLOCK_BOOTTIME), kinds },
      ...{ want: 0, spawning, processes: false },
    }),
  );
}

/** Shows events of all processes until a signal, the deadline or the limit. */
export function traceAll(args: ProcsArgs): number {
  const root = args.tree === undefined ? null : parseNumber("--tree", args.tree, 1);
  requireProcesses("--tree", root === null ? [] : [root]);
  requireProcesses("--pid", parsePids("--pid", args.pid) ?? []);
  const tree = root === null ? null : new ProcessTree([root]);
  const filter = new ProcessFilter(args, tree);
  const limit = parseCount(args.count);
  const duration = parseDuration(args.duration);
  const open = sinkOpener(args);
  const output = openOutput(args.output ?? "-", sudoCaller(process.env));
  const sink = args.stat ? new ProcessStatSink(output, () => performance.now()) : open(output);
  const source = openSource(args);
  const session = new RecordingSession({
    args,
    source,
    sink,
    accept: filter.accepts,
    limit,
    readerGone: () => output.readerGone(),
    losses: () => filter.losses(),
  });
  if (root !== null) for (const pid of descendantsOf(root)) tree?.add(pid);
  session.run({
    begin: (loop) => {
      addSource(loop, source);
      output.begin();
      beginRun(session, BACKEND, filter);
    },
    duration,
  });
  return session.finish();
}

const BACKEND = "proc-connector";

/** waitpid(2) may report the exit of a process before the kernel sends its event. */
const EXIT_EVENT_TIMEOUT_MS = 200;

/** Runs a command. Writes its tree to stderr at the end, and its events to the file of -o. */
export function traceCommand(args: ProcsArgs, { command, inherited }: CommandContext): number {
  const user = sudoCaller(process.env);
  const tree = new ProcessTree([]);
  const filter = new ProcessFilter(args, tree);
  const { output, sink } = openCommandSink(args, user);
  setQuiet(args.quiet === true);
  const source = tryOpenSource(args, filter);
  const recording = { args, sink, accept: filter.accepts, losses: () => filter.losses() };
  const spawning = { command, env: process.env, inherited, user };
  if (!source)
    return followByPtrace(
      {
        ...{ ...recording, tree, output, threads: args.threads === true },
        begin: (session) => beginRun(session, "ptrace", filter, spawning),
      },
      spawning,
    );
  const session = new RecordingSession({ ...recording, source });
  const loop = new EventLoop(SignalForwarder.caughtSignals);
  const follow = (child: Child) => {
    releaseInherited(inherited, output ? [output.fd] : []);
    const forwarder = new SignalForwarder(child, (signal) => loop.suspendSelf(signal));
    output?.begin();
    beginRun(session, BACKEND, filter, spawning);
    tree.add(child.pid);
    // Edge-triggered: a pidfd stays readable, and a busy loop would delay the exit event.
    loop.addSource(child.pidfd);
    addSource(loop, source);
    let deadline = Infinity;
    loop.run({
      drain: () => session.pipeline.drain(),
      onSignals: (signals) => forwarder.forward(signals),
      isDone: () => {
        if (child.status() === null || forwarder.interruptedTwice)
          return forwarder.interruptedTwice;
        deadline = Math.min(deadline, performance.now() + EXIT_EVENT_TIMEOUT_MS);
        return tree.pids.every(isRunning) || performance.now() > deadline;
      },
    });
    const status = child.status();
    return combineStatus(session.finish("", { status }), status);
  };
  return withChild(spawning, follow);
}

/** Opens the tree or the counts on stderr, and the output of -o if there is one. */
function openCommandSink(args: ProcsArgs, user: User | null) {
  const open = sinkOpener(args);
  const stderr = new FileOutput("/dev/stderr", user);
  const report = args.stat
    ? new ProcessStatSink(stderr, () => performance.now())
    : new ProcessTreeSink(stderr, args.ancestors);
  const output = args.output === undefined ? null : openOutput(args.output, user);
  return { output, sink: output ? new TeeSink(open(output), report) : report };
}
