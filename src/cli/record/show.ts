/** `trace show`: writes a record file in another format. It needs no root. */
import { defineCommand } from "citty";
import { EventChains } from "../../attribution/event-chains.ts";
import { columnsForKinds } from "../../events/columns.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import type { FileEvent } from "../../events/file-event.ts";
import { fromRecorded } from "../../events/recorded-processes.ts";
import { type FormatInfo, formats } from "../../sinks/formats/index.ts";
import type { RunHeader } from "../../sources/records/run-info.ts";
import { FileOutput } from "../../storage/output-file.ts";
import type { Command, CommandContext } from "../command.ts";
import { UsageError } from "../errors.ts";
import { COLUMNS_HELP, parseFileColumns } from "../options/columns.ts";
import { EVENTS_HELP, parseEvents } from "../options/events.ts";
import { parseFlags } from "../options/flags.ts";
import { DEFAULT_FORMAT, FORMAT_HINT, openFormat, parseFormat } from "../options/format.ts";
import { parsePids } from "../options/number.ts";
import { openRecordFile } from "./record-input.ts";
import { RecordingSession } from "./session.ts";

interface ShowArgs {
  readonly format: string;
  readonly output?: string;
  readonly columns?: string;
  readonly events?: string;
  readonly flags?: string;
  readonly pid?: string;
}

const definition = defineCommand({
  meta: { name: "show", description: "Show the events of a record file" },
  args: {
    format: {
      type: "string",
      valueHint: FORMAT_HINT,
      default: DEFAULT_FORMAT,
      description: "output format",
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE|-",
      description: "output file (default: standard output)",
    },
    columns: {
      type: "string",
      valueHint: "a,b,c",
      description: "columns, in this order; default and all name several",
    },
    events: {
      type: "string",
      alias: "e",
      valueHint: "a,b,c",
      description: "only these events or groups of events, see below",
    },
    flags: { type: "string", valueHint: "FORMULA", description: "only opens with matching flags" },
    pid: { type: "string", valueHint: "PID[,PID…]", description: "only these processes" },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if the record is incomplete",
    },
    quiet: {
      type: "boolean",
      alias: "q",
      description: "write only errors and losses to stderr",
    },
  },
  run({ args, data }) {
    const { command: files } = data as CommandContext;
    const [path, ...others] = files;
    if (path === undefined || others.length)
      throw new UsageError("show: expected one FILE, such as run.trace");
    const accept = acceptOf(args);
    const format = parseFormat(args.format);
    const { columns: layout }: FormatInfo = formats[format];
    const columns = parseFileColumns(args.columns, layout);
    const named = args.columns !== undefined;
    const record = openRecordFile(path);
    const kinds = new Set(record.header.events as EventKind[]);
    const output = new FileOutput(args.output ?? "-", null);
    const shown = !named && layout ? columnsForKinds(columns, kinds) : columns;
    const chains = shown.some(({ kind }) => kind === "chain") ? chainsOf(record.header) : null;
    const session = new RecordingSession<FileEvent>({
      args,
      source: record,
      sink: openFormat(format, output, { columns: shown, named }),
      accept: (event) => {
        chains?.attribute(event);
        return accept(event);
      },
      readerGone: () => output.readerGone(),
    });
    output.begin();
    while (!record.isDone && !session.pipeline.isDone && !output.readerGone())
      session.pipeline.drain();
    return session.finish();
  },
});

/** Chains are made of the record's own process events, and of what its header says. */
function chainsOf({ processes, pid, command }: RunHeader): EventChains {
  return EventChains.ofRecord(fromRecorded(processes), Number(pid) || 0, command.length > 0);
}

function acceptOf({ events, flags, pid }: ShowArgs): (event: FileEvent) => boolean {
  const kinds = events === undefined ? null : parseEvents(events);
  const formula = parseFlags(flags);
  const pids = parsePids("--pid", pid);
  return (event) => {
    const { kind, record } = event;
    if (kinds && !kinds.has(kind)) return false;
    if (formula && kind === "open" && !formula.matches(record.flags)) return false;
    return !pids || pids.includes(record.tgid);
  };
}

export const show: Command = {
  definition,
  usage: "[options] FILE",
  details: `FILE is a record file, which trace exec and trace all write with -o FILE.trace.

${EVENTS_HELP}

${COLUMNS_HELP}

Examples:
  sudo trace exec -o run.trace -- make
  trace show run.trace --format text
  trace show run.trace --events rename,unlink --columns time,pid,comm,path,path2
  trace show run.trace --format ndjson | jq -r .path

Exit status: 0; 2 bad option or no such record; 3 the record is incomplete (with
--require-complete); 125 the output could not be written.
`,
};
