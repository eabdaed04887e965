/** The output of `trace syscalls`: lines, rows or a table, and a filter of the calls. */

import type { Sink } from "../../core/sink.ts";
import type { Column } from "../../events/column.ts";
import type { SyscallEvent, SyscallSink } from "../../events/syscall-event.ts";
import { ROW_COLUMNS } from "../../events/syscall-row.ts";
import { libc } from "../../ffi/libc.ts";
import {
  createClassifier,
  parseRules,
  type SeverityRule,
} from "../../filters/severity/classifier.ts";
import { accessesAny, SyscallFilterSink } from "../../filters/syscall-filter.ts";
import type { TraceExpression } from "../../filters/trace-expression.ts";
import { baseDirectories, pathAliases } from "../../process/paths.ts";
import type { User } from "../../process/user.ts";
import { type FormatName, formats } from "../../sinks/formats/index.ts";
import { CountSummarySink } from "../../sinks/reports/syscalls/count-summary.ts";
import {
  FILE_ORDERS,
  FileActivitySink,
  type FileOrder,
} from "../../sinks/reports/syscalls/files.ts";
import {
  FILE_ACTIVITY_COLUMNS,
  writeFilesTable,
} from "../../sinks/reports/syscalls/files-table.ts";
import { HumanSink } from "../../sinks/reports/syscalls/human.ts";
import { RowSink } from "../../sinks/reports/syscalls/row-sink.ts";
import { StraceSink, type StraceStyle } from "../../sinks/reports/syscalls/strace.ts";
import { InputError, readInput } from "../../storage/input.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { DEFAULT_STYLE } from "../../syscalls/text-style.ts";
import { UsageError } from "../errors.ts";
import { parseColumnNames } from "../options/columns.ts";
import { openFormat, parseFormat } from "../options/format.ts";
import { parseName } from "../options/names.ts";

export interface SyscallOutputArgs {
  readonly output?: string;
  readonly mode: string;
  readonly format: string;
  readonly columns?: string;
  readonly follow?: boolean;
  readonly count?: boolean;
  readonly "by-file"?: boolean;
  readonly sort: string;
  readonly path?: string;
  readonly rules?: string;
  readonly paths?: boolean;
  readonly t?: boolean;
  readonly tt?: boolean;
  readonly ttt?: boolean;
  readonly r?: boolean;
  readonly T?: boolean;
}

/** The output, and the facts that the tracer has to read for it. */
export interface SyscallOutput {
  readonly output: FileOutput;
  readonly sink: SyscallSink;
  /** Whether the paths of fds are needed. */
  readonly fdPaths: boolean;
  /** Whether the files that calls access are needed. */
  readonly files: boolean;
}

function timestampStyle({ t, tt, ttt, r }: SyscallOutputArgs): StraceStyle["stamp"] {
  return ttt ? "ttt" : tt ? "tt" : t ? "t" : r ? "r" : "none";
}

const strerror = (errno: number) => String(libc.strerror(errno));
const now = () => performance.timeOrigin + performance.now();

/** Opens a sink for an output. */
type SinkOpener = (output: FileOutput) => SyscallSink;

/** Checks the columns. @returns a function that opens a sink of rows in a data format */
function rowSinkOpener<E>(
  args: SyscallOutputArgs,
  format: FormatName,
  all: readonly Column<E>[],
): (output: FileOutput) => Sink<E> {
  const columns = parseColumnNames(args.columns, all, all);
  return (output) => openFormat(format, output, { columns, named: true });
}

function fileSinkOpener(args: SyscallOutputArgs, format: FormatName): SinkOpener {
  const order: FileOrder = parseName("--sort", args.sort, FILE_ORDERS);
  if (format === "text")
    return (output) => new FileActivitySink(order, (files) => writeFilesTable(output, files));
  const open = rowSinkOpener(args, format, FILE_ACTIVITY_COLUMNS);
  return (output) => {
    const sink = open(output);
    return new FileActivitySink(order, (files) => {
      for (const file of files) sink.write(file);
      sink.close();
    });
  };
}

