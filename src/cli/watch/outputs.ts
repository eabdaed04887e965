/** The outputs of `trace watch`: standard output in a format, and a log as ndjson. */

import type { Sink } from "../../core/sink.ts";
import { LOG_ERR, LOG_WARNING } from "../../daemon/syslog.ts";
import type { Column } from "../../events/column.ts";
import {
  DEFAULT_WATCH_COLUMNS,
  DIGEST,
  LOGIN_COLUMNS,
  STAT_COLUMNS,
  WATCH_COLUMNS,
} from "../../events/watch-columns.ts";
import type { WatchEvent } from "../../events/watch-event.ts";
import type { User } from "../../process/user.ts";
import { CountingSink } from "../../sinks/formats/counting-sink.ts";
import { TeeSink } from "../../sinks/formats/tee.ts";
import { watchFields } from "../../sinks/formats/text/watch-line.ts";
import { WATCH_CONVERSIONS } from "../../sinks/formats/text/watch-template.ts";
import type { LogReports } from "../../sinks/watch/lasting-log.ts";
import { type LogLines, LogSink } from "../../sinks/watch/log-sink.ts";
import { LogFile, LogFileError } from "../../storage/log-file.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { printableText } from "../../text/printable.ts";
import { UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseNumber } from "../options/number.ts";
import { waitForReader } from "../options/output.ts";
import { type SeverityArgs, withSeverity } from "../options/severity.ts";
import { parseShownFormat, type ShownFormatArgs } from "../options/shown-format.ts";
import { parseSize } from "../options/size.ts";

export interface LogArgs {
  readonly output?: string;
  readonly rotate?: string;
  readonly keep: string;
  readonly recursive?: boolean;
  readonly escape?: boolean;
}

export type WatchOutputArgs = SeverityArgs &
  LogArgs &
  ShownFormatArgs & { readonly silent?: boolean; readonly digest?: string };

/**
 * Opens the log named by -o.
 * @param reports receive failures to write to it, which then do not end the run
 * @throws UsageError, SystemError that names the file
 */
export function openLog(
  path: string,
  args: LogArgs,
  user: User | null,
  reports: LogReports | null,
): LogSink {
  if (path === "-") throw new UsageError("-o -: events are always written to standard output");
  const { rotate, keep, output, recursive = false, escape: escapes } = args;
  const maxSize = rotate === undefined ? undefined : parseSize("--rotate", rotate);
  const maxBackups = parseNumber("--keep", keep, 1);
  try {
    const named = output !== undefined;
    const warn = (problem: string) => logger.warn(problem);
    const options = { path, user, maxSize, maxBackups, named, warn };
    const open = (lines: LogLines) => new LogFile({ ...options, ...lines });
    return waitForReader(path, () => new LogSink(open, recursive, reports, escapes));
  } catch (error) {
    if (error instanceof LogFileError)
      throw new UsageError(`--rotate: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Returns reports that are messages. @param alsoTo receives the same text */
export function logReports(
  path: string,
  alsoTo: (severity: number, text: string) => void = () => {},
): LogReports {
  const report = (severity: number, text: string) => {
    if (severity === LOG_ERR) logger.error(text);
    else logger.warn(text);
    alsoTo(severity, printableText(text));
  };
  return {
    onFailure: ({ message }) =>
      report(LOG_ERR, `${message}; events are dropped until ${path} can be written`),
    onRecovery: (lost, since) => {
      const time = new Date(since).toISOString();
      report(LOG_WARNING, `${path} can be written again; ${lost} events since ${time} are missing`);
    },
  };
}

/** Returns the reports of a service; null for a run that a person sees fail. */
function serviceReports(path: string): LogReports | null {
  return process.env.NOTIFY_SOCKET ? logReports(path) : null;
}

/** The columns that are written if none are named: also those that an option fills. */
function defaultColumns(args: WatchOutputArgs): readonly Column<WatchEvent>[] {
  const columns = withSeverity(args, DEFAULT_WATCH_COLUMNS);
  return args.digest === undefined ? columns : [...columns, DIGEST];
}

export class WatchOutputs {
  readonly sink: Sink<WatchEvent>;
  /** The log, which has notes besides events; null without one. */
  readonly log: LogSink | null;
  /** Whether sizes, modes or owners of files are written. */
  readonly sizes: boolean;
  /** Whether login sessions or the machine's name are written. */
  readonly logins: boolean;
  private readonly standardOutput: FileOutput;

  /** Checks the options and opens the outputs. @throws UsageError, SystemError */
  constructor(args: WatchOutputArgs, user: User | null) {
    parseNumber("--keep", args.keep, 1);
    const format = parseShownFormat(args, {
      columns: WATCH_COLUMNS,
      defaults: defaultColumns(args),
      layout: watchFields,
      conversions: WATCH_CONVERSIONS,
    });
    const { columns } = format;
    const output = new FileOutput("-", user);
    const shown = args.silent ? new CountingSink<WatchEvent>() : format.open(output);
    this.standardOutput = output;
    const { output: path } = args;
    const written = path === undefined ? columns : [...columns, ...DEFAULT_WATCH_COLUMNS];
    this.sizes = written.some(({ name }) => STAT_COLUMNS.includes(name));
    this.logins = path !== undefined || columns.some(({ name }) => LOGIN_COLUMNS.includes(name));
    // The log is written first: no event is shown that could not be logged.
    this.log = path === undefined ? null : openLog(path, args, user, serviceReports(path));
    this.sink = this.log ? new TeeSink(this.log, shown) : shown;
  }

  /** What went wrong with the log, for the verdict. */
  problems(): readonly string[] {
    return this.log?.problems() ?? [];
  }

  /** Whether standard output is a pipe without a reader. */
  readerGone(): boolean {
    return this.standardOutput.readerGone();
  }
}
