/** `trace exec`: records file and process activity of a command. */
import { type ArgsDef, defineCommand } from "citty";
import { EventChains } from "../../attribution/event-chains.ts";
import { EventLoop, LONG_COALESCE_MS } from "../../core/event-loop.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { EventChoice } from "../../events/run-info.ts";
import { SYS } from "../../ffi/machine.ts";
import { Cgroup, CgroupError } from "../../process/cgroup.ts";
import { type Child, type SpawnOptions, withChild } from "../../process/child.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import { releaseInherited } from "../../process/release-inherited.ts";
import type { User } from "../../process/user.ts";
import type { BpfOptions } from "../../sources/bpf/config.ts";
import type { BpfSource } from "../../sources/bpf/source.ts";
import { PtraceSource } from "../../sources/ptrace/source.ts";
import type { Command, CommandContext } from "../command.ts";
import { StartError, UsageError } from "../errors.ts";
import { isQuiet, logger, setLineEraser } from "../messages.ts";
import { FILE_EVENT_TABLE } from "../options/columns.ts";
import { DIGEST_ARGS } from "../options/digest.ts";
import { EVENTS_HELP } from "../options/events.ts";
import { CHOICE_OPTIONS, RECORD_OUTPUT_OPTIONS, recordingArgs } from "../options/recording.ts";
import { parseCommandUser } from "../options/user.ts";
import { Progress } from "../progress.ts";
import { EXEC_RULES } from "../rules/recording.ts";
import { BACKENDS, type Backend, parseBackend, startBpf, tryStartBpf } from "./backend.ts";
import { DEPFILE_ARGS } from "./depfile.ts";
import { warnOfLostRights } from "./lost-rights.ts";
import { combineStatus, type RecordingSession } from "./session.ts";
import { RecordingSetup } from "./setup.ts";
import { SignalForwarder, TERMINATION_SIGNALS } from "./signal-forwarder.ts";
import { countProcesses, stillRunning } from "./still-running.ts";
import { TracerSignals } from "./tracer-signals.ts";

/** Counting the processes of a running command stops at this number. */
const MAX_COUNTED = 1000;
const BY_PTRACE = "by ptrace";
const WAITING = "the command has exited; its remaining processes are recorded until they exit";

/** Returns what follows the completeness summary. */
function summaryNote({ missingCalls = [] }: SpawnOptions, ...notes: string[]): string {
  if (missingCalls.includes(SYS.io_uring_setup)) notes.push("io_uring disabled");
  return notes.length ? ` (${notes.join("; ")})` : "";
}

/** The options of how a command is started and recorded. */
export const EXEC_ARGS = {
  cgroups: {
    type: "boolean",
    description: "follow the processes of a new cgroup v2 instead of the process tree",
  },
  user: {
    type: "string",
    valueHint: "NAME|UID[:GID]",
    description: "run the command as this user (default: the user who invoked sudo)",
  },
  follow: {
    type: "boolean",
    default: true,
    description: "follow child processes",
    negativeDescription: "record only the command itself, not its children",
  },
  wait: {
    type: "boolean",
    description: "record until the last process of the command has exited, as ptrace always does",
  },
  backend: {
    type: "string",
    valueHint: BACKENDS.join("|"),
    default: "auto",
    description: "eBPF, or ptrace, which needs no root but is slower",
  },
  "io-uring": {
    type: "boolean",
    default: true,
    description: "let the command use io_uring",
    negativeDescription: "make io_uring_setup fail with ENOSYS, so that programs do without",
  },
} as const satisfies ArgsDef;

const definition = defineCommand({
  meta: { name: "exec", description: "Record file and process activity of a command" },
  args: {
    ...recordingArgs({ buffer: "4M", output: "trace.csv, .json, .ndjson or .txt" }),
    ...DEPFILE_ARGS,
    attest: {
      type: "string",
      valueHint: "FILE|-",
      description: "end with an in-toto statement about what the command read, wrote and ran",
    },
    ...EXEC_ARGS,
    ...DIGEST_ARGS,
    environment: {
      type: "boolean",
      default: true,
      description: "keep names and hashes of the command's environment variables in the record",
      negativeDescription: "keep nothing of the command's environment variables in the record",
    },
  },
  run({ args, data }) {
    const { command, inherited, options: given } = data as CommandContext;
    if (!command.length) throw new UsageError("exec: no command given; try: trace exec -- ls -l");
    const choice = parseExecArgs(args);
    // What a build tool reads of an incomplete record would be wrong later.
    const mustBeComplete = args["require-complete"] || args.depfile !== undefined;
    const recording = { ...args, "require-complete": mustBeComplete };
    const setup = new RecordingSetup(recording, "trace", choice.user, given);
    return recordCommand(setup, choice, command, inherited);
  },
});

