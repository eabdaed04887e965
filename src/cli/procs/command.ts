/** `trace procs`: shows process events, or the process tree of a command. */

import { defineCommand } from "citty";
import { DEFAULT_PROCESS_COLUMNS, PROCESS_COLUMNS } from "../../events/process-event.ts";
import type { Command, CommandContext } from "../command.ts";
import { FORMAT_ADVICE, KEPT_FORMAT_HINT } from "../options/format.ts";
import { QUIET_ARG } from "../options/output.ts";
import { SHOWN_FORMAT_ARGS } from "../options/shown-format.ts";
import { listOf } from "../options/values.ts";
import { joinedValues } from "../parse-args.ts";
import { PROCS_RULES } from "../rules/shown.ts";
import { PROCESS_EVENT_NAMES } from "./filter.ts";
import { traceAll, traceCommand } from "./run.ts";

const definition = defineCommand({
  meta: { name: "procs", description: "Show processes as they fork, exec and exit" },
  args: {
    events: {
      type: "string",
      alias: "e",
      valueHint: "a,b,c",
      values: listOf(PROCESS_EVENT_NAMES),
      description: "only these events",
    },
    pid: {
      type: "string",
      valueHint: "PID[,PID…]",
      description: "only these processes and their children",
    },
    tree: {
      type: "string",
      valueHint: "PID",
      description: "only this process and its descendants",
    },
    comm: {
      type: "string",
      valueHint: "NAME[,NAME…]",
      description: 'only processes with these names; globs: "php*"; repeatable',
    },
    threads: { type: "boolean", description: "show threads too" },
    stat: { type: "boolean", description: "show counts of events per second and command instead" },
    duration: { type: "string", valueHint: "TIME", description: "stop after 500ms, 10s, 5m, 1h" },
    count: { type: "string", valueHint: "N", description: "stop after N events" },
    ...SHOWN_FORMAT_ARGS,
    format: {
      ...SHOWN_FORMAT_ARGS.format,
      valueHint: `${KEPT_FORMAT_HINT}|TEMPLATE`,
      description: 'output format; a template such as "%T %{comm}"; -o FILE.parquet is parquet',
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      description: "output file (default: standard output; with a command none)",
    },
    buffer: {
      type: "string",
      valueHint: "SIZE",
      default: "64M",
      description: "size of the socket's receive buffer in bytes, or with K, M or G",
    },
    ebpf: {
      type: "boolean",
      default: true,
      description: "identify processes by eBPF",
      negativeDescription: "identify processes via /proc instead of eBPF",
    },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if events were lost",
    },
    quiet: QUIET_ARG,
  },
  run({ args: { ...args }, data }) {
    const context = data as CommandContext;
    Object.assign(args, joinedValues(context.options, ["events", "pid", "comm"]));
    return context.command.length ? traceCommand(args, context) : traceAll(args);
  },
});

export const procs: Command = {
  definition,
  rules: PROCS_RULES,
  takesCommand: true,
  columns: { all: PROCESS_COLUMNS, defaults: DEFAULT_PROCESS_COLUMNS },
  advice: FORMAT_ADVICE,
  usage: "[options] [[--] COMMAND [ARG…]]",
  common: ["events", "pid", "tree", "comm", "stat", "duration", "format", "output"],
  groups: {
    "What to show": ["events", "pid", "tree", "comm", "threads", "duration", "count"],
    Output: ["stat", ...Object.keys(SHOWN_FORMAT_ARGS), "output", "quiet", "require-complete"],
  },
  details: `Without a command, shows events of all processes until Ctrl-C, --duration or --count. With a command, runs it and shows its process tree at the end: parents and children, lifetimes, exit statuses.

Events: ${PROCESS_EVENT_NAMES.join(", ")}
`,
  topics: ["columns procs", "formats"],
  examples: [
    "sudo trace procs -- make -j2",
    "sudo trace procs --events exec,exit",
    "sudo trace procs --stat --duration 10s",
    "sudo trace procs --format ndjson --comm sh | jq -r '.argv | join(\" \")'",
  ],
  exitStatus:
    "0, or that of the command; 2 bad option; 3 events were lost (with --require-complete); 125 trace itself failed.",
};
