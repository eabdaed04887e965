/** `trace summary`: summarizes a record. It needs no root. */
import { defineCommand } from "citty";
import { SummaryAccumulator } from "../../sinks/reports/summary/accumulator.ts";
import { toSummaryEvent } from "../../sinks/reports/summary/from-events.ts";
import {
  MissingColumnsError,
  readSummaryEvents,
  SUMMARY_COLUMNS,
  UnusableRecordError,
} from "../../sinks/reports/summary/from-record.ts";
import { writeSummary } from "../../sinks/reports/summary/sink.ts";
import type { SummaryEvent } from "../../sinks/reports/summary/summary-event.ts";
import { isRecordFile } from "../../sources/records/record-file.ts";
import { FILE_MAGIC_SIZE } from "../../sources/records/record-format.ts";
import { readInput, readInputStart } from "../../storage/input.ts";
import { FileOutput } from "../../storage/output-file.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseSummary } from "../options/summary.ts";
import { completenessSummary } from "../verdict.ts";
import { openRecordFile } from "./record-input.ts";

/** @throws UsageError that names the file */
function readEvents(file: string): SummaryEvent[] {
  try {
    return readSummaryEvents(readInput(file));
  } catch (error) {
    if (error instanceof UnusableRecordError) {
      const isIncomplete = error instanceof MissingColumnsError;
      const advice = `; record with --events all --columns ${SUMMARY_COLUMNS}`;
      throw new UsageError(`${file}: ${error.message}${isIncomplete ? advice : ""}`, {
        cause: error,
      });
    }
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === undefined ? `is not a record of trace: ${message}` : code;
    throw new UsageError(`${file}: ${reason.split("\n")[0]}`, { cause: error });
  }
}

/** Adds the events of a record; what it lacks is reported. @throws UsageError that names the file */
function addFile(activity: SummaryAccumulator, path: string): void {
  if (!isRecordFile(readStart(path))) {
    for (const event of readEvents(path)) activity.add(event);
    return;
  }
  const record = openRecordFile(path);
  record.run((event) => activity.add(toSummaryEvent(event)));
  const losses = record.losses();
  record.close();
  if (losses.length) logger.warn(`${path}: ${completenessSummary(record.eventCount, losses)}`);
}

/** Returns the first bytes of a file. @throws UsageError that names the file */
function readStart(path: string): Uint8Array {
  try {
    return readInputStart(path, FILE_MAGIC_SIZE);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path}: ${code ?? message}`, { cause: error });
  }
}

const definition = defineCommand({
  meta: {
    name: "summary",
    description: "Summarize a record: files read and written, programs run",
  },
  args: {
    format: {
      type: "string",
      valueHint: "FORMAT[:FILE]",
      default: "text",
      description: "text, markdown or json, to FILE; github appends it to the job's page",
    },
    "all-files": {
      type: "boolean",
      description: "list every file, including libraries and large directories",
    },
  },
  run({ args, data }) {
    const { command: files } = data as CommandContext;
    if (!files.length) throw new UsageError("summary: no file given; try: trace summary trace.csv");
    const { format, path, append } = parseSummary(args.format, "-");
    const activity = new SummaryAccumulator();
    for (const file of files) addFile(activity, file);
    const output = new FileOutput(path, null, append);
    output.begin();
    const view = { directory: process.cwd(), allFiles: args["all-files"] === true };
    writeSummary(activity, output, format, view);
    return EXIT.ok;
  },
});

export const summary: Command = {
  definition,
  usage: "[options] FILE…",
  details: `FILE is a record file (run.trace) of trace exec or trace all, or CSV, JSON or NDJSON with these columns:
  --events all --columns ${SUMMARY_COLUMNS}

Examples:
  trace summary run.trace
  trace summary trace.csv
  trace summary --format markdown:summary.md trace.json
  trace summary --format json trace.csv | jq -r ".outputs[].path"

Exit status: 0; 2 bad option or no such record; 125 the summary could not be written.
`,
};