/** How a command is started and recorded, as citty parses it. */
export interface ExecArgs {
  readonly cgroups?: boolean;
  readonly follow?: boolean;
  readonly wait?: boolean;
  readonly backend: string;
  readonly user?: string;
  readonly "io-uring"?: boolean;
}

/** How a command is started and recorded. */
export interface ExecChoice {
  readonly backend: Backend;
  readonly user: User | null;
  readonly args: ExecArgs;
}

/** @throws UsageError */
export function parseExecArgs(args: ExecArgs): ExecChoice {
  return { backend: parseBackend(args.backend), user: parseCommandUser(args.user), args };
}

/** Runs a command and records it. @returns the exit status */
export function recordCommand(
  setup: RecordingSetup,
  { backend, user, args }: ExecChoice,
  command: readonly string[],
  inherited: InheritedState,
): number {
  const missingCalls = args["io-uring"] === false ? [SYS.io_uring_setup] : [];
  const spawning = { command, env: process.env, inherited, user, missingCalls };
  const wait = args.wait === true;
  const follow = args.follow !== false;
  if (args.cgroups) return recordCgroup(setup, spawning, wait);
  const options: BpfOptions = {
    ...setup.sourceOptions,
    processes: follow ? "forked-and-descendants" : "forked",
  };
  const source = { auto: tryStartBpf, bpf: startBpf, ptrace: () => null }[backend](options);
  return source
    ? recordWithBpf(setup, source, spawning, { wait, follow })
    : recordWithPtrace(setup, spawning, follow);
}

export const exec: Command = {
  definition,
  rules: EXEC_RULES,
  takesCommand: true,
  usage: "[options] [--] COMMAND [ARG…]",
  columns: FILE_EVENT_TABLE,
  common: ["output", "format", "events", "path", "columns", "summary", "cgroups", "wait"],
  groups: {
    "What to record": ["events", "flags", ...CHOICE_OPTIONS, "cgroups", "follow", "wait"],
    Output: [
      ...RECORD_OUTPUT_OPTIONS,
      "attest",
      "environment",
      ...Object.keys({ ...DEPFILE_ARGS, ...DIGEST_ARGS }),
    ],
    "The command": ["user", "io-uring"],
  },
  details: `${EVENTS_HELP}

The first word that is not an option starts the command.
`,
  topics: ["columns exec", "events", "flags", "filters", "formats"],
  examples: [
    "sudo trace exec -- make",
    'sudo trace exec --cgroups --flags="O_CREAT|O_TRUNC" ./main',
    "sudo trace exec --summary -- make",
    "trace exec --depfile page.d --target page.html -- ./render page.md",
    "sudo trace exec --attest run.intoto.json -- make",
    "sudo trace exec -o run.db -- make;  sqlite3 run.db 'SELECT name FROM outputs'",
    "sudo trace exec -o - --columns pid,path,return -- git status",
    'sudo trace exec -o - --path src --exclude "*.o" -- make',
    "sudo trace exec --format json -- npm test;  jq .[].fname trace.json",
  ],
  exitStatus:
    "that of the command; 128+N after signal N; 127 not found; 126 not executable; 2 bad option; 3 events are missing, or a process outlived the command (with --require-complete); 125 trace itself failed.",
};

/** @throws StartError */
function createCgroup(): Cgroup {
  try {
    return Cgroup.create();
  } catch (error) {
    if (!(error instanceof CgroupError)) throw error;
    throw new StartError(`--cgroups: ${error.message}`, {
      cause: error,
      advice: "or omit --cgroups",
    });
  }
}

/** Records the processes of a new cgroup that the command starts in. */
function recordCgroup(setup: RecordingSetup, spawning: SpawnOptions, wait: boolean): number {
  const cgroup = createCgroup();
  try {
    // The process tree too: a process of the command may leave the cgroup.
    const options: BpfOptions = {
      ...setup.sourceOptions,
      processes: "forked-and-descendants",
      cgroup: cgroup.fd,
      unselected: setup.outputs.showsChains,
    };
    const spawningInCgroup = { ...spawning, cgroup: cgroup.fd };
    return recordWithBpf(setup, startBpf(options), spawningInCgroup, {
      cgroup,
      wait,
      follow: true,
    });
  } finally {
    cgroup.remove();
  }
}

interface BpfRun {
  readonly cgroup?: Cgroup;
  /** Whether to record until the last process of the command has exited. */
  readonly wait: boolean;
  readonly follow: boolean;
}

/** Returns what the header says of the recorded processes. */
function selectionOf(follow: boolean): EventChoice {
  return follow ? {} : { children: false };
}

