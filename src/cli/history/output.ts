/** What `query` and `changes` do alike: from FILE and options to a history and an output. */
import type { ArgsDef } from "citty";
import { completenessSummary } from "../../core/pipeline.ts";
import type { Sink } from "../../core/sink.ts";
import { historyPath, invokingUser } from "../../daemon/state-directory.ts";
import type { Column } from "../../events/column.ts";
import type { Loss } from "../../events/loss.ts";
import type { WatchEvent } from "../../events/watch-event.ts";
import { sudoCaller } from "../../process/user.ts";
import { formats } from "../../sinks/formats/index.ts";
import { historyFields } from "../../sinks/formats/text/history-line.ts";
import { openHistory, UnreadableHistoryError } from "../../sources/records/history-file.ts";
import { HistoryReader } from "../../sources/records/history-reader.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { EXIT, logger, UsageError } from "../messages.ts";
import { parseColumnNames, parseFormat } from "../options/options.ts";
import type { CommandContext } from "../record/exec.ts";

export const HISTORY_OUTPUT_ARGS = {
  format: {
    type: "string",
    valueHint: Object.keys(formats).join("|"),
    default: "text",
    description: "how events are written",
  },
  output: {
    type: "string",
    alias: "o",
    valueHint: "FILE|-",
    description: "where they are written (default: standard output)",
  },
  columns: { type: "string", valueHint: "a,b,c", description: "which columns, in which order" },
  quiet: {
    type: "boolean",
    alias: "q",
    description: "say nothing on stderr but errors and what could not be read",
  },
} as const satisfies ArgsDef;

export interface HistoryOutputArgs {
  readonly format: string;
  readonly output?: string;
  readonly columns?: string;
  readonly quiet?: boolean;
}

/**
 * The named files, each with what it was rotated into; none: the user's own history.
 * @throws UsageError that says what to do where there is none
 */
export function openHistoryReader(data: unknown): HistoryReader {
  const { command: named } = data as CommandContext;
  const paths = named.length ? named : [historyPath(invokingUser(process.env))];
  try {
    return new HistoryReader(paths.flatMap((path) => openHistory(path)));
  } catch (error) {
    if (!(error instanceof UnreadableHistoryError)) throw error;
    const hint = named.length ? "" : "; record one: trace watch --daemon PATH, or name a file";
    throw new UsageError(error.message + hint);
  }
}

/** How events are written, checked before anything is opened. */
export function parseHistoryFormat(
  args: HistoryOutputArgs,
  columns: readonly Column<WatchEvent>[],
  defaults: readonly Column<WatchEvent>[],
): (output: FileOutput) => Sink<WatchEvent> {
  const format = parseFormat(args.format);
  const named = args.columns !== undefined;
  const shown = parseColumnNames(args.columns, format === "text" ? columns : defaults, columns);
  return (output) => {
    const { terminal, colours } = output;
    const layout = historyFields;
    return formats[format].open({ columns: shown, output, terminal, colours, named, layout });
  };
}

/**
 * Opens the output, and drops what it held.
 * @throws UsageError where that is what is read
 */
export function openHistoryOutput(
  { output: path = "-" }: HistoryOutputArgs,
  history: HistoryReader,
): FileOutput {
  const output = new FileOutput(path, sudoCaller(process.env));
  if (history.includes(output.fd)) throw new UsageError(`-o ${path}: is what is read`);
  output.begin();
  return output;
}

/**
 * Says the verdict.
 * @param more losses that are not the history's
 * @returns the exit status
 */
export function finishHistory(
  history: HistoryReader,
  { quiet }: HistoryOutputArgs,
  written: number,
  more: readonly Loss[] = [],
): number {
  const losses = [...history.losses(), ...more];
  if (losses.length || !quiet) logger.info(completenessSummary(written, losses));
  history.close();
  return EXIT.ok;
}
