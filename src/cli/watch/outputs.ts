/** The outputs of `trace watch`: standard output in a format, and a log as ndjson. */

import type { Sink } from "../../core/sink.ts";
import { DEFAULT_WATCH_COLUMNS, WATCH_COLUMNS, type WatchEvent } from "../../events/watch-event.ts";
import type { User } from "../../process/user.ts";
import { TeeSink } from "../../sinks/formats/tee.ts";
import { watchFields } from "../../sinks/formats/text/watch-line.ts";
import { WATCH_CONVERSIONS } from "../../sinks/formats/text/watch-template.ts";
import { LogFile, LogFileError } from "../../storage/log-file.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { UsageError } from "../errors.ts";
import { parseNumber } from "../options/number.ts";
import { waitForReader } from "../options/output.ts";
import { parseShownFormat, type ShownFormatArgs } from "../options/shown-format.ts";
import { parseSize } from "../options/size.ts";
import { LogSink } from "./log-sink.ts";

export interface LogArgs {
  readonly output?: string;
  readonly rotate?: string;
  readonly keep: string;
  readonly recursive?: boolean;
}

export type WatchOutputArgs = LogArgs & ShownFormatArgs;

/** Opens the log named by -o. @throws UsageError, SystemError that names the file */
export function openLog(path: string, args: LogArgs, user: User | null): LogSink {
  if (path === "-") throw new UsageError("-o -: events are always written to standard output");
  const { rotate, keep, output, recursive = false } = args;
  const maxSize = rotate === undefined ? undefined : parseSize("--rotate", rotate);
  const maxBackups = parseNumber("--keep", keep, 1);
  try {
    const named = output !== undefined;
    const open = (header: () => Uint8Array) =>
      new LogFile({ path, user, maxSize, maxBackups, named, header });
    return waitForReader(path, () => new LogSink(open, recursive));
  } catch (error) {
    if (error instanceof LogFileError)
      throw new UsageError(`--rotate: ${error.message}`, { cause: error });
    throw error;
  }
}

export class WatchOutputs {
  readonly sink: Sink<WatchEvent>;
  /** The log, which has notes besides events; null without one. */
  readonly log: LogSink | null;
  /** Whether file sizes are written. */
  readonly sizes: boolean;
  private readonly standardOutput: FileOutput;

  /** Checks the options and opens the outputs. @throws UsageError, SystemError */
  constructor(args: WatchOutputArgs, user: User | null) {
    const format = parseShownFormat(args, {
      columns: WATCH_COLUMNS,
      defaults: DEFAULT_WATCH_COLUMNS,
      layout: watchFields,
      conversions: WATCH_CONVERSIONS,
    });
    const { columns } = format;
    if (args.rotate !== undefined && args.output === undefined)
      throw new UsageError("--rotate: requires -o FILE");
    const output = new FileOutput("-", user);
    const shown = format.open(output);
    this.standardOutput = output;
    const { output: path } = args;
    const written = path === undefined ? columns : [...columns, ...DEFAULT_WATCH_COLUMNS];
    this.sizes = written.some(({ name }) => name === "size" || name === "change");
    // The log is written first: no event is shown that could not be logged.
    this.log = path === undefined ? null : openLog(path, args, user);
    this.sink = this.log ? new TeeSink(this.log, shown) : shown;
  }

  /** Whether standard output is a pipe without a reader. */
  readerGone(): boolean {
    return this.standardOutput.readerGone();
  }
}
