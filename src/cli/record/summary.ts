/** `trace summary`: summarizes a record. It needs no root. */
import { defineCommand } from "citty";
import { Run } from "../../model/run.ts";
import { currentDirectory } from "../../process/paths.ts";
import { sudoCaller } from "../../process/user.ts";
import { EventFeeder } from "../../sinks/reports/summary/event-feeder.ts";
import {
  MissingColumnsError,
  type RequiredKeys,
  readSummaryRecord,
  SUMMARY_COLUMNS,
  type SummaryRecord,
  UnusableRecordError,
} from "../../sinks/reports/summary/from-record.ts";
import { combineRuns, type SummaryRun, summaryRun } from "../../sinks/reports/summary/run.ts";
import { writeSummary } from "../../sinks/reports/summary/sink.ts";
import { FILE_KIND_SIZE, fileKind, notExpected } from "../../sources/records/file-kind.ts";
import { FILE_MAGIC_SIZE, isRecordFile } from "../../sources/records/record-format.ts";
import type { InputFile } from "../../storage/input.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { ESCAPE_ARG } from "../options/format.ts";
import { openOutput } from "../options/output.ts";
import { FAILED_ARG, PATH_ARGS, parseChosenEvents } from "../options/path-patterns.ts";
import { parseSummary, SUMMARY_VALUES } from "../options/summary.ts";
import { FILES } from "../options/values.ts";
import { completenessSummary, eventCount } from "../verdict.ts";
import { openInput, openRecordFile, usable } from "./record-input.ts";

/**
 * @param required the columns that the record must have; by default those of a summary
 * @param columns what to record with, if some are missing
 * @throws UsageError that names the file
 */
export function parseRecord(
  name: string,
  bytes: Buffer,
  required?: RequiredKeys,
  columns = SUMMARY_COLUMNS,
): SummaryRecord {
  try {
    return readSummaryRecord(bytes, required);
  } catch (error) {
    if (error instanceof UnusableRecordError) {
      const isIncomplete = error instanceof MissingColumnsError;
      const advice = `; record with --events all --columns ${columns}`;
      throw new UsageError(`${name}: ${error.message}${isIncomplete ? advice : ""}`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** Adds the events of a file. @returns its runs @throws UsageError that names the file */
export function addFile(activity: Run, path: string): readonly SummaryRun[] {
  const input = openInput(path);
  const before = activity.events;
  const runs = usable(() =>
    isRecordFile(input.peek(FILE_MAGIC_SIZE))
      ? [addRecordFile(activity, path, input)]
      : addLines(activity, input),
  );
  reportRuns(input.name, activity.events - before, runs);
  return runs;
}

function addRecordFile(activity: Run, path: string, input: InputFile): SummaryRun {
  const record = openRecordFile(path, input);
  const feeder = new EventFeeder(activity);
  record.run((event) => feeder.add(event));
  activity.digests.addAll(record.digests);
  record.close();
  return summaryRun(record.header, record.trailer, record.losses());
}

/** The kinds of files that can be records, besides record files. */
const LINES = ["CSV", "JSON", "NDJSON"];

/** @throws UsageError if a file is neither CSV, JSON nor NDJSON */
export function requireLines(input: InputFile): void {
  const kind = fileKind(input.peek(FILE_KIND_SIZE));
  if (!LINES.includes(kind.text))
    throw new UsageError(`${input.name}: ${notExpected("a record of trace", kind)}`);
}

function addLines(activity: Run, input: InputFile): readonly SummaryRun[] {
  requireLines(input);
  const { events, runs, digests } = parseRecord(input.name, input.readAll());
  input.close();
  for (const event of events) activity.add(event);
  activity.digests.addAll(digests);
  return runs;
}

/** Reports what a record lacks, or that it does not say. */
function reportRuns(name: string, events: number, runs: readonly SummaryRun[]): void {
  const losses = runs.flatMap((run) => run.losses ?? []);
  if (losses.length) logger.warn(`${name}: ${completenessSummary(events, losses)}`);
  else if (runs.some(({ complete }) => complete === null))
    logger.info(`${name}: ${eventCount(events)}, not known whether complete: ${NO_VERDICT}`);
}

const NO_VERDICT = "only record files and NDJSON with --header say so";

const definition = defineCommand({
  meta: {
    name: "summary",
    description: "Summarize a record: files read and written, programs run",
  },
  args: {
    format: {
      type: "string",
      valueHint: "FORMAT[:FILE]",
      values: SUMMARY_VALUES,
      default: "text",
      description: "text, markdown or json, to FILE; github appends it to the job's page",
    },
    "require-complete": {
      type: "boolean",
      description: "exit with status 3 if a record is incomplete, or does not say",
    },
    ...PATH_ARGS,
    ...FAILED_ARG,
    ...ESCAPE_ARG,
    "all-files": {
      type: "boolean",
      description: "list every file, including libraries and large directories",
    },
  },
  run({ args, data }) {
    const { command: files, options } = data as CommandContext;
    if (!files.length) throw new UsageError("summary: no file given; try: trace summary trace.csv");
    const { format, path, append } = parseSummary(args.format, "-");
    const chosen = parseChosenEvents(options);
    const activity = new Run();
    const run = combineRuns(files.flatMap((file) => addFile(activity, file)));
    const output = openOutput(path, sudoCaller(process.env), { append });
    output.begin();
    const view = {
      directory: currentDirectory() ?? "/",
      allFiles: args["all-files"] === true,
      chosen,
      escapes: args.escape === true,
    };
    writeSummary(activity, output, format, view, run);
    return args["require-complete"] && run.complete !== true ? EXIT.incomplete : EXIT.ok;
  },
});

export const summary: Command = {
  definition,
  usage: "[options] FILE…",
  operands: FILES,
  common: ["format", "path", "exclude", "failed", "all-files", "require-complete"],
  details: `FILE is a record file (run.trace) of trace exec or trace all, or CSV, JSON or NDJSON that was recorded with --events all and these --columns; - is standard input:
  ${SUMMARY_COLUMNS.replaceAll(",", ", ")}

--path, --exclude and --failed choose what is shown, not what the summary is made of.
`,
  topics: ["filters"],
  examples: [
    "trace summary run.trace",
    "trace summary --format markdown:summary.md trace.json",
    'trace summary --format json trace.csv | jq -r ".outputs[].path"',
  ],
  exitStatus:
    "0; 2 bad option or no such record; 3 a record is incomplete or does not say (with --require-complete); 125 the summary could not be written.",
};
