/** `trace watch`: shows who changes files and directories. */
import { defineCommand } from "citty";
import { DEFAULT_WATCH_COLUMNS, WATCH_COLUMNS } from "../../events/watch-columns.ts";
import { DEFAULT_WATCH_TYPES, WATCH_TYPES } from "../../events/watch-event.ts";

import { absolute } from "../../process/paths.ts";
import { SYSTEM_LOGS } from "../../sinks/watch/system-log/sink.ts";
import { print } from "../../storage/print.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { logger, setQuiet } from "../messages.ts";
import { OTLP_ARGS } from "../options/otlp.ts";
import { absolutePatterns, PATH_ARGS, pathPatterns } from "../options/path-patterns.ts";
import { SEVERITY_ARGS } from "../options/severity.ts";
import { SHOWN_FORMAT_ARGS } from "../options/shown-format.ts";
import { FILES, listOf } from "../options/values.ts";
import { GivenOptions, joinedValues } from "../parse-args.ts";
import { WATCH_RULES } from "../rules/shown.ts";
import { WATCH_ADVICE } from "./advice.ts";
import { addPaths, printDaemonStatus, printHealth, removePaths } from "./control-commands.ts";
import { stopDaemons, watchInBackground } from "./daemon.ts";
import { watchForeground } from "./foreground.ts";
import { absoluteWords, excludedPaths, namedPaths, type WatchPaths, watchPaths } from "./paths.ts";
import { interactiveOptions, systemdUnit } from "./systemd-unit.ts";

