/** `trace show`: writes a record file in another format. It needs no root. */
import { defineCommand } from "citty";
import { EventChains } from "../../attribution/event-chains.ts";
import { EVENT_KINDS, type EventKind } from "../../events/event-kinds.ts";
import { CALL_NAMES } from "../../events/file-calls.ts";
import type { FileEvent } from "../../events/file-event.ts";
import { fromRecorded } from "../../events/recorded-processes.ts";
import type { EventChoice, RunHeader } from "../../events/run-info.ts";
import { type FileEventFilter, isAlways } from "../../filters/file-event-filter.ts";
import type { Arch } from "../../kernel/fcntl.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import { sudoCaller } from "../../process/user.ts";
import { withChoice } from "../../sinks/formats/filtered.ts";
import { summaryRun } from "../../sinks/reports/summary/run.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { Pager, pagerCommand } from "../../storage/pager.ts";
import type { Command, CommandContext } from "../command.ts";
import { UsageError } from "../errors.ts";
import { FILE_EVENT_TABLE } from "../options/columns.ts";
import { EVENT_VALUES, EVENTS_HELP } from "../options/events.ts";
import { parseFlags } from "../options/flags.ts";
import {
  DEFAULT_FORMAT,
  ESCAPE_ARG,
  eventsAlways,
  FILE_EVENT_FORMAT_HINT,
  type FileEventFormatArgs,
  parseFileEventFormat,
  parseFormatEvents,
} from "../options/format.ts";
import { parsePids } from "../options/number.ts";
import { OUTPUT_ARG, openOutput, QUIET_ARG } from "../options/output.ts";
import { FAILED_ARG, PATH_ARGS, parseChosenEvents } from "../options/path-patterns.ts";
import { CHOICE_OPTIONS, HEADER_ARG } from "../options/recording.ts";
import { FILES } from "../options/values.ts";
import { SHOW_RULES } from "../rules/recording.ts";
import { openRecordFile } from "./record-input.ts";
import { requireEvents } from "./required-events.ts";
import { RecordingSession } from "./session.ts";
import { isReportFormat, REPORT_FORMATS, showReport } from "./show-report.ts";

interface FilterArgs {
  readonly flags?: string;
  readonly pid?: string;
}

const definition = defineCommand({
  meta: { name: "show", description: "Show the events of a record file" },
  args: {
    format: {
      type: "string",
      valueHint: [FILE_EVENT_FORMAT_HINT, ...REPORT_FORMATS].join("|"),
      default: DEFAULT_FORMAT,
      description:
        "output format, which -o FILE.trace or .db selects, too; perfetto is a timeline for ui.perfetto.dev",
    },
    output: OUTPUT_ARG,
    columns: {
      type: "string",
      valueHint: "a,b,c",
      description: "columns, in this order; default and all name several",
    },
    header: HEADER_ARG,
    ...ESCAPE_ARG,
    events: {
      type: "string",
      alias: "e",
      valueHint: "a,b,c",
      values: EVENT_VALUES,
      description: "only these events or groups of events",
    },
    flags: { type: "string", valueHint: "FORMULA", description: "only opens with matching flags" },
    ...PATH_ARGS,
    ...FAILED_ARG,
    pid: { type: "string", valueHint: "PID[,PID…]", description: "only these processes" },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if the record is incomplete",
    },
    quiet: QUIET_ARG,
    pager: {
      type: "boolean",
      default: true,
      description: "show the events in a pager if they go to a terminal",
      negativeDescription: "write to a terminal directly, without the pager of $PAGER or less",
    },
  },
  run({ args, data }) {
    const { command: files, options: given, inherited } = data as CommandContext;
    const [path, ...others] = files;
    if (path === undefined || others.length)
      throw new UsageError("show: expected one FILE, such as run.trace");
    if (isReportFormat(args.format)) return showReport(args.format, path, args, given);
    const kinds = parseFormatEvents(args, EVENT_KINDS);
    const always = eventsAlways(args);
    const record = openRecordFile(path);
    const chosen = parseChosenEvents(given, always);
    const accept = filterOf(args, kinds, record.arch, chosen?.filter ?? null, always);
    const recorded = record.header.events as EventKind[];
    const shown = recorded.filter((kind) => kinds.has(kind));
    const format = parseFileEventFormat(args as FileEventFormatArgs, new Set(shown));
    if (format.isReport) requireEvents(path, record.header, summaryRun(record.header, null, null));
    const named = openOutput(args.output ?? "-", sudoCaller(process.env));
    const pager = args.pager && format.isText ? openPager(named, inherited) : null;
    const output = pager?.output ?? named;
    if (record.isFile(output.fd)) throw new UsageError(`-o ${args.output}: is also the input`);
    const isChained = format.columns?.some(({ kind }) => kind === "chain") === true;
    const chains = isChained ? chainsOf(record.header) : null;
    const session = new RecordingSession<FileEvent>({
      args,
      source: record,
      sink: format.open(output, record.machine),
      accept: (event) => {
        chains?.attribute(event);
        return accept(event);
      },
      digests: () => record.digests.filter(({ path }) => chosen?.filter.acceptsPath(path) ?? true),
      readerGone: () => output.readerGone(),
      onEnd: () => pager?.close(),
    });
    output.begin();
    // The reader has translated the numbers of calls to ours.
    const header = { ...record.header, events: shown, calls: CALL_NAMES };
    const choice = choiceOf(args, chosen?.choice);
    session.pipeline.begin(choice ? withChoice(header, choice) : header);
    while (!record.isDone && !session.pipeline.isDone && !output.readerGone())
      session.pipeline.drain();
    const { ended, status } = record.trailer ?? { ended: null, status: null };
    return session.finish("", { ended, status });
  },
});

