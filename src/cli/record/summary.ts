/** `trace summary`: summarizes a record. It needs no root. */
import { defineCommand } from "citty";
import type { FileEvent } from "../../events/file-event.ts";
import { Run } from "../../model/run.ts";
import type { RunEvent } from "../../model/run-event.ts";
import { currentDirectory } from "../../process/paths.ts";
import { terminalHeight } from "../../process/terminal.ts";
import { sudoCaller } from "../../process/user.ts";
import { writeCriticalPath } from "../../sinks/reports/critical-path/write.ts";
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
import type { SummaryView } from "../../sinks/reports/summary/sections.ts";
import { writeSummary } from "../../sinks/reports/summary/sink.ts";
import { FILE_KIND_SIZE, fileKind, notExpected } from "../../sources/records/file-kind.ts";
import { FILE_MAGIC_SIZE, isRecordFile } from "../../sources/records/record-format.ts";
import type { InputFile } from "../../storage/input.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { ESCAPE_ARG } from "../options/format.ts";
import { openOutput } from "../options/output.ts";
import { FAILED_ARG, PATH_ARGS, parseChosenEvents } from "../options/path-patterns.ts";
import { parseSummary, SUMMARY_VALUES } from "../options/summary.ts";
import { FILES } from "../options/values.ts";
import { SUMMARY_RULES } from "../rules/recording.ts";
import { completenessSummary, eventCount } from "../verdict.ts";
import { PathInput } from "./critical-path.ts";
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

/** What a report is made of. */
interface Taker {
  readonly run: Run;
  /** Takes an event of a record file, which is borrowed. */
  addEvent(event: FileEvent): void;
  /** Takes an event of another record. */
  add(event: RunEvent): void;
  /** The columns that a record must have; those of a summary by default. */
  readonly required?: RequiredKeys;
}

/** Adds the events of a file. @returns its runs @throws UsageError that names the file */
export function addFile(activity: Taker, path: string): readonly SummaryRun[] {
  const input = openInput(path);
  const before = activity.run.events;
  const runs = usable(() =>
    isRecordFile(input.peek(FILE_MAGIC_SIZE))
      ? [addRecordFile(activity, path, input)]
      : addLines(activity, input),
  );
  reportRuns(input.name, activity.run.events - before, runs);
  return runs;
}

function addRecordFile(activity: Taker, path: string, input: InputFile): SummaryRun {
  const record = openRecordFile(path, input);
  record.run((event) => activity.addEvent(event));
  activity.run.digests.addAll(record.digests);
  record.close();
  return summaryRun(record.header, record.trailer, record.losses());
}

/** A run that takes records. */
export class SummaryInput implements Taker {
  readonly run = new Run();
  private readonly feeder = new EventFeeder(this.run);

  addEvent(event: FileEvent): void {
    this.feeder.add(event);
  }

  add(event: RunEvent): void {
    this.run.add(event);
  }
}

/** The kinds of files that can be records, besides record files. */
const LINES = ["CSV", "JSON", "NDJSON"];

/** @throws UsageError if a file is neither CSV, JSON nor NDJSON */
export function requireLines(input: InputFile): void {
  const kind = fileKind(input.peek(FILE_KIND_SIZE));
  if (!LINES.includes(kind.text))
    throw new UsageError(`${input.name}: ${notExpected("a record of trace", kind)}`);
}

function addLines(activity: Taker, input: InputFile): readonly SummaryRun[] {
  requireLines(input);
  const { events, runs, digests } = parseRecord(input.name, input.readAll(), activity.required);
  input.close();
  for (const event of events) activity.add(event);
  activity.run.digests.addAll(digests);
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

/** Returns null if the height of the terminal is not known. */
function foldFor({ fd }: FileOutput): SummaryView["fold"] {
  const lines = terminalHeight(fd);
  return lines === null ? null : { lines, hint: "(--all-files shows all lines)" };
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
    "critical-path": {
      type: "boolean",
      description: "show which processes determined how long the run took, instead of files",
    },
  },
  run({ args, data }) {
    const { command: files, options } = data as CommandContext;
    if (!files.length) throw new UsageError("summary: no file given; try: trace summary trace.csv");
    const { format, path, append } = parseSummary(args.format, "-");
    const chosen = parseChosenEvents(options);
    const showsPath = args["critical-path"] === true;
    if (showsPath && files.length > 1)
      throw new UsageError("summary --critical-path: expected one FILE, as each run has its own");
    const input = showsPath ? new PathInput() : new SummaryInput();
    const run = combineRuns(files.flatMap((file) => addFile(input, file)));
    const report = input instanceof PathInput ? input.report(files[0], run) : null;
    const output = openOutput(path, sudoCaller(process.env), { append });
    output.begin();
    const status = args["require-complete"] && run.complete !== true ? EXIT.incomplete : EXIT.ok;
    const allFiles = args["all-files"] === true;
    const escapes = args.escape === true;
    if (report) {
      writeCriticalPath(report, output, format, { allParts: allFiles, escapes }, run);
      return status;
    }
    const view = {
      directory: currentDirectory() ?? "/",
      allFiles,
      fold: output.terminal && !allFiles ? foldFor(output) : null,
      chosen,
      escapes,
    };
    writeSummary(input.run, output, format, view, run);
    return status;
  },
});

export const summary: Command = {
  definition,
  rules: SUMMARY_RULES,
  usage: "[options] FILE…",
  operands: FILES,
  common: ["format", "path", "exclude", "failed", "all-files", "critical-path"],
  details: `FILE is a record file (run.trace) of trace exec or trace all, or CSV, JSON or NDJSON that was recorded with --events all and these --columns; - is standard input:
  ${SUMMARY_COLUMNS.replaceAll(",", ", ")}

--path, --exclude and --failed choose what is shown, not what the summary is made of.
`,
  topics: ["filters"],
  examples: [
    "trace summary run.trace",
    "trace summary --critical-path run.trace",
    "trace summary --format markdown:summary.md trace.json",
    'trace summary --format json trace.csv | jq -r ".outputs[].path"',
  ],
  exitStatus:
    "0; 2 bad option or no such record; 3 a record is incomplete or does not say (with --require-complete); 125 the summary could not be written.",
};
