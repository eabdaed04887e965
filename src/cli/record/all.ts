/** `trace all`: records file and process activity of the whole machine or a part of it. */

import { defineCommand } from "citty";
import { EventChains } from "../../attribution/event-chains.ts";
import { Cgroup, CgroupError } from "../../process/cgroup.ts";
import { sudoCaller } from "../../process/user.ts";
import type { Command, CommandContext } from "../command.ts";
import { UsageError } from "../errors.ts";
import { FILE_EVENT_TABLE } from "../options/columns.ts";
import { parseComm } from "../options/comm.ts";
import { parseDuration } from "../options/duration.ts";
import { EVENTS_HELP } from "../options/events.ts";
import { parseCount, parsePids } from "../options/number.ts";
import { requireProcesses } from "../options/processes.ts";
import { CHOICE_OPTIONS, RECORD_OUTPUT_OPTIONS, recordingArgs } from "../options/recording.ts";
import { parseUid } from "../options/user.ts";
import { PROCESS_NAMES } from "../options/values.ts";
import { ALL_RULES } from "../rules/recording.ts";
import { startBpf } from "./backend.ts";
import { RecordingSetup } from "./setup.ts";

const definition = defineCommand({
  meta: { name: "all", description: "Record file and process activity of the whole machine" },
  args: {
    ...recordingArgs({ buffer: "16M", output: "standard output" }),
    pid: { type: "string", valueHint: "PID[,PID…]", description: "only these processes" },
    uid: { type: "string", valueHint: "UID|NAME", description: "only this user's processes" },
    comm: {
      type: "string",
      valueHint: "NAME",
      values: PROCESS_NAMES,
      description: "only threads with this name",
    },
    cgroup: {
      type: "string",
      valueHint: "PATH",
      values: { kind: "cgroups" },
      description: "only this cgroup v2 directory and its descendants",
    },
    duration: { type: "string", valueHint: "TIME", description: "stop after 500ms, 10s, 5m, 1h" },
    count: { type: "string", valueHint: "N", description: "stop after N events" },
  },
  run({ args, data }) {
    const { command, options: given } = data as CommandContext;
    const [surplus] = command;
    if (surplus !== undefined)
      throw new UsageError(`all: does not take a command (${surplus}); use trace exec for one`);
    const pids = parsePids("--pid", args.pid);
    requireProcesses("--pid", pids ?? []);
    const uid = args.uid === undefined ? undefined : parseUid("--uid", args.uid);
    const comm = args.comm === undefined ? undefined : parseComm("--comm", args.comm);
    const limit = parseCount(args.count);
    const duration = parseDuration(args.duration);
    const cgroup = args.cgroup === undefined ? undefined : openCgroup(args.cgroup).fd;
    const setup = new RecordingSetup(args, "-", sudoCaller(process.env), given);
    const selection = {
      ...(pids ? { pids } : {}),
      ...(uid === undefined ? {} : { uid }),
      ...(comm === undefined ? {} : { comm }),
      ...(args.cgroup === undefined ? {} : { cgroup: args.cgroup }),
    };
    const processes = pids ?? "all";
    // Parents may be of another user, name or cgroup.
    const unselected = setup.outputs.showsChains && processes === "all";
    const options = { ...setup.sourceOptions, processes, uid, comm, cgroup, unselected } as const;
    const source = startBpf(options);
    const session = setup.connect(source, true, EventChains.ofMachine, { limit });
    session.run({
      begin: (loop) => {
        loop.addSource(source.fd);
        setup.begin(session, source, selection);
      },
      duration,
    });
    return session.finish();
  },
});

/** @throws UsageError */
function openCgroup(path: string): Cgroup {
  try {
    return Cgroup.open(path);
  } catch (error) {
    if (!(error instanceof CgroupError)) throw error;
    throw new UsageError(`--cgroup ${error.message}`, { cause: error });
  }
}

export const all: Command = {
  definition,
  rules: ALL_RULES,
  usage: "[options]",
  columns: FILE_EVENT_TABLE,
  common: [
    "events",
    "flags",
    "path",
    "pid",
    "uid",
    "comm",
    "duration",
    "columns",
    "format",
    "output",
  ],
  groups: {
    "What to record": [
      "events",
      "flags",
      ...CHOICE_OPTIONS,
      "pid",
      "uid",
      "comm",
      "cgroup",
      "duration",
      "count",
    ],
    Output: RECORD_OUTPUT_OPTIONS,
  },
  details: `${EVENTS_HELP}

Recording stops at Ctrl-C, after --duration or --count, or when the reader of its output exits.
`,
  topics: ["columns all", "events", "flags", "filters", "formats"],
  examples: [
    "sudo trace all --flags=O_WRONLY",
    "sudo trace all --path /etc --events all",
    "sudo trace all --failed --exclude /proc",
    "sudo trace all --comm nginx --columns time,pid,path,return",
    "sudo trace all --duration 10s --format ndjson | jq -r .fname | sort | uniq -c",
  ],
  exitStatus:
    "0; 2 bad option; 3 events were lost (with --require-complete); 125 trace itself failed.",
};