const definition = defineCommand({
  meta: { name: "watch", description: "Watch files and show who changes them" },
  args: {
    recursive: {
      type: "boolean",
      alias: "r",
      description: "watch all descendants too, including those created later",
    },
    types: {
      type: "string",
      alias: ["e", "t", "event", "events"],
      valueHint: "A,B,C",
      values: listOf(WATCH_TYPES),
      description: "types of events; also -t; repeatable",
    },
    "current-mount": {
      type: "boolean",
      alias: "c",
      description: "nothing mounted below PATH; without a PATH, the mount of this directory",
    },
    fromfile: {
      type: "string",
      valueHint: "FILE|-",
      description: "more paths, one a line; @PATH, here and as an argument, excludes PATH",
    },
    "all-events": { type: "boolean", description: "all types of events" },
    "min-size": {
      type: "string",
      valueHint: "SIZE",
      description: "only if the file's size changed by at least SIZE (bytes, or with K, M or G)",
    },
    include: {
      type: "string",
      valueHint: "PATTERN",
      description: "only matching paths; repeatable",
    },
    ...PATH_ARGS,
    comm: {
      type: "string",
      alias: ["C", "command"],
      valueHint: "NAME[,NAME…]",
      description: 'only changes by processes with these names; globs: "php*"; repeatable',
    },
    ancestor: {
      type: "string",
      valueHint: "NAME[,NAME…]",
      description: "only by processes with these names and what they started; globs; repeatable",
    },
    "exclude-comm": {
      type: "string",
      valueHint: "NAME[,NAME…]",
      description: "skip changes by processes with these names; globs; repeatable",
    },
    user: {
      type: "string",
      valueHint: "USER[,USER…]",
      description: "only changes by these users, effective or real",
    },
    pid: {
      type: "string",
      valueHint: "PID[,PID…]",
      description: "only changes by these processes; -p is the opposite",
    },
    "exclude-pid": {
      type: "string",
      alias: ["p", "ignore-pid"],
      valueHint: "PID[,PID…]",
      description: "skip changes by these processes; repeatable",
    },
    monitor: {
      type: "boolean",
      alias: "m",
      description: "go on after the first event: the default; --count 1 stops after it",
    },
    ...SEVERITY_ARGS,
    digest: {
      type: "string",
      valueHint: "SIZE",
      description: "add the SHA-256 of files up to this size when they are closed after writing",
    },
    "on-event": {
      type: "string",
      valueHint: "COMMAND",
      description: "run a shell command for each event, which it gets as JSON on standard input",
    },
    "on-event-rate": {
      type: "string",
      valueHint: "N",
      default: "20",
      description: "start at most N such commands a second",
    },
    to: {
      type: "string",
      valueHint: SYSTEM_LOGS.join("|"),
      values: listOf(SYSTEM_LOGS),
      description: "also send events to systemd's journal or the system log; repeatable",
    },
    ...OTLP_ARGS,
    wait: { type: "boolean", description: "wait for paths that do not exist yet" },
    "follow-links": {
      type: "boolean",
      description: "watch what a symbolic link on the way to PATH leads to when it is switched",
    },
    ...SHOWN_FORMAT_ARGS,
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE",
      description: "also append events to this file, as ndjson",
    },
    rotate: {
      type: "string",
      valueHint: "SIZE",
      description: "rotate the file at this size to FILE.1, FILE.2, …",
    },
    keep: {
      type: "string",
      valueHint: "N",
      default: "5",
      description: "number of rotated files to keep",
    },
    buffer: {
      type: "string",
      valueHint: "SIZE",
      default: "64M",
      description: "kernel memory for queued events in bytes, or with K, M or G",
    },
    ebpf: {
      type: "boolean",
      default: true,
      description: "identify processes by eBPF",
      negativeDescription: "identify processes without eBPF",
    },
    duration: { type: "string", valueHint: "TIME", description: "stop after 500ms, 10s, 5m, 1h" },
    count: { type: "string", valueHint: "N", description: "stop after N events" },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if events were lost",
    },
    quiet: {
      type: "boolean",
      alias: "q",
      description: "write only errors and losses to stderr; -qq: no events to stdout either",
    },
    daemon: {
      type: "boolean",
      description: "watch in the background; -o defaults to ~/.local/state/trace/history.ndjson",
    },
    status: { type: "boolean", description: "list the running daemons, as text or json" },
    stop: { type: "boolean", description: "stop the daemons, or the one that watches these paths" },
    add: { type: "boolean", description: "make a running daemon watch more paths" },
    remove: { type: "boolean", description: "make a running daemon stop watching paths" },
    which: {
      type: "string",
      valueHint: "PID|PATH",
      description: "the daemon for --add and --remove, if several are running",
    },
    health: {
      type: "boolean",
      description: "show queue, losses, memory and log of the running daemons, as text or json",
    },
    "print-unit": {
      type: "boolean",
      description: "print a systemd unit that watches these paths with these options",
    },
  },
  run({ args, data }) {
    const { command: words, options, inherited } = data as CommandContext;
    const named = () => namedPaths(args, words);
    setQuiet(args.quiet === true);
    if (args.status) return printDaemonStatus(args.format, named(), args.escape);
    if (args.health) return printHealth(args.format, named(), args.escape);
    if (args.stop) return stopDaemons(named());
    if (args.add) return addPaths(named(), args);
    if (args.remove) return removePaths(named(), args);
    const paths = watchPaths(args, words);
    if (args["print-unit"]) return printUnit(options, words, paths);
    const watchArgs = {
      ...args,
      ...pathPatterns(options),
      ...joinedValues(options, LISTS),
      recursive: paths.recursive,
      isExcluded: excludedPaths(paths),
      silent: new GivenOptions(options).count("quiet") > 1,
    };
    return args.daemon
      ? watchInBackground(watchArgs, paths.watched, inherited)
      : watchForeground(watchArgs, paths.watched);
  },
});

/** An option with a pattern of paths. */
const PATTERN_OPTION = /^--(path|include|exclude)=(.*)$/s;

function withAbsolutePattern(option: string): string[] {
  const [, name, pattern] = PATTERN_OPTION.exec(option) ?? [];
  if (name === undefined) return [option];
  return absolutePatterns(pattern, name === "path").map((each) => `--${name}=${each}`);
}

/** Options that name a file, which a service has to find from another directory. */
const FILE_OPTION = /^(--(?:fromfile|rules|otlp-headers)=)(.*)$/s;

