/** The input and output that `trace query` and `trace changes` share. */
import type { Sink } from "../../core/sink.ts";
import { historyPath, invokingUser } from "../../daemon/state-directory.ts";
import type { Column } from "../../events/column.ts";
import type { Loss } from "../../events/loss.ts";
import type { WatchEvent } from "../../events/watch-event.ts";
import { sudoCaller } from "../../process/user.ts";
import { tableField } from "../../sinks/formats/text/column-styles.ts";
import { historyFields } from "../../sinks/formats/text/history-line.ts";
import { HISTORY_CONVERSIONS } from "../../sinks/formats/text/watch-template.ts";
import { FILE_KIND_SIZE, fileKind, notExpected } from "../../sources/records/file-kind.ts";
import { isForeign } from "../../sources/records/history-check.ts";
import {
  type HistoryFile,
  openHistory,
  UnreadableHistoryError,
} from "../../sources/records/history-file.ts";
import { HistoryReader } from "../../sources/records/history-reader.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import type { CommandContext } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { setQuiet } from "../messages.ts";
import { OUTPUT_ARG, openOutput, QUIET_ARG } from "../options/output.ts";
import { patternRoots } from "../options/path-patterns.ts";
import {
  parseShownFormat,
  SHOWN_FORMAT_ARGS,
  type ShownFormatArgs,
} from "../options/shown-format.ts";
import type { OptionTable } from "../options/values.ts";
import { optionValues } from "../parse-args.ts";
import { reportCompleteness } from "../verdict.ts";
import { HISTORY_FILTER_ARGS, type HistoryFilterArgs } from "./filter.ts";

export const HISTORY_OUTPUT_ARGS = {
  ...SHOWN_FORMAT_ARGS,
  output: OUTPUT_ARG,
  "require-complete": {
    type: "boolean",
    description: "exit with status 3 if events are missing",
  },
  quiet: QUIET_ARG,
} as const satisfies OptionTable;

/** The options by heading. */
export const HISTORY_GROUPS = {
  "What to show": Object.keys(HISTORY_FILTER_ARGS),
  Output: Object.keys(HISTORY_OUTPUT_ARGS),
};

export interface HistoryOutputArgs extends ShownFormatArgs, HistoryFilterArgs {
  readonly output?: string;
  readonly "require-complete"?: boolean;
  readonly quiet?: boolean;
}

/**
 * Opens the named files with their rotated files, or the user's own history if none are named.
 * @throws UsageError if there is no such file
 */
export function openHistoryReader(data: unknown): HistoryReader {
  return new HistoryReader(openNamed(data, (paths) => paths.flatMap(openChecked)));
}

/** Opens a history and its rotated files. @throws UsageError if it is something else */
export function openChecked(path: string): HistoryFile[] {
  const files = openHistory(path);
  const file = files.at(-1);
  if (!file || !isForeign(file)) return files;
  const start = new Uint8Array(FILE_KIND_SIZE);
  const kind = fileKind(start.subarray(0, file.read(start, 0)));
  for (const each of files) each.close();
  throw new UsageError(`${path}: ${notExpected("a history of trace watch", kind)}`);
}

/**
 * Opens the named files, or the user's own history if none are named.
 * @throws UsageError if there is no such file
 */
export function openNamed<T>(data: unknown, open: (paths: readonly string[]) => T): T {
  const { command: files } = data as CommandContext;
  try {
    return open(files.length ? files : [historyPath(invokingUser(process.env))]);
  } catch (error) {
    if (!(error instanceof UnreadableHistoryError)) throw error;
    const hint = files.length ? "" : "; record one with trace watch --daemon PATH, or name a file";
    throw new UsageError(error.message + hint, { cause: error });
  }
}

/** Checks the format of a report, whose text is a table. @returns a function that opens a sink */
export function parseReportFormat(
  args: HistoryOutputArgs,
  columns: readonly Column<WatchEvent>[],
): (output: FileOutput) => Sink<WatchEvent> {
  const layout = () => columns.map(tableField);
  const of = { columns, defaults: columns, layout, conversions: HISTORY_CONVERSIONS };
  return parseShownFormat(args, of).open;
}

/** Checks the format and the columns. @returns a function that opens a sink for an output */
export function parseHistoryFormat(
  args: HistoryOutputArgs,
  columns: readonly Column<WatchEvent>[],
  defaults: readonly Column<WatchEvent>[],
): (output: FileOutput) => Sink<WatchEvent> {
  const layout = () => historyFields(args.timefmt === undefined);
  const of = { columns, defaults, layout, conversions: HISTORY_CONVERSIONS };
  return parseShownFormat(args, of).open;
}

/**
 * Opens the output and truncates it.
 * @throws UsageError if the output is one of the files that are read
 */
export function openHistoryOutput(
  { output: path = "-" }: HistoryOutputArgs,
  history: HistoryReader,
): FileOutput {
  const output = openOutput(path, sudoCaller(process.env));
  if (history.includes(output.fd)) throw new UsageError(`-o ${path}: is also the input`);
  output.begin();
  return output;
}

/** Returns what is missing of the paths that were asked for, once. */
function pathLosses(history: HistoryReader, data: unknown): readonly Loss[] {
  const paths = optionValues((data as CommandContext).options, "path");
  if (paths.length === 0) return history.losses();
  const losses = paths.flatMap((path) => history.losses(patternRoots(path), path));
  return [...new Map(losses.map((loss) => [loss.what, loss])).values()];
}

/**
 * Reports the completeness summary.
 * @param data the context of the command
 * @param more losses besides those of the history
 * @returns the exit status
 */
export function finishHistory(
  history: HistoryReader,
  { quiet, "require-complete": requireComplete }: HistoryOutputArgs,
  data: unknown,
  written: number,
  more: readonly Loss[] = [],
): number {
  const losses = [...pathLosses(history, data), ...more];
  setQuiet(quiet === true);
  reportCompleteness(written, losses);
  history.close();
  return losses.length && requireComplete ? EXIT.incomplete : EXIT.ok;
}
