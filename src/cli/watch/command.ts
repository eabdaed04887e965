/** `trace watch`: who changes what in files and directories, as it happens. */
import { defineCommand } from "citty";
import {
  DEFAULT_WATCH_COLUMNS,
  DEFAULT_WATCH_TYPES,
  WATCH_COLUMNS,
  WATCH_TYPES,
} from "../../events/watch-event.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import { absolute } from "../../process/paths.ts";
import { formats } from "../../sinks/formats/index.ts";
import type { Command } from "../command.ts";
import { EXIT, UsageError } from "../messages.ts";
import { optionValues } from "../options/options.ts";
import { printDaemonStatus, stopDaemons, watchInBackground } from "./daemon.ts";
import { watchForeground as run } from "./run.ts";
import { systemdUnit } from "./systemd-unit.ts";

const definition = defineCommand({
  meta: { name: "watch", description: "Tell who changes which files, as it happens" },
  args: {
    recursive: {
      type: "boolean",
      alias: "r",
      description: "watch all that is below, also what is made later",
    },
    types: {
      type: "string",
      alias: "t",
      valueHint: "A,B,C",
      description: "which types of events, see below",
    },
    "all-events": { type: "boolean", description: "every type of event" },
    "min-size": {
      type: "string",
      valueHint: "SIZE",
      description: "only where a file's size changed by so much, with K, M or G",
    },
    include: {
      type: "string",
      valueHint: "PATTERN",
      description: "only these paths; may be given several times, see below",
    },
    exclude: {
      type: "string",
      valueHint: "PATTERN",
      description: "not these paths; may be given several times",
    },
    "exclude-comm": {
      type: "string",
      valueHint: "NAME[,NAME…]",
      description: "not what processes of these names do",
    },
    user: { type: "string", valueHint: "USER[,USER…]", description: "only what these users do" },
    pid: { type: "string", valueHint: "PID[,PID…]", description: "only what these processes do" },
    wait: { type: "boolean", description: "watch a path that is not there from when it appears" },
    format: {
      type: "string",
      valueHint: Object.keys(formats).join("|"),
      default: "text",
      description: "how events are written to standard output",
    },
    columns: {
      type: "string",
      valueHint: "a,b,c",
      description: "which columns there, in which order",
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE",
      description: "append events to this file as well, as ndjson",
    },
    rotate: {
      type: "string",
      valueHint: "SIZE",
      description: "begin the file anew at this size; the old one becomes FILE.1, FILE.2, …",
    },
    keep: {
      type: "string",
      valueHint: "N",
      default: "5",
      description: "how many old files stay",
    },
    buffer: {
      type: "string",
      valueHint: "SIZE",
      default: "64M",
      description: "bytes that the kernel may keep of events that wait, with K, M or G",
    },
    feed: {
      type: "boolean",
      default: true,
      description: "have the kernel programs tell names",
      negativeDescription: "learn names without the kernel programs",
    },
    duration: { type: "string", valueHint: "TIME", description: "end after 500ms, 10s, 5m, 1h" },
    count: { type: "string", valueHint: "N", description: "end after N events" },
    "require-complete": {
      type: "boolean",
      description: "exit with 3 when events are known to be missing",
    },
    quiet: {
      type: "boolean",
      alias: "q",
      description: "say nothing on stderr but errors and losses",
    },
    daemon: {
      type: "boolean",
      description: "watch on in the background; -o is then ~/.local/state/trace/history.ndjson",
    },
    status: { type: "boolean", description: "tell which daemons are running, as text or json" },
    stop: { type: "boolean", description: "end the daemons, or the one that watches these paths" },
    "print-unit": {
      type: "boolean",
      description: "print a systemd unit that watches these paths with these options",
    },
  },
  run({ args, data }) {
    const { command: paths, options, inherited } = data as WatchContext;
    if (args.status) return printDaemonStatus(args.format, paths);
    if (args.stop) return stopDaemons(paths);
    if (!paths.length) throw new UsageError("watch: want a PATH, such as . for this directory");
    if (args["print-unit"]) {
      process.stdout.write(systemdUnit(process.execPath, options, paths.map(absolute)));
      return EXIT.ok;
    }
    const every = (name: string) => optionValues(options, name);
    const wanted = {
      ...args,
      include: every("include"),
      exclude: every("exclude"),
      "exclude-comm": every("exclude-comm"),
    };
    return args.daemon ? watchInBackground(wanted, paths, inherited) : run(wanted, paths);
  },
});

/** What main.ts hands over besides the options. */
interface WatchContext {
  readonly command: readonly string[];
  readonly options: readonly string[];
  readonly inherited: InheritedState;
}

const COLUMNS_HELP = WATCH_COLUMNS.map((column) => {
  const mark = DEFAULT_WATCH_COLUMNS.includes(column) ? "*" : " ";
  return `  ${mark} ${column.name.padEnd(10)}${column.about}`;
});

export const watch: Command = {
  definition,
  usage: "[options] PATH…",
  details: `It tells what happens to a PATH and, if that is a directory, to what is in it, until Ctrl-C,
--duration or --count.

Types of events, as fanotify(7) has them:
  ${WATCH_TYPES.filter((type) => !DEFAULT_WATCH_TYPES.includes(type)).join(", ")};
  if none are named: ${DEFAULT_WATCH_TYPES.join(", ")}

Patterns:
  *.tmp  .git  build/*.o  names anywhere in a path, and all below them; * is any characters, / too,
                          ? one but /, [a-z] and [!a-z] one of a set, \\* a *
  /var/log/*              from the beginning of the path
  re:\\.(o|a)$             a regular expression, found anywhere

Columns:
${COLUMNS_HELP.join("\n")}
  (* written by default; text has a layout of its own)

Examples:
  sudo trace watch -r .
  sudo trace watch -r /etc --exclude "*.swp" -o /var/log/etc.ndjson --rotate 10M
  sudo trace watch /etc/passwd --types MODIFY,CLOSE_WRITE,MOVED_TO --format ndjson
  sudo trace watch -r /home --min-size 1G --exclude-comm rsync
  sudo trace watch --daemon -r /etc /srv
  sudo trace watch --stop
  trace watch --print-unit -r /etc

A daemon's log is read by trace query and trace changes. It ends by --stop or SIGTERM; SIGHUP opens
the log anew. There is one for each user and set of paths.

Exit status: 0; 1 no daemon is watching (--status, --stop); 2 bad option, or a PATH that is not
there; 3 events are missing (with --require-complete); 125 trace failed.
`,
};
