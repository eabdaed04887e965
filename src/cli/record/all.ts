/** `trace all`: records file and process activity of the whole machine or a part of it. */
import { defineCommand } from "citty";
import { EventLoop } from "../../core/event-loop.ts";
import * as sig from "../../kernel/signal.ts";
import { Cgroup } from "../../process/cgroup.ts";
import { sudoCaller } from "../../process/user.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../errors.ts";
import { COLUMNS_HELP } from "../options/columns.ts";
import { parseComm } from "../options/comm.ts";
import { parseDuration } from "../options/duration.ts";
import { EVENTS_HELP } from "../options/events.ts";
import { parseNumber } from "../options/number.ts";
import { recordingArgs } from "../options/recording.ts";
import { parseUid } from "../options/user.ts";
import { Recording, startBpf } from "./session.ts";

const TERMINATION_SIGNALS = [sig.SIGINT, sig.SIGTERM, sig.SIGHUP];
const definition = defineCommand({
  meta: { name: "all", description: "Record file and process activity of the whole machine" },
  args: {
    ...recordingArgs({ buffer: "16M", output: "standard output" }),
    pid: { type: "string", valueHint: "PID[,PID…]", description: "only these processes" },
    uid: { type: "string", valueHint: "UID|NAME", description: "only this user's processes" },
    comm: { type: "string", valueHint: "NAME", description: "only threads with this name" },
    cgroup: {
      type: "string",
      valueHint: "PATH",
      description: "only this cgroup v2 directory and its descendants",
    },
    duration: { type: "string", valueHint: "TIME", description: "stop after 500ms, 10s, 5m, 1h" },
    count: { type: "string", valueHint: "N", description: "stop after N events" },
  },
  run({ args, data }) {
    const [surplus] = (data as { command: readonly string[] }).command;
    if (surplus !== undefined)
      throw new UsageError(`all: does not take a command (${surplus}); use trace exec for one`);
    const pids = args.pid?.split(",").map((pid) => parseNumber("--pid", pid, 1));
    const uid = args.uid === undefined ? undefined : parseUid("--uid", args.uid);
    const comm = args.comm === undefined ? undefined : parseComm("--comm", args.comm);
    const limit = args.count === undefined ? undefined : parseNumber("--count", args.count, 1);
    const duration = args.duration === undefined ? Infinity : parseDuration(args.duration);

    const recording = new Recording(
      args,
      "-",
      sudoCaller(process.env),
      (wanted) =>
        startBpf({
          ...wanted,
          processes: pids ?? "all",
          uid,
          comm,
          cgroup: args.cgroup === undefined ? undefined : Cgroup.open(args.cgroup).fd,
        }),
      limit,
    );
    const { pipeline, source, outputs } = recording;
    let stopped = false;
    const loop = new EventLoop(TERMINATION_SIGNALS);
    loop.addSource(source.fd);
    outputs.begin();
    loop.run({
      drain: () => pipeline.drain(),
      onSignals: () => {
        stopped = true;
      },
      isDone: () => stopped || pipeline.isDone || outputs.readerGone(),
      deadline: performance.now() + duration,
    });
    return recording.finish();
  },
});

export const all: Command = {
  definition,
  usage: "[options]",
  details: `${EVENTS_HELP}

${COLUMNS_HELP}

Examples:
  sudo trace all --flags=O_WRONLY
  sudo trace all --comm nginx --columns time,pid,path,return
  sudo trace all --duration 10s --format ndjson | jq -r .fname | sort | uniq -c | sort -n

Recording stops at Ctrl-C, after --duration or --count, or when the reader of its output exits.
Exit status: 0; 2 bad option; 3 events were lost (with --require-complete); 125 trace failed.
`,
};
