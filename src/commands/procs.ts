/** `trace procs`: events of processes as they happen, or one command's tree of them. */
import { defineCommand } from "citty";
import type { Column } from "../events/column.ts";
import { DEFAULT_PROCESS_COLUMNS, PROCESS_COLUMNS, type ProcessEvent } from "../events/procs.ts";
import { SystemError } from "../ffi/errno.ts";
import { ProcessTree } from "../filters/process-tree.ts";
import { PROC_EVENT_NAMES } from "../kernel/cn_proc.ts";
import * as sig from "../kernel/signal.ts";
import { Loop } from "../loop.ts";
import { EXIT, say, UsageError } from "../messages.ts";
import { nearest } from "../nearest.ts";
import { Pipeline, verdict } from "../pipeline.ts";
import { Child } from "../process/child.ts";
import { FileOutput, OutputClosed } from "../process/output.ts";
import { sudoCaller } from "../process/user.ts";
import { Both } from "../sinks/both.ts";
import { formats } from "../sinks/index.ts";
import { ProcessStatSink } from "../sinks/process-stat.ts";
import { ProcessTreeSink } from "../sinks/process-tree.ts";
import type { Sink } from "../sinks/sink.ts";
import { NotPermitted, NotSupported } from "../sources/connector.ts";
import { ProcessesSource } from "../sources/processes.ts";
import type { Loss } from "../sources/source.ts";
import type { Command } from "./command.ts";
import type { ExecData } from "./exec.ts";
import { parseBuffer, parseDuration, parseFormat, parseNumber } from "./options.ts";
import { StartError } from "./recording.ts";

const ENDING = [sig.SIGINT, sig.SIGTERM, sig.SIGHUP];
const EVENTS = Object.keys(PROC_EVENT_NAMES).filter((name) => !/^(none|nonzero_exit)$/.test(name));

interface ProcsArgs {
  readonly format: string;
  readonly output?: string;
  readonly events?: string;
  readonly columns?: string;
  readonly pid?: string;
  readonly tree?: string;
  readonly comm?: string;
  readonly threads?: boolean;
  readonly duration?: string;
  readonly count?: string;
  readonly buffer: string;
  readonly stat?: boolean;
  readonly feed?: boolean;
  readonly quiet?: boolean;
  readonly "require-complete"?: boolean;
}

function chosen(option: string, text: string, known: readonly string[]): string[] {
  return text.split(",").map((name) => {
    if (known.includes(name)) return name;
    const near = nearest(name, known);
    const help = near ? `did you mean ${near}?` : `want ${known.join(", ")}`;
    throw new UsageError(`${option} ${name}: not known; ${help}`);
  });
}

function columnsOf(text: string | undefined): readonly Column<ProcessEvent>[] {
  if (text === undefined) return DEFAULT_PROCESS_COLUMNS;
  const names = chosen(
    "--columns",
    text,
    PROCESS_COLUMNS.map(({ name }) => name),
  );
  return names.flatMap((name) => PROCESS_COLUMNS.find((column) => column.name === name) ?? []);
}

/** What --events, --pid, --tree and --comm choose; counts the chosen whose name nobody told. */
class Choice {
  unnamed = 0;
  private readonly chooses: (event: ProcessEvent) => boolean;

  constructor(args: ProcsArgs, tree: ProcessTree | null) {
    this.chooses = filterOf(args, tree);
  }

  readonly accept = (event: ProcessEvent): boolean => {
    if (!this.chooses(event)) return false;
    if (event.who.origin === "unknown" && event.event.name === "exit") this.unnamed++;
    return true;
  };

  losses(): Loss[] {
    return this.unnamed ? [{ what: "processes without a name", count: this.unnamed }] : [];
  }
}

function filterOf(args: ProcsArgs, tree: ProcessTree | null): (event: ProcessEvent) => boolean {
  const events = args.events === undefined ? null : chosen("--events", args.events, EVENTS);
  const pids = args.pid?.split(",").map((pid) => parseNumber("--pid", pid, 1));
  return ({ event, who }) => {
    // The tree is asked first and always: it follows forks that are not shown.
    const { tgid, name } = event;
    const inTree = tree?.accepts({ pid: tgid, parent: name === "fork" ? event.parentTgid : null });
    if (name === "exit" && !event.isThread) tree?.ended(tgid);
    if (inTree === false || (events && !events.includes(name))) return false;
    if (pids && !pids.includes(tgid)) return false;
    return args.comm === undefined || who.comm === args.comm;
  };
}

function openSource(args: ProcsArgs): ProcessesSource {
  const receiveBuffer = parseBuffer(args.buffer);
  try {
    return new ProcessesSource({
      receiveBuffer,
      feed: args.feed !== false,
      threads: args.threads === true,
    });
  } catch (error) {
    const expected = [NotPermitted, NotSupported, SystemError];
    if (error instanceof Error && expected.some((kind) => error instanceof kind))
      throw new StartError(error.message);
    throw error;
  }
}

