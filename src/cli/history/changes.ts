/** `trace changes`: shows the latest event of each path in a history, and the number of its events. */
import { defineCommand } from "citty";
import type { Column } from "../../events/column.ts";
import { HISTORY_COLUMNS } from "../../events/history-columns.ts";
import { DEFAULT_WATCH_COLUMNS } from "../../events/watch-columns.ts";
import { isNote, type WatchEvent } from "../../events/watch-event.ts";
import { HistoryLineParser } from "../../sources/records/history-line-parser.ts";
import { LatestByPath, readLatestLine } from "../../sources/records/latest-by-path.ts";
import type { Command } from "../command.ts";
import { FORMAT_ADVICE } from "../options/format.ts";
import { FAILED_ADVICE } from "../options/path-patterns.ts";
import { parseSeverity, withSeverity } from "../options/severity.ts";
import { FILES } from "../options/values.ts";
import { CHANGES_RULES } from "../rules/shown.ts";
import { givenLists, HISTORY_FILTER_ARGS, parseHistoryFilter, parseSpan } from "./filter.ts";
import {
  finishHistory,
  HISTORY_GROUPS,
  HISTORY_OUTPUT_ARGS,
  openHistoryOutput,
  openHistoryReader,
  parseHistoryFormat,
} from "./output.ts";

/** Bytes for the table of paths: about half a million of them. */
const MAX_PATH_MEMORY = 256 << 20;

const COUNT_INFO = { name: "events", key: "events", about: "number of events of the path" };

const definition = defineCommand({
  meta: { name: "changes", description: "Show the latest change to each path" },
  args: { ...HISTORY_FILTER_ARGS, ...HISTORY_OUTPUT_ARGS },
  run({ args, data }) {
    let count = 0;
    const events: Column<WatchEvent> = { ...COUNT_INFO, kind: "integer", of: () => count };
    const span = parseSpan(args, Date.now());
    const accepts = parseHistoryFilter({ ...args, ...givenLists(data) });
    const classify = parseSeverity(args);
    const showsNotes = args.type !== undefined;
    const open = parseHistoryFormat(
      args,
      [...HISTORY_COLUMNS, events],
      [...withSeverity(args, DEFAULT_WATCH_COLUMNS), events],
    );
    const history = openHistoryReader(data);
    const output = openHistoryOutput(args, history);
    const latest = new LatestByPath(MAX_PATH_MEMORY);
    history.visit(span, (event, line) => {
      if (accepts(event) && (showsNotes || !isNote(event.type))) latest.add(event.path, line);
    });
    const sink = open(output);
    const line = new HistoryLineParser();
    for (const path of latest.values()) {
      const bytes = readLatestLine(path);
      count = path.count;
      if (!line.parse(bytes, 0, bytes.length)) continue;
      classify(line.event);
      sink.write(line.event);
    }
    sink.close();
    return finishHistory(history, args, data, sink.delivered, latest.losses());
  },
});

export const changes: Command = {
  definition,
  rules: CHANGES_RULES,
  advice: { ...FORMAT_ADVICE, ...FAILED_ADVICE },
  usage: "[options] [FILE…]",
  operands: FILES,
  columns: {
    all: [...HISTORY_COLUMNS, COUNT_INFO],
    defaults: [...DEFAULT_WATCH_COLUMNS, COUNT_INFO],
  },
  common: ["path", "since", "until", "type", "comm", "user", "columns", "format", "output"],
  groups: HISTORY_GROUPS,
  details: `FILE and the options are those of trace query. Shows the latest matching event of each path, most recent last, with the number of matching events of the path (column events).
`,
  topics: ["columns changes", "events", "filters", "formats", "rules"],
  examples: [
    "trace changes --since 1d --path /etc",
    "trace changes --type DELETE --format csv",
    "trace changes --format ndjson | jq -r 'select(.events > 100) | .path'",
  ],
  exitStatus:
    "0; 2 bad option or no such file; 3 events are missing (with --require-complete); 125 the output could not be written.",
};