/** Returns null if the output is not on a terminal, or if no pager is wanted. */
function openPager({ terminal }: FileOutput, inherited: InheritedState): Pager | null {
  const user = sudoCaller(process.env);
  const command = terminal ? pagerCommand(process.env, user) : null;
  return command === null ? null : new Pager(command, user, inherited);
}

/** Chains are made of the record's own process events, and of what its header says. */
function chainsOf({ processes, pid, command }: RunHeader): EventChains {
  return EventChains.ofRecord(fromRecorded(processes), Number(pid) || 0, command.length > 0);
}

/** Returns what the events of the output are chosen by; null for all. */
function choiceOf({ flags, pid }: FilterArgs, paths: EventChoice = {}): EventChoice | null {
  const pids = parsePids("--pid", pid);
  const choice = {
    ...paths,
    ...(flags === undefined ? {} : { flags }),
    ...(pids ? { pids } : {}),
  };
  return Object.keys(choice).length > 0 ? choice : null;
}

/** @param always the kinds whose successful events are shown in any case */
function filterOf(
  { flags, pid }: FilterArgs,
  kinds: ReadonlySet<EventKind>,
  arch: Arch,
  chosen: FileEventFilter | null,
  always: readonly EventKind[],
): (event: FileEvent) => boolean {
  const formula = parseFlags(flags, arch);
  const pids = parsePids("--pid", pid);
  return (event) => {
    const { kind, record } = event;
    if (isAlways(always, event)) return true;
    if (!kinds.has(kind)) return false;
    if (formula && kind === "open" && !formula.matches(record.flags)) return false;
    if (pids && !pids.includes(record.tgid)) return false;
    return chosen?.accepts(event) ?? true;
  };
}

export const show: Command = {
  definition,
  rules: SHOW_RULES,
  usage: "[options] FILE",
  operands: FILES,
  columns: FILE_EVENT_TABLE,
  common: ["format", "output", "events", "path", "failed", "flags", "pid", "columns"],
  groups: {
    "What to show": ["events", "flags", ...CHOICE_OPTIONS, "pid"],
    Output: ["output", "format", "columns", "header", "pager", "require-complete", "quiet"],
  },
  details: `FILE is a record file, which trace exec and trace all write with -o FILE.trace; - is standard input.

${EVENTS_HELP}
`,
  topics: ["columns show", "events", "flags", "filters", "formats"],
  examples: [
    "trace show run.trace --format text",
    "trace show run.trace --events rename,unlink --columns time,comm,path,path2",
    'trace show run.trace --path src --exclude "*.o" --failed',
    "trace show run.trace -o run.parquet",
    "trace show run.trace --format ndjson | jq -r .path",
    "trace show run.trace --format ndjson --header | head -1 | jq .header.command",
    "ssh host cat run.trace | trace show - --format text",
  ],
  exitStatus:
    "0; 2 bad option or no such record; 3 the record is incomplete (with --require-complete); 125 the output could not be written.",
};
