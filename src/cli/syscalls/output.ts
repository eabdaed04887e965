/** What `trace syscalls` writes: lines, rows or a table, and which calls of them. */

import type { Sink } from "../../core/sink.ts";
import type { Column } from "../../events/column.ts";
import type { SyscallEvent, SyscallSink } from "../../events/syscall-event.ts";
import { ROW_COLUMNS } from "../../events/syscall-row.ts";
import { libc } from "../../ffi/libc.ts";
import { Judge, parseRules, type Rule, RuleError } from "../../filters/severity/classifier.ts";
import { BUILT_IN_RULES } from "../../filters/severity/rules.ts";
import { ChosenCalls, concerning } from "../../filters/syscall-filter.ts";
import type { SyscallChoice } from "../../filters/trace-expression.ts";
import { absolutePath, pathsOf } from "../../process/paths.ts";
import type { User } from "../../process/user.ts";
import { type FormatName, formats } from "../../sinks/formats/index.ts";
import { CountsSink } from "../../sinks/reports/syscalls/count-summary.ts";
import { FILE_ORDERS, type FilesOrder, FilesSink } from "../../sinks/reports/syscalls/files.ts";
import { FILE_COLUMNS, writeFilesTable } from "../../sinks/reports/syscalls/files-table.ts";
import { HumanSink } from "../../sinks/reports/syscalls/human.ts";
import { RecordSink } from "../../sinks/reports/syscalls/row-sink.ts";
import { StraceSink, type StraceStyle } from "../../sinks/reports/syscalls/strace.ts";
import { readInput } from "../../storage/input.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { nearest } from "../../text/did-you-mean.ts";
import { UsageError } from "../messages.ts";
import { parseFormat } from "../options/options.ts";

export interface WrittenArgs {
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

/** What is written, and what has to be found out for it. */
export interface Written {
  readonly output: FileOutput;
  readonly sink: SyscallSink;
  /** Where fds lead. */
  readonly fdPaths: boolean;
  /** Which files calls concern. */
  readonly files: boolean;
}

function stampOf({ t, tt, ttt, r }: WrittenArgs): StraceStyle["stamp"] {
  return ttt ? "ttt" : tt ? "tt" : t ? "t" : r ? "r" : "none";
}

const meaning = (errno: number) => String(libc.strerror(errno));
const now = () => performance.timeOrigin + performance.now();

function oneOf<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((each) => each === text);
  if (found) return found;
  const near = nearest(text, known);
  const help = near ? `did you mean ${near}?` : `want one of ${known.join(", ")}`;
  throw new UsageError(`${option} ${text}: there is no such one; ${help}`);
}

function columnsOf<E>(text: string | undefined, columns: readonly Column<E>[]) {
  if (text === undefined) return columns;
  const known = columns.map((column) => column.name);
  const names = text.split(",").map((name) => oneOf("--columns", name, known));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new UsageError(`--columns ${twice}: named twice`);
  return names.map((name) => columns[known.indexOf(name)]);
}

/** How one is opened, once the output is there. */
type Open = (output: FileOutput) => SyscallSink;

/** Rows in a format, of which text is made by those who know what they are of. */
function rows<E>(
  args: WrittenArgs,
  format: FormatName,
  all: readonly Column<E>[],
): (output: FileOutput) => Sink<E> {
  const columns = columnsOf(args.columns, all);
  return (output) => {
    const { terminal, colours } = output;
    return formats[format].open({ columns, output, terminal, colours, named: true });
  };
}

function byFile(args: WrittenArgs, format: FormatName): Open {
  const order: FilesOrder = oneOf("--sort", args.sort, FILE_ORDERS);
  if (format === "text")
    return (output) => new FilesSink(order, (files) => writeFilesTable(output, files));
  const open = rows(args, format, FILE_COLUMNS);
  return (output) => {
    const sink = open(output);
    return new FilesSink(order, (files) => {
      for (const file of files) sink.write(file);
      sink.close();
    });
  };
}

const STDERR = 2;

/** Whether the command may write there, too. */
export function isShared({ terminal, fd }: FileOutput): boolean {
  return terminal || fd <= STDERR;
}

const MODES = ["strace", "human"] as const;
type Mode = (typeof MODES)[number];

function lines(args: WrittenArgs, mode: Mode): Open {
  const style = {
    stamp: stampOf(args),
    durations: args.T === true,
    paths: args.paths === true,
    numbered: args.output !== undefined && args.follow !== false,
  };
  return (output) => {
    const own = { ...style, immediate: isShared(output), colours: output.colours };
    if (mode === "strace") return new StraceSink(output, own, meaning);
    return new HumanSink(output, own, meaning, now);
  };
}

/** @throws UsageError for options that have nothing to say together */
function opening(args: WrittenArgs, format: FormatName, mode: Mode): Open {
  const data = format !== "text";
  if (args.columns !== undefined && !data)
    throw new UsageError("--columns: want --format csv, json or ndjson as well");
  if (args.count && (data || args["by-file"]))
    throw new UsageError(`-c: not together with ${data ? "--format" : "--by-file"}`);
  if (mode === "human" && (data || args["by-file"] || args.count))
    throw new UsageError("--mode human: not together with --format, --by-file or -c");
  if (args.count) return (output) => new CountsSink(output);
  if (args["by-file"]) return byFile(args, format);
  if (!data) return lines(args, mode);
  const open = rows(args, format, ROW_COLUMNS);
  return (output) => new RecordSink(open(output), now);
}

function ownRules(file: string | undefined): readonly Rule[] {
  if (file === undefined) return [];
  try {
    return parseRules(readInput(file).toString());
  } catch (error) {
    if (error instanceof RuleError) throw new UsageError(`--rules ${file}: ${error.message}`);
    throw new UsageError(`--rules ${file}: ${(error as Error).message}`);
  }
}

function judgeOf({ rules }: WrittenArgs, user: User | null): Judge {
  const places = {
    home: absolutePath(user?.home ?? process.env.HOME ?? "/"),
    directory: absolutePath(process.cwd()),
  };
  return new Judge([...ownRules(rules), ...parseRules(BUILT_IN_RULES)], places);
}

/**
 * Checks the options and opens the output, of which nothing is dropped before it begins.
 * @throws UsageError, SystemError that names the file
 */
export function writtenOf(
  args: WrittenArgs,
  { status, mode: least }: SyscallChoice,
  user: User | null,
): Written {
  const format = parseFormat(args.format);
  const mode = oneOf("--mode", args.mode, MODES);
  const open = opening(args, format, mode);
  const calls = !args["by-file"] && !args.count;
  const judged = least !== "info" || (calls && (format !== "text" || mode === "human"));
  if (args.rules !== undefined && !judged)
    throw new UsageError("--rules: want --mode human, --format or -e mode=warning as well");
  const judge = judged ? judgeOf(args, user) : null;
  const paths = args.path?.split(",").flatMap(pathsOf) ?? null;
  const files = judged || args["by-file"] === true || paths !== null;
  const usual = format === "text" ? "/dev/stderr" : `syscalls.${formats[format].extension}`;
  const output = new FileOutput(args.output ?? usual, user);
  const sink = open(output);
  const choice = {
    status,
    mode: least,
    ...(judge ? { judge: (event: SyscallEvent) => judge.of(event) } : {}),
    ...(paths ? { accepts: concerning(paths) } : {}),
  };
  const every = status === "all" && !judge && !paths;
  return {
    output,
    sink: every ? sink : new ChosenCalls(sink, choice),
    fdPaths: args.paths === true || files,
    files,
  };
}
