/** `trace exec`: records file and process activity of a command. */
import { defineCommand } from "citty";
import { EventLoop } from "../../core/event-loop.ts";
import * as sig from "../../kernel/signal.ts";
import { Cgroup } from "../../process/cgroup.ts";
import { Child } from "../../process/child.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import type { BpfSource } from "../../sources/bpf/source.ts";
import type { Command } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { logger, setLineEraser } from "../messages.ts";
import { COLUMNS_HELP } from "../options/columns.ts";
import { EVENTS_HELP } from "../options/events.ts";
import { recordingArgs } from "../options/recording.ts";
import { parseCommandUser } from "../options/user.ts";
import { Progress } from "../progress.ts";
import {
  type AnyRecording,
  BACKENDS,
  isPtrace,
  parseBackend,
  recordWithPtrace,
  selectBackend,
} from "./backend.ts";
import { Recording, type SourceOptions, startBpf } from "./session.ts";
import { SignalForwarder } from "./signal-forwarder.ts";

/** Counting the processes of a running command stops at this number. */
const MAX_COUNTED = 1000;

/** What main.ts hands over. */
export interface CommandContext {
  readonly command: readonly string[];
  readonly inherited: InheritedState;
}

function reportStillRunning(count: number): void {
  if (count === 0) return;
  const what =
    count === 1 ? "1 process of the command is" : `${count} processes of the command are`;
  logger.info(`${what} still running and no longer recorded`);
}

const definition = defineCommand({
  meta: { name: "exec", description: "Record file and process activity of a command" },
  args: {
    ...recordingArgs({ buffer: "4M", output: "trace.csv, .json, .ndjson or .txt" }),
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
    backend: {
      type: "string",
      valueHint: BACKENDS.join("|"),
      default: "auto",
      description: "eBPF, or ptrace, which needs no root but is slower and misses io_uring",
    },
  },
  run({ args, data }) {
    const { command, inherited } = data as CommandContext;
    if (!command.length) throw new UsageError("exec: no command given; try: trace exec -- ls -l");
    if (args.cgroups && !args.follow)
      throw new UsageError(
        "--no-follow: cannot be used with --cgroups, which follows all processes",
      );
    const user = parseCommandUser(args.user);
    let cgroup: Cgroup | undefined;
    try {
      const spawning = { command, env: process.env, inherited, user };
      const open = (wanted: SourceOptions) => {
        cgroup = args.cgroups ? Cgroup.create() : undefined;
        if (cgroup) return startBpf({ ...wanted, processes: "all", cgroup: cgroup.fd });
        return startBpf({
          ...wanted,
          processes: args.follow ? "forked-and-descendants" : "forked",
        });
      };
      const backend = parseBackend(args.backend);
      const recording = new Recording(args, "trace", user, (wanted) =>
        selectBackend(backend, args, wanted, open),
      ) as AnyRecording;
      if (isPtrace(recording)) return recordWithPtrace(recording, spawning);
      const progress = openProgress(recording, cgroup);
      try {
        return recordChild(recording, progress, () =>
          Child.spawn({ ...spawning, cgroup: cgroup?.fd }),
        );
      } finally {
        progress?.hide();
      }
    } finally {
      reportStillRunning(cgroup?.processCount() ?? 0);
      cgroup?.remove();
    }
  },
});

export const exec: Command = {
  definition,
  takesCommand: true,
  usage: "[options] [--] COMMAND [ARG…]",
  details: `${EVENTS_HELP}

${COLUMNS_HELP}

Examples:
  sudo trace exec --cgroups --flags="O_CREAT|O_TRUNC" ./main
  sudo trace exec --format json -- npm test;  jq ".[] | .fname" trace.json
  sudo trace exec -o - --columns pid,path,return -- git status

The first word that is not an option starts the command.
Exit status: that of the command; 128+N after signal N; 127 not found; 126 not executable;
2 bad option; 3 events were lost (with --require-complete); 125 trace itself failed.
`,
};

/** A line on the terminal, where there is one that nothing else is written to. */
function openProgress({ pipeline, outputs, source, quiet }: Recording<BpfSource>, cgroup?: Cgroup) {
  if (quiet || outputs.writesToTerminal) return null;
  const progress = Progress.open({
    events: () => pipeline.written,
    processes: () => {
      const count = cgroup ? cgroup.processCount() : source.aliveCount(MAX_COUNTED);
      return { count, max: MAX_COUNTED };
    },
  });
  if (progress) setLineEraser(() => progress.eraser());
  return progress;
}

/** Runs the command to its end. Returns the exit status. */
function recordChild(
  recording: Recording<BpfSource>,
  progress: Progress | null,
  spawn: () => Child,
): number {
  const { pipeline, source, outputs } = recording;
  const stop = progress ? [sig.SIGTSTP] : [];
  const loop = new EventLoop([...SignalForwarder.caughtSignals, ...stop]);
  const child = source.traceForks(spawn);
  const policy = new SignalForwarder(child, (signal) => {
    progress?.hide();
    loop.suspendSelf(signal);
  });
  outputs.begin();
  if (progress) loop.addSource(progress.fd);
  loop.addUrgent(child.pidfd);
  loop.addSource(source.fd);
  loop.run({
    drain: () => pipeline.drain(),
    onSignals: (signals) => policy.forward(signals),
    isDone: () => child.status() !== null || policy.interruptedTwice,
    onTick: () => progress?.tick(),
  });
  progress?.hide();
  reportStillRunning(source.aliveCount());
  const own = recording.finish();
  if (own !== EXIT.ok) return own;
  return child.status() ?? 128 + sig.SIGINT;
}
