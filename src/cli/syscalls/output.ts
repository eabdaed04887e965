/** The output of `trace syscalls`: lines, rows or a table, and a filter of the calls. */

import type { Sink } from "../../core/sink.ts";
import type { Column } from "../../events/column.ts";
import type { SyscallEvent } from "../../events/syscall-event.ts";
import { ROW_COLUMNS } from "../../events/syscall-row.ts";
import { libc } from "../../ffi/libc.ts";
import { createClassifier, parseRules } from "../../filters/severity/classifier.ts";
import { accessesAny, SyscallFilterSink } from "../../filters/syscall-filter.ts";
import { baseDirectories, pathAliases } from "../../process/paths.ts";
import { type KeptFormatName, keptFormats } from "../../sinks/formats/index.ts";
import { CallLimitSink } from "../../sinks/reports/syscalls/call-limit.ts";
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
import { StraceSink } from "../../sinks/reports/syscalls/strace.ts";
import { TeeSyscallSink } from "../../sinks/reports/syscalls/tee.ts";
import { PidReader } from "../../sources/ptrace/pid-reader.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { FD_DETAIL_KINDS } from "../../syscalls/fd-details.ts";
import { PID_DETAIL_KINDS } from "../../syscalls/pid-details.ts";
import { UsageError } from "../errors.ts";
import { parseColumnNames } from "../options/columns.ts";
import { openFormat, parseKeptFormat, selectedKeptFormat } from "../options/format.ts";
import { parseName } from "../options/names.ts";
import { readRules } from "../options/severity.ts";
import type { GivenOptions } from "../parse-args.ts";
import type { Plan } from "./plan.ts";
import { columnNames, parseCountOptions, parseLineOptions, pathOption } from "./settings.ts";
import { isSeparate, isShared, openTarget, type SinkOpener, type Target } from "./target.ts";

/** The output, and the facts that the tracer has to read for it. */
export interface SyscallOutput extends Target {
  /** Whether the paths of fds are needed. */
  readonly fdPaths: boolean;
  /** Whether the files that calls access are needed. */
  readonly files: boolean;
  /** Whether lines in strace's syntax are written. */
  readonly lines: boolean;
  /** Finds processes by their numbers, for -Y and --pidns-translation. */
  readonly processes: PidReader | null;
  /** Whether a call accesses one of the files of -P. */
  readonly accepts: (event: SyscallEvent) => boolean;
  /** Whether as many calls are reported as are wanted. */
  readonly limitReached: () => boolean;
}

const strerror = (errno: number) => String(libc.strerror(errno));
const now = () => performance.timeOrigin + performance.now();

/** Checks the columns. @returns a function that opens a sink of rows in a data format */
function rowSinkOpener<E>(
  given: GivenOptions,
  format: KeptFormatName,
  all: readonly Column<E>[],
): (output: FileOutput) => Sink<E> {
  const columns = parseColumnNames(columnNames(given), all, all);
  return (output) =>
    openFormat(format, output, { columns, named: true, escapes: given.has("escape") });
}

function fileSinkOpener(given: GivenOptions, format: KeptFormatName): SinkOpener {
  const order: FileOrder = parseName("--sort", given.last("sort") ?? "bytes", FILE_ORDERS);
  if (format === "text")
    return (output) => new FileActivitySink(order, (files) => writeFilesTable(output, files));
  const open = rowSinkOpener(given, format, FILE_ACTIVITY_COLUMNS);
  return (output) => {
    const sink = open(output);
    return new FileActivitySink(order, (files) => {
      for (const file of files) sink.write(file);
      sink.close();
    });
  };
}

const LINE_MODES = ["strace", "human"] as const;
type LineMode = (typeof LINE_MODES)[number];

