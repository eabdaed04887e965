/** `trace query`: shows the events of a history that match a filter. */
import { defineCommand } from "citty";
import { HISTORY_COLUMNS } from "../../events/history-columns.ts";
import { PCI_COLUMNS } from "../../events/pci-columns.ts";
import { DEFAULT_WATCH_COLUMNS } from "../../events/watch-columns.ts";
import { RawLineWriter } from "../../sinks/formats/line-writer.ts";
import type { Command } from "../command.ts";
import { FORMAT_ADVICE } from "../options/format.ts";
import { parseName } from "../options/names.ts";
import { FAILED_ADVICE } from "../options/path-patterns.ts";
import { withSeverity } from "../options/severity.ts";
import { FILES } from "../options/values.ts";
import { QUERY_RULES } from "../rules/shown.ts";
import { givenLists, HISTORY_FILTER_ARGS, parseHistoryFilter, parseSpan } from "./filter.ts";
import {
  finishHistory,
  HISTORY_GROUPS,
  HISTORY_OUTPUT_ARGS,
  openHistoryOutput,
  openHistoryReader,
  openNamed,
  parseHistoryFormat,
  parseReportFormat,
} from "./output.ts";
import { verifyHistories } from "./verify.ts";

const definition = defineCommand({
  meta: { name: "query", description: "Search the change history" },
  args: {
    ...HISTORY_FILTER_ARGS,
    ...HISTORY_OUTPUT_ARGS,
    verify: {
      type: "boolean",
      description: "check the hashes of the history instead: is anything missing or changed?",
    },
    report: {
      type: "string",
      valueHint: "pci",
      description: "show the entries of an audit log: who, what, when, outcome, origin",
    },
  },
  run({ args, data }) {
    if (args.verify) {
      return openNamed(data, verifyHistories);
    }
    const span = parseSpan(args, Date.now());
    const report = parseReport(args.report);
    const accepts = parseHistoryFilter({ ...args, ...givenLists(data) }, report !== null);
    const defaults = withSeverity(args, DEFAULT_WATCH_COLUMNS);
    const open = report
      ? parseReportFormat(args, report)
      : parseHistoryFormat(args, HISTORY_COLUMNS, defaults);
    const history = openHistoryReader(data);
    const output = openHistoryOutput(args, history);
    // NDJSON is copied as recorded, but not to a terminal: the file may contain control sequences.
    const isChosen = args.columns !== undefined || args.rules !== undefined || args.escape === true;
    const copies = args.format === "ndjson" && !isChosen && !report;
    const asRecorded = copies && !output.terminal;
    const copy = new RawLineWriter(output);
    const sink = open(output);
    history.visit(span, (event, { bytes, start, end }) => {
      if (!accepts(event)) return;
      if (asRecorded) copy.write(bytes, start, end);
      else sink.write(event);
    });
    copy.close();
    sink.close();
    return finishHistory(history, args, data, copy.delivered + sink.delivered);
  },
});

/** Returns the columns of a report; null for none. @throws UsageError */
function parseReport(text: string | undefined): typeof PCI_COLUMNS | null {
  if (text === undefined) return null;
  parseName("--report", text, ["pci"]);
  return PCI_COLUMNS;
}

export const query: Command = {
  definition,
  rules: QUERY_RULES,
  advice: { ...FORMAT_ADVICE, ...FAILED_ADVICE },
  usage: "[options] [FILE…]",
  operands: FILES,
  columns: { all: HISTORY_COLUMNS, defaults: DEFAULT_WATCH_COLUMNS },
  common: ["path", "since", "until", "type", "comm", "user", "columns", "format", "output"],
  groups: HISTORY_GROUPS,
  details: `FILE is a record of trace watch in NDJSON, by default ~/.local/state/trace/history.ndjson, which trace watch --daemon writes; its rotated files (FILE.1, FILE.2, …) are read as well. With --since or --until only the matching part of a file is read. Malformed lines are counted and skipped.

A time without a zone is local time.

--verify checks the hashes that trace watch writes to its log (SEGMENT), over all files, and says what is missing, changed or cut. Whoever can write the log can also make new hashes: keep the last one, which --verify prints, elsewhere.
`,
  topics: ["columns query", "events", "filters", "formats", "rules"],
  examples: [
    "trace query --since 1h --path /etc",
    "trace query --format ndjson --comm rm | jq -r '.argv | join(\" \")'",
    "trace query --since 2026-05-01 --until 2026-05-02 --type DELETE,MOVED_FROM",
    "trace query watch.ndjson --format csv -o changes.csv",
    "trace query --verify /var/lib/trace/history.ndjson",
    "trace query --report pci --since 2026-05-01 --format csv -o may.csv",
  ],
  exitStatus:
    "0; 1 something is missing or changed (--verify); 2 bad option or no such file; 3 events are missing (with --require-complete); 125 the output could not be written.",
};
