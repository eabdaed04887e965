/** The outputs of `trace watch`: standard output in a format, and a log as ndjson. */

import type { Sink } from "../../core/sink.ts";
import {
  DEFAULT_WATCH_COLUMNS,
  LOG_COLUMNS,
  WATCH_COLUMNS,
  type WatchEvent,
} from "../../events/watch-event.ts";
import type { User } from "../../process/user.ts";
import { ndjson } from "../../sinks/formats/ndjson.ts";
import { TeeSink } from "../../sinks/formats/tee.ts";
import { watchFields } from "../../sinks/formats/text/watch-line.ts";
import { LogFile, LogFileError } from "../../storage/log-file.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { UsageError } from "../errors.ts";
import { parseColumnNames } from "../options/columns.ts";
import { openFormat, parseFormat } from "../options/format.ts";
import { parseNumber } from "../options/number.ts";
import { parseSize } from "../options/size.ts";

export interface LogArgs {
  readonly output?: string;
  readonly rotate?: string;
  readonly keep: string;
}

export interface WatchOutputArgs extends LogArgs {
  readonly format: string;
  readonly columns?: string;
}

/** Opens the log named by -o. @throws UsageError, SystemError that names the file */
export function openLog(path: string, { rotate, keep }: LogArgs, user: User | null): LogFile {
  if (path === "-") throw new UsageError("-o -: events are always written to standard output");
  const maxSize = rotate === undefined ? undefined : parseSize("--rotate", rotate);
  const maxBackups = parseNumber("--keep", keep, 1);
  try {
    return new LogFile({ path, user, maxSize, maxBackups });
  } catch (error) {
    if (error instanceof LogFileError)
      throw new UsageError(`--rotate: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Returns the sink of a log. It has the same columns regardless of --columns, for `trace query`. */
export function logSink(log: LogFile): Sink<WatchEvent> {
  return ndjson({ columns: LOG_COLUMNS, output: log, terminal: false });
}

export class WatchOutputs {
  readonly sink: Sink<WatchEvent>;
  /** Whether file sizes are written. */
  readonly sizes: boolean;
  private readonly standardOutput: FileOutput;

  /** Checks the options and opens the outputs. @throws UsageError, SystemError */
  constructor(args: WatchOutputArgs, user: User | null) {
    const format = parseFormat(args.format);
    const defaults = format === "text" ? WATCH_COLUMNS : DEFAULT_WATCH_COLUMNS;
    const columns = parseColumnNames(args.columns, defaults, WATCH_COLUMNS);
    if (args.rotate !== undefined && args.output === undefined)
      throw new UsageError("--rotate: requires -o FILE");
    const output = new FileOutput("-", user);
    const named = args.columns !== undefined;
    const shown = openFormat(format, output, { columns, named, layout: watchFields });
    this.standardOutput = output;
    const { output: path } = args;
    const written = path === undefined ? columns : [...columns, ...DEFAULT_WATCH_COLUMNS];
    this.sizes = written.some(({ name }) => name === "size" || name === "change");
    // The log is written first: no event is shown that could not be logged.
    this.sink = path === undefined ? shown : new TeeSink(logSink(openLog(path, args, user)), shown);
  }

  /** Whether standard output is a pipe without a reader. */
  readerGone(): boolean {
    return this.standardOutput.readerGone();
  }
}