const STDERR = 2;

/** Whether the traced command may write to the output as well. */
export function isShared({ terminal, fd }: FileOutput): boolean {
  return terminal || fd <= STDERR;
}

const LINE_MODES = ["strace", "human"] as const;
type LineMode = (typeof LINE_MODES)[number];

function lineSinkOpener(args: SyscallOutputArgs, mode: LineMode): SinkOpener {
  const style = {
    stamp: timestampStyle(args),
    durations: args.T === true,
    text: { ...DEFAULT_STYLE, paths: args.paths === true },
    numbered: args.output !== undefined && args.follow !== false,
  };
  return (output) => {
    const own = { ...style, immediate: isShared(output), colours: output.colours };
    if (mode === "strace") return new StraceSink(output, own, strerror);
    return new HumanSink(output, own, strerror, now);
  };
}

/** @throws UsageError for options that cannot be combined */
function sinkOpener(args: SyscallOutputArgs, format: FormatName, mode: LineMode): SinkOpener {
  const data = format !== "text";
  if (args.columns !== undefined && !data)
    throw new UsageError("--columns: requires --format csv, json or ndjson");
  if (args.count && (data || args["by-file"]))
    throw new UsageError(`-c: cannot be used with ${data ? "--format" : "--by-file"}`);
  if (mode === "human" && (data || args["by-file"] || args.count))
    throw new UsageError("--mode human: cannot be used with --format, --by-file or -c");
  if (args.count) return (output) => new CountSummarySink(output);
  if (args["by-file"]) return fileSinkOpener(args, format);
  if (!data) return lineSinkOpener(args, mode);
  const open = rowSinkOpener(args, format, ROW_COLUMNS);
  return (output) => new RowSink(open(output), now);
}

function readRules(file: string | undefined): readonly SeverityRule[] {
  if (file === undefined) return [];
  try {
    return parseRules(readInput(file).toString());
  } catch (error) {
    const { message } = error as Error;
    const problem = error instanceof InputError ? message : `${file}: ${message}`;
    throw new UsageError(`--rules ${problem}`, { cause: error });
  }
}

/**
 * Checks the options and opens the output. An existing file is truncated by `output.begin()` only.
 * @throws UsageError, SystemError that names the file
 */
export function openSyscallOutput(
  args: SyscallOutputArgs,
  { status, minSeverity }: TraceExpression,
  user: User | null,
): SyscallOutput {
  const format = parseFormat(args.format);
  const mode = parseName("--mode", args.mode, LINE_MODES);
  const open = sinkOpener(args, format, mode);
  const calls = !args["by-file"] && !args.count;
  const classified = minSeverity !== "info" || (calls && (format !== "text" || mode === "human"));
  if (args.rules !== undefined && !classified)
    throw new UsageError("--rules: requires --mode human, --format or -e mode=warning");
  const classifier = classified
    ? createClassifier(readRules(args.rules), baseDirectories(user))
    : null;
  const paths = args.path?.split(",").flatMap(pathAliases) ?? null;
  const files = classified || args["by-file"] === true || paths !== null;
  const defaultPath = format === "text" ? "/dev/stderr" : `syscalls.${formats[format].extension}`;
  const output = new FileOutput(args.output ?? defaultPath, user);
  const sink = open(output);
  const choice = {
    status,
    mode: minSeverity,
    ...(classifier ? { judge: (event: SyscallEvent) => classifier.classify(event) } : {}),
    ...(paths ? { accepts: accessesAny(paths) } : {}),
  };
  const every = status === "all" && !classifier && !paths;
  return {
    output,
    sink: every ? sink : new SyscallFilterSink(sink, choice),
    fdPaths: args.paths === true || files,
    files,
  };
}
