/** `trace procs`: events of processes as they happen, or one command's tree of them. */
import { defineCommand } from "citty";
import { PROCESS_COLUMNS } from "../../events/process-event.ts";
import { formats } from "../../sinks/formats/index.ts";
import type { Command } from "../command.ts";
import type { CommandContext } from "../record/exec.ts";
import { PROCESS_EVENT_NAMES } from "./filter.ts";
import { traceAll, traceCommand } from "./run.ts";

const definition = defineCommand({
  meta: { name: "procs", description: "Tell what processes begin, execute and end" },
  args: {
    events: { type: "string", alias: "e", valueHint: "a,b,c", description: "only these events" },
    pid: {
      type: "string",
      valueHint: "PID[,PID…]",
      description: "only these processes, and whom they fork",
    },
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
      default: "text",
      description: "how events are written",
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      description: "where they are written (default: standard output; with a command nowhere)",
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
      description: "have the kernel programs tell names",
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
    const { command } = data as CommandContext;
    return command.length ? traceCommand(args, data as CommandContext) : traceAll(args);
  },
});

const COLUMNS_HELP = PROCESS_COLUMNS.map(({ name, about }) => `  ${name.padEnd(12)}${about}`);

export const procs: Command = {
  definition,
  takesCommand: true,
  usage: "[options] [[--] COMMAND [ARG…]]",
  details: `Without a command it tells of all processes until Ctrl-C, --duration or --count. With one it
ends with it and draws its tree: who started whom, how long each lived, how it ended.

Events: ${PROCESS_EVENT_NAMES.join(", ")}

Columns:
${COLUMNS_HELP.join("\n")}

Examples:
  sudo trace procs --events exec,exit
  sudo trace procs -- make -j2
  sudo trace procs --stat --duration 10s
  sudo trace procs --format ndjson --comm sh | jq -r '.argv | join(" ")'

Exit status: 0, or the command's own; 2 bad option; 3 events are missing (with --require-complete);
125 trace itself failed.
`,
};
