/** The outputs of a recording: a record of the events, a summary of them, or both. */

import type { Sink } from "../../core/sink.ts";
import {
  columnsForKinds,
  FILE_EVENT_COLUMNS,
  type FileColumn,
  wantBits,
} from "../../events/columns.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import {
  WANT_ARGV,
  WANT_CGROUP,
  WANT_CWD,
  WANT_INODE,
  WANT_MNTNS,
  WANT_MOUNT,
  WANT_PATH,
  WANT_PROCESS,
  WANT_STDIO,
} from "../../events/event-record.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { SpawnOptions } from "../../process/child.ts";
import { isDirectory, symlinkTarget } from "../../process/paths.ts";
import type { User } from "../../process/user.ts";
import { type FormatInfo, type FormatName, formats } from "../../sinks/formats/index.ts";
import { RecordFileWriter } from "../../sinks/formats/record.ts";
import { TeeSink } from "../../sinks/formats/tee.ts";
import { SummarySink } from "../../sinks/reports/summary/sink.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { UsageError } from "../errors.ts";
import { parseFileColumns } from "../options/columns.ts";
import { DEFAULT_FORMAT, openFormat, parseFormat, RECORD_FORMAT } from "../options/format.ts";
import { parseSummary } from "../options/summary.ts";

import { runHeader } from "./run-header.ts";
import type { RecordingResult } from "./session.ts";

/** All optional parts of an event. */
const WANT_ALL =
  WANT_PROCESS |
  WANT_INODE |
  WANT_PATH |
  WANT_MOUNT |
  WANT_MNTNS |
  WANT_CGROUP |
  WANT_ARGV |
  WANT_STDIO |
  WANT_CWD;

/** The options of the outputs, as citty parses them. */
export interface RecordingOutputArgs {
  readonly format: string;
  readonly output?: string;
  readonly columns?: string;
  readonly summary?: string;
  readonly "all-files"?: boolean;
}

/** Whether the record is a record file: `--format trace`, or `-o FILE.trace`. */
export function isRecordFormat({ format, output = "" }: RecordingOutputArgs): boolean {
  return format === RECORD_FORMAT || (format === DEFAULT_FORMAT && output.endsWith(".trace"));
}

/** The columns that a summary is made of. */
const COLUMNS_FOR_SUMMARY = FILE_EVENT_COLUMNS.filter(({ name }) =>
  ["path", "path2", "mount", "mount2", "mntns", "ftype", "argv"].includes(name),
);

export class RecordingOutputs {
  /** WANT_* bits: the optional parts of events that the outputs need. */
  readonly want: number;
  /** Whether a column shows the processes that led to an event. */
  readonly showsChains: boolean;
  readonly sink: Sink<FileEvent>;
  /** Whether events are written to a terminal while the command runs. */
  readonly writesToTerminal: boolean;
  private readonly outputs: readonly FileOutput[];
  private readonly kinds: ReadonlySet<EventKind>;
  /** The record file; null for other formats. */
  private readonly record: RecordFileWriter | null = null;

  /**
   * Checks every option, then opens the outputs. `begin` truncates existing files.
   * @param kinds of the events that are recorded
   * @param fileName of the record, without its extension; "-" for standard output
   * @param user the owner of new files; null for the current user
   * @throws UsageError, SystemError that names the output
   */
  constructor(
    args: RecordingOutputArgs,
    kinds: ReadonlySet<EventKind>,
    fileName: string,
    user: User | null,
  ) {
    const isRecord = isRecordFormat(args);
    if (isRecord && args.columns !== undefined)
      throw new UsageError("--columns: cannot be used with a record file, which has them all");
    const format = isRecord ? null : parseFormat(args.format);
    const info: Omit<FormatInfo, "open"> =
      format === null ? { extension: "trace" } : formats[format];
    const named = args.columns !== undefined;
    const columns = selectColumns(args.columns, info, kinds);
    const summary = args.summary === undefined ? null : parseSummary(args.summary, "/dev/stderr");
    const hasRecord = summary === null || args.output !== undefined;
    const used = [...(hasRecord ? columns : []), ...(summary ? COLUMNS_FOR_SUMMARY : [])];
    this.kinds = kinds;
    this.showsChains = used.some(({ kind }) => kind === "chain");
    this.want = isRecord ? WANT_ALL : wantBits(columnsForKinds(used, kinds));

    const outputs: FileOutput[] = [];
    const sinks: Sink<FileEvent>[] = [];
    if (hasRecord) {
      const path = args.output ?? (fileName === "-" ? "-" : `${fileName}.${info.extension}`);
      const output = new FileOutput(path, user);
      outputs.push(output);
      if (format === null) this.record = new RecordFileWriter(output, () => performance.now());
      sinks.push(this.record ?? openFormat(format as FormatName, output, { columns, named }));
    }
    this.writesToTerminal = outputs.some(({ terminal }) => terminal);
    if (summary) {
      const output = new FileOutput(summary.path, user, summary.append);
      const view = { directory: process.cwd(), allFiles: args["all-files"] === true };
      outputs.push(output);
      sinks.push(new SummarySink(output, summary.format, view, { symlinkTarget, isDirectory }));
    }
    this.outputs = outputs;
    this.sink = sinks.reduce((first, second) => new TeeSink(first, second));
  }

  /**
   * Truncates existing files and begins the record.
   * @param spawning how the command is started; undefined for the whole machine
   */
  begin(backend: "bpf" | "ptrace", spawning?: SpawnOptions): void {
    for (const output of this.outputs) output.begin();
    this.record?.begin(runHeader({ backend, kinds: this.kinds, want: this.want, spawning }));
  }

  /** Writes the result of the recording where the format has a place for it. */
  conclude({ events, losses, status }: RecordingResult): void {
    const complete = losses.length === 0;
    const ended = new Date().toISOString();
    this.record?.conclude({ ended, status, events, complete, losses });
  }

  /** Whether an output is a pipe without a reader. */
  readerGone(): boolean {
    return this.outputs.some((output) => output.readerGone());
  }
}

/** Returns the columns of a record. A format's own layout omits columns that would stay empty. */
function selectColumns(
  names: string | undefined,
  { columns: layout }: Omit<FormatInfo, "open">,
  kinds: ReadonlySet<EventKind>,
): readonly FileColumn[] {
  const columns = parseFileColumns(names, layout);
  return names === undefined && layout ? columnsForKinds(columns, kinds) : columns;
}