/** Runs the command until it exits. @returns the exit status */
function recordWithBpf(
  setup: RecordingSetup,
  source: BpfSource,
  spawning: SpawnOptions,
  run: BpfRun,
): number {
  // A process that enters the cgroup may be of any parent.
  const openChains = run.cgroup ? EventChains.ofMachine : EventChains.ofCommand;
  let status: number | null = null;
  const losses = () => {
    const isInterrupted = run.wait || status === null;
    const why = isInterrupted ? { reason: "interrupted" } : { remedy: { kind: "wait" } as const };
    return stillRunning(countProcesses(source, run.cgroup), why);
  };
  const session = setup.connect(source, true, openChains, { losses });
  const progress = openProgress(setup, session, source, run.cgroup);
  try {
    status = runChild(setup, session, source, progress, spawning, run);
    progress?.hide();
    return combineStatus(session.finish(summaryNote(spawning), { status }), status);
  } finally {
    progress?.hide();
  }
}

/** Returns null if the user wants no progress line, or events are written to the terminal. */
function openProgress(
  { outputs }: RecordingSetup,
  { pipeline }: RecordingSession<FileEvent>,
  source: BpfSource,
  cgroup?: Cgroup,
): Progress | null {
  if (isQuiet() || outputs.writesToTerminal) return null;
  const progress = Progress.open({
    events: () => pipeline.written,
    processes: () => {
      const count = cgroup ? cgroup.pids().length : source.aliveCount(MAX_COUNTED);
      return { count, max: MAX_COUNTED };
    },
  });
  if (progress) setLineEraser(() => progress.eraser());
  return progress;
}

/** Runs the command. @returns its exit status; null if the recording was interrupted before */
function runChild(
  setup: RecordingSetup,
  session: RecordingSession<FileEvent>,
  source: BpfSource,
  progress: Progress | null,
  spawning: SpawnOptions,
  { cgroup, wait, follow: followsForks }: BpfRun,
): number | null {
  const { pipeline } = session;
  const loop = new EventLoop(SignalForwarder.caughtSignals);
  const follow = (child: Child) => {
    releaseInherited(spawning.inherited, setup.outputs.fds);
    const forwarder = new SignalForwarder(child, (signal) => {
      progress?.hide();
      loop.suspendSelf(signal);
    });
    setup.begin(session, source, selectionOf(followsForks), spawning);
    if (progress) loop.addSource(progress.fd);
    // A pidfd stays readable: the loop must not be awake all the time that it waits for others.
    if (wait) loop.addSource(child.pidfd);
    else loop.addUrgent(child.pidfd);
    loop.addSource(source.fd);
    let waiting = false;
    let stopped = false;
    loop.run({
      coalesceMs: setup.outputs.mayWait ? LONG_COALESCE_MS : undefined,
      drain: () => pipeline.drain(),
      onSignals: (signals) => {
        forwarder.forward(signals);
        if (waiting) stopped ||= signals.some(({ number }) => TERMINATION_SIGNALS.includes(number));
      },
      isDone: () => {
        if (stopped || forwarder.interruptedTwice) return true;
        if (child.status() === null) return false;
        const noReader = pipeline.isDone || setup.outputs.readerGone();
        if (!wait || noReader || countProcesses(source, cgroup) === 0) return true;
        if (!waiting) logger.info(WAITING);
        waiting = true;
        return false;
      },
      onTick: () => progress?.tick(),
    });
    return child.status();
  };
  return withChild(spawning, follow, (spawn) => source.traceForks(spawn));
}

/**
 * Runs the command and all processes that it starts until they exit: a process whose tracer has
 * gone cannot make the system calls that are recorded any more. Returns the exit status.
 */
function recordWithPtrace(setup: RecordingSetup, spawning: SpawnOptions, follow: boolean): number {
  const { kinds, want } = setup.sourceOptions;
  const source = new PtraceSource({ kinds, want, follow, onLostRights: warnOfLostRights });
  const losses = () => stillRunning(source.processCount(), { reason: "killed with their tracer" });
  const session = setup.connect(source, false, EventChains.ofCommand, { losses });
  const signals = new TracerSignals(source.tracer, true);
  const command = source.start(spawning);
  releaseInherited(spawning.inherited, setup.outputs.fds);
  signals.forwardTo({ pid: command.pid, status: () => source.status });
  setup.begin(session, source, selectionOf(follow), spawning);
  let announced = false;
  const recording = attempt(() => {
    while (!source.isDone && !signals.handle()) {
      session.pipeline.drain();
      if (source.status === null || announced || source.isDone) continue;
      announced = true;
      logger.info(WAITING);
    }
  });
  const own = session.finish(summaryNote(spawning, BY_PTRACE), { status: source.status });
  if (recording.error !== undefined) throw recording.error;
  command.throwIfNotStarted();
  return combineStatus(own, source.status);
}

/** Does work whose failure must not keep the outputs from being ended. */
function attempt(work: () => void): { readonly error?: unknown } {
  try {
    work();
    return {};
  } catch (error) {
    return { error };
  }
}