const definition = defineCommand({
  meta: { name: "procs", description: "Tell what processes begin, execute and end" },
  args: {
    events: { type: "string", alias: "e", valueHint: "a,b,c", description: "only these events" },
    pid: { type: "string", valueHint: "PID[,PID…]", description: "only these processes" },
    tree: {
      type: "string",
      valueHint: "PID",
      description: "only this process and its descendants",
    },
    comm: { type: "string", valueHint: "NAME", description: "only processes of this name" },
    threads: { type: "boolean", description: "tell of threads too" },
    stat: { type: "boolean", description: "count events by second and by command instead" },
    duration: { type: "string", valueHint: "TIME", description: "end after 500ms, 10s, 5m, 1h" },
    count: { type: "string", valueHint: "N", description: "end after N events" },
    format: {
      type: "string",
      valueHint: Object.keys(formats).join("|"),
      default: "csv",
      description: "how events are written",
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      description: "where they are written (default: standard output)",
    },
    columns: { type: "string", valueHint: "a,b,c", description: "which columns, in which order" },
    buffer: {
      type: "string",
      valueHint: "SIZE",
      default: "64M",
      description: "bytes of the socket's receive buffer, with K, M or G",
    },
    feed: {
      type: "boolean",
      default: true,
      negativeDescription: "read names from /proc instead of having the kernel programs tell them",
    },
    "require-complete": {
      type: "boolean",
      description: "exit with 3 when events are known to be missing",
    },
    quiet: {
      type: "boolean",
      alias: "q",
      description: "say nothing on stderr but errors and losses",
    },
  },
  run({ args, data }) {
    const { command } = data as ExecData;
    return command.length ? runCommand(args, data as ExecData) : watch(args);
  },
});

/** Ends the run, says the verdict, and tells trace's own exit status. */
function finish(
  args: ProcsArgs,
  pipeline: Pipeline<ProcessEvent>,
  source: ProcessesSource,
  choice: Choice,
): number {
  pipeline.finish();
  source.close();
  const losses = [...pipeline.losses(), ...choice.losses()];
  const { failure } = pipeline;
  if (failure instanceof OutputClosed) return EXIT.ok;
  if (failure) say.error(failure.message);
  if (losses.length || !args.quiet) say.info(verdict(pipeline.written, losses));
  if (failure) return EXIT.failure;
  return losses.length && args["require-complete"] ? EXIT.incomplete : EXIT.ok;
}

function recordSink(args: ProcsArgs, output: FileOutput): Sink<ProcessEvent> {
  const { open } = formats[parseFormat(args.format)];
  const { terminal, colours } = output;
  const columns = columnsOf(args.columns);
  return open({ columns, output, terminal, colours, named: args.columns !== undefined });
}

/** The machine, until told to stop. */
function watch(args: ProcsArgs): number {
  const tree =
    args.tree === undefined ? null : new ProcessTree([parseNumber("--tree", args.tree, 1)]);
  const choice = new Choice(args, tree);
  const limit = args.count === undefined ? undefined : parseNumber("--count", args.count, 1);
  const duration = args.duration === undefined ? Infinity : parseDuration(args.duration);
  const output = new FileOutput(args.output ?? "-", sudoCaller(process.env));
  const sink = args.stat
    ? new ProcessStatSink(output, () => performance.now())
    : recordSink(args, output);
  const source = openSource(args);
  const pipeline = new Pipeline<ProcessEvent>({ source, sink, accept: choice.accept, limit });
  let stopped = false;
  const loop = new Loop(ENDING);
  loop.addSource(source.fd);
  output.begin();
  loop.run({
    drain: () => pipeline.drain(),
    signals: () => {
      stopped = true;
    },
    ended: () => stopped || pipeline.full || output.abandoned(),
    deadline: performance.now() + duration,
  });
  return finish(args, pipeline, source, choice);
}

/** One command: its tree, on stderr when it has ended, and its events where -o says so. */
function runCommand(args: ProcsArgs, { command, inherited }: ExecData): number {
  const user = sudoCaller(process.env);
  const tree = new ProcessTree([]);
  const choice = new Choice(args, tree);
  const source = openSource(args);
  const drawn = new ProcessTreeSink(new FileOutput("/dev/stderr", user));
  const output = args.output === undefined ? null : new FileOutput(args.output, user);
  const sink = output ? new Both(recordSink(args, output), drawn) : drawn;
  const pipeline = new Pipeline<ProcessEvent>({ source, sink, accept: choice.accept });
  const loop = new Loop([...ENDING, sig.SIGCHLD]);
  const child = Child.spawn({ command, env: process.env, inherited, user });
  output?.begin();
  tree.add(child.pid);
  loop.addUrgent(child.pidfd);
  loop.addSource(source.fd);
  let interrupted = 0;
  loop.run({
    drain: () => pipeline.drain(),
    signals: (signals) => {
      interrupted += signals.filter(({ number }) => number === sig.SIGINT).length;
    },
    ended: () => child.status() !== null || interrupted > 1,
  });
  const own = finish(args, pipeline, source, choice);
  return own === EXIT.ok ? (child.status() ?? 128 + sig.SIGINT) : own;
}

export const procs: Command = {
  definition,
  takesCommand: true,
  usage: "[options] [[--] COMMAND [ARG…]]",
  details: `Without a command it tells of all processes until Ctrl-C, --duration or --count. With one it
ends with it and draws its tree: who started whom, how long each lived, how it ended.

Columns: ${PROCESS_COLUMNS.map(({ name }) => name).join(", ")}

Examples:
  sudo trace procs --events exec,exit
  sudo trace procs -- make -j2
  sudo trace procs --stat --duration 10s
  sudo trace procs --format ndjson --comm sh | jq -r '.argv | join(" ")'

Exit status: 0, or the command's own; 2 bad option; 3 events are missing (with --require-complete);
125 trace itself failed.
`,
};