function printUnit(
  options: readonly string[],
  words: readonly string[],
  { recursive, watched, excluded }: WatchPaths,
): number {
  const file = new GivenOptions(options).last("fromfile");
  if (file === "-") throw new UsageError("--fromfile -: a service has no input; name a file");
  const kept = options
    .map((option) => option.replace(FILE_OPTION, (_, name, path) => name + absolute(path)))
    .flatMap(withAbsolutePattern);
  if (recursive && !kept.includes("--recursive")) kept.push("--recursive");
  const omitted = new Set(interactiveOptions(options));
  if (omitted.size)
    logger.info(
      `left out: ${[...omitted].join(", ")}; a service has its own log, and shows nothing`,
    );
  const named = file === undefined ? [...watched, ...excluded.map((path) => `@${path}`)] : words;
  print(systemdUnit(process.execPath, kept, absoluteWords(named)));
  return EXIT.ok;
}

/** Options whose values are lists, which can be repeated. */
const LISTS = [
  ...(["types", "comm", "ancestor", "exclude-comm", "user", "pid", "exclude-pid"] as const),
  "to",
] as const;

export const watch: Command = {
  definition,
  rules: WATCH_RULES,
  operands: FILES,
  columns: { all: WATCH_COLUMNS, defaults: DEFAULT_WATCH_COLUMNS },
  advice: WATCH_ADVICE,
  usage: "[options] PATH… [@PATH…]\n--status|--health|--stop|--add|--remove [options] [PATH…]",
  common: ["recursive", "types", "path", "exclude", "comm", "format", "output", "daemon"],
  groups: {
    "What to watch": [
      ...["recursive", "current-mount", "fromfile", "follow-links", "wait", "types", "all-events"],
      ...["min-size", "include", "path", "exclude"],
    ],
    "Which processes": ["comm", "ancestor", "exclude-comm", "user", "pid", "exclude-pid", "ebpf"],
    "How long": ["monitor", "duration", "count"],
    Output: [...Object.keys(SHOWN_FORMAT_ARGS), "output", "rotate", "keep", "digest", "quiet"],
    "Severities and commands": [...Object.keys(SEVERITY_ARGS), "on-event", "on-event-rate"],
    "Other programs": ["to", ...Object.keys(OTLP_ARGS)],
    Daemons: ["daemon", "status", "health", "stop", "add", "remove", "which", "print-unit"],
  },
  details: `Reports changes to each PATH and, if it is a directory, to the files in it until Ctrl-C, --duration or --count. trace query and trace changes read the log of a daemon. --stop or SIGTERM stops the daemon, SIGHUP makes it reopen its log. One daemon can run for each user and set of paths.

Types of events, as in fanotify(7), in any case, with or without IN_ or FAN_; close, move and all stand for several:
  default  ${DEFAULT_WATCH_TYPES.join(", ")}
  others   ${WATCH_TYPES.filter((type) => !DEFAULT_WATCH_TYPES.includes(type)).join(", ")}
`,
  topics: ["columns watch", "events", "filters", "formats", "rules"],
  examples: [
    "sudo trace watch -r .",
    'sudo trace watch -r /etc --exclude "*.swp" -o /var/log/etc.ndjson --rotate 10M',
    "sudo trace watch /etc/passwd --types MODIFY,MOVED_TO --format ndjson",
    "sudo trace watch -r /home --min-size 1G --exclude-comm rsync",
    "sudo trace watch --daemon -r /etc /srv",
    "sudo trace watch --add /opt",
    "sudo trace watch --health",
    "sudo trace watch --stop",
    "sudo trace watch --daemon -r /etc --to journald",
    "trace watch --print-unit -r /etc",
  ],
  exitStatus:
    "0; 1 no daemon is running (--status, --stop, --add, --remove, --health); 2 bad option, or a PATH that does not exist; 3 events were lost (with --require-complete or --health); 125 trace itself failed.",
};
