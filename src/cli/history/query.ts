/** `trace query`: events of a history, by time and what else is asked. */
import { defineCommand } from "citty";
import { HISTORY_COLUMNS } from "../../events/history-columns.ts";
import { DEFAULT_WATCH_COLUMNS } from "../../events/watch-event.ts";
import { RawLineWriter } from "../../sinks/formats/line-writer.ts";
import type { Command } from "../command.ts";
import { HISTORY_FILTER_ARGS, parseHistoryFilter, parseSpan } from "./filter.ts";
import {
  finishHistory,
  HISTORY_OUTPUT_ARGS,
  openHistoryOutput,
  openHistoryReader,
  parseHistoryFormat,
} from "./output.ts";

const definition = defineCommand({
  meta: { name: "query", description: "Tell from a history what changed, and who changed it" },
  args: { ...HISTORY_FILTER_ARGS, ...HISTORY_OUTPUT_ARGS },
  run({ args, data }) {
    const span = parseSpan(args, Date.now());
    const accepts = parseHistoryFilter(args);
    const open = parseHistoryFormat(args, HISTORY_COLUMNS, DEFAULT_WATCH_COLUMNS);
    const history = openHistoryReader(data);
    const output = openHistoryOutput(args, history);
    // What is wanted as it was recorded is copied, but not to a terminal: others may have made it.
    const asRecorded = args.format === "ndjson" && args.columns === undefined && !output.terminal;
    const copy = new RawLineWriter(output);
    const sink = open(output);
    history.visit(span, (event, { bytes, start, end }) => {
      if (!accepts(event)) return;
      if (asRecorded) copy.write(bytes, start, end);
      else sink.write(event);
    });
    copy.close();
    sink.close();
    return finishHistory(history, args, copy.delivered + sink.delivered);
  },
});

export const query: Command = {
  definition,
  usage: "[options] [FILE…]",
  details: `FILE is what trace watch recorded as NDJSON, by default ~/.local/state/trace/history.ndjson,
which trace watch --daemon writes; what it was rotated into (FILE.1, FILE.2, …) is read as well. Of
a span of time nothing else is read. Lines that are no events are counted, and passed over.

A directory stands for all that lies in it. A time without a zone is that of where you are.

Columns: ${HISTORY_COLUMNS.map(({ name }) => name).join(", ")}

Examples:
  trace query --since 1h --path /etc
  trace query --since 2026-05-01 --until 2026-05-01T12:00 --type DELETE,MOVED_FROM
  trace query --format ndjson --comm rm | jq -r '.argv | join(" ")'
  trace query watch.ndjson --format csv -o changes.csv

Exit status: 0; 2 bad option, or no such file; 125 it could not be written.
`,
};