function lineSinkOpener(
  { given, follow, pids, command, expression }: Plan,
  mode: LineMode,
  processes: PidReader | null,
): SinkOpener {
  const options = parseLineOptions(given, expression.fdDetails.has("path"));
  const several = follow || pids.length + Math.min(command.length, 1) > 1;
  const numbered = given.has("output") && several && !isSeparate(given);
  const names = processes ? { nameOf: (tid: number) => processes.tracedName(tid) } : {};
  const style = { ...options, processes, ...names, numbered };
  return (output) => {
    const own = { ...style, immediate: isShared(output) };
    if (mode === "strace") return new StraceSink(output, own, strerror);
    const human = { ...own, durations: own.durations !== null, colours: output.colours };
    return new HumanSink(output, human, strerror, now);
  };
}

/** @throws UsageError */
function sinkOpener(
  plan: Plan,
  format: KeptFormatName,
  mode: LineMode,
  processes: PidReader | null,
): SinkOpener {
  const { given } = plan;
  const countOptions = parseCountOptions(given);
  if (given.has("count")) return (output) => new CountSummarySink(output, countOptions);
  if (given.has("by-file")) return fileSinkOpener(given, format);
  if (format === "text") {
    const lines = lineSinkOpener(plan, mode, processes);
    if (!given.has("summary")) return lines;
    return (output) =>
      new TeeSyscallSink(lines(output), new CountSummarySink(output, countOptions));
  }
  const open = rowSinkOpener(given, format, ROW_COLUMNS);
  return (output) => new RowSink(open(output), now);
}

/** Returns the classifier of severities, if something is to show them. @throws UsageError */
function openClassifier({ given, expression, user }: Plan, format: KeptFormatName, mode: LineMode) {
  const calls = !given.has("by-file") && !given.has("count");
  const shows = calls && (format !== "text" || mode === "human");
  const rules = given.last("rules");
  if (shows || expression.minSeverity !== "info")
    return createClassifier(
      rules === undefined ? [] : readRules(rules, parseRules),
      baseDirectories(user),
    );
  if (rules === undefined) return null;
  throw new UsageError("--rules: requires --mode human, --format or -e mode=warning");
}

/** Returns the filter of -P, if it is given. */
function pathFilter(given: GivenOptions): ((event: SyscallEvent) => boolean) | null {
  const named = pathOption(given) ?? [];
  const texts = named.map((path) => Buffer.from(path).toString("latin1"));
  return named.length ? accessesAny(named.flatMap(pathAliases), texts) : null;
}

function openPidReader({ expression: { pidDetails } }: Plan): PidReader | null {
  return PID_DETAIL_KINDS.some((kind) => pidDetails.has(kind)) ? new PidReader(pidDetails) : null;
}

/**
 * Checks the options and opens the output. An existing file is truncated by `output.begin()` only.
 * @throws UsageError, SystemError that names the file
 */
export function openSyscallOutput(plan: Plan): SyscallOutput {
  const { given, expression, user, inherited } = plan;
  const format = parseKeptFormat(selectedKeptFormat(given.last("format"), given.last("output")));
  const mode = parseName("--mode", given.last("mode") ?? "strace", LINE_MODES);
  const processes = openPidReader(plan);
  const open = sinkOpener(plan, format, mode, processes);
  const text = format === "text" && !given.has("by-file");
  const classifier = openClassifier(plan, format, mode);
  const accepts = pathFilter(given);
  const files = classifier !== null || given.has("by-file") || accepts !== null;
  const defaultPath =
    format === "text" ? "/dev/stderr" : `syscalls.${keptFormats[format].extension}`;
  const target = openTarget(given, defaultPath, user, inherited, open);
  const limited = new CallLimitSink(target.sink, plan.limit);
  const sink = new SyscallFilterSink(limited, {
    status: expression.status,
    mode: expression.minSeverity,
    ...(text ? { signals: expression.signals, quiet: expression.quiet } : {}),
    ...(classifier ? { judge: (event: SyscallEvent) => classifier.classify(event) } : {}),
    ...(accepts ? { accepts } : {}),
  });
  return {
    ...{ ...target, sink, files, processes },
    fdPaths: files || FD_DETAIL_KINDS.some((kind) => expression.fdDetails.has(kind)),
    lines: text && mode === "strace" && !given.has("count"),
    accepts: accepts ?? (() => true),
    limitReached: () => limited.reached,
  };
}
