/** The outputs of a recording: a record of the events, a summary of them, or both. */

import type { Sink } from "../../core/sink.ts";
import { columnsForKinds, FILE_EVENT_COLUMNS, wantBits } from "../../events/columns.ts";
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
import type { RunHeader } from "../../events/run-info.ts";
import { Run } from "../../model/run.ts";
import { currentDirectory } from "../../process/paths.ts";
import type { User } from "../../process/user.ts";
import { FilteredSink, withChoice } from "../../sinks/formats/filtered.ts";
import { TeeSink } from "../../sinks/formats/tee.ts";
import { PageSink } from "../../sinks/reports/page/sink.ts";
import { SummarySink } from "../../sinks/reports/summary/sink.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { ExportSink } from "../export/sink.ts";
import { type DigestArgs, parseDigests } from "../options/digest.ts";
import { type FileEventFormatArgs, parseFileEventFormat } from "../options/format.ts";
import { openOutput } from "../options/output.ts";
import type { ChosenEvents } from "../options/path-patterns.ts";
import { parseSummary } from "../options/summary.ts";
import { pageOf } from "../report/page.ts";
import { type Depfile, openDepfile } from "./depfile.ts";
import { type DigestChoice, RunDigests } from "./digests.ts";
import { thisMachine } from "./this-machine.ts";

/** All optional parts of an event. */
export const WANT_ALL =
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
export interface RecordingOutputArgs extends FileEventFormatArgs, DigestArgs {
  readonly summary?: string;
  readonly report?: string;
  readonly "all-files"?: boolean;
  readonly attest?: string;
}

/** The columns that a summary is made of. */
const COLUMNS_FOR_SUMMARY = FILE_EVENT_COLUMNS.filter(({ name }) =>
  ["path", "path2", "mount", "mount2", "mntns", "ftype", "argv"].includes(name),
);

/** The columns that a filter of paths reads. */
const COLUMNS_FOR_PATHS = FILE_EVENT_COLUMNS.filter(({ name }) => ["path", "path2"].includes(name));

/** What a recording writes to. */
export interface RunOutputs {
  /** WANT_* bits: the optional parts of events that the outputs need. */
  readonly want: number;
  /** Whether a column shows the processes that led to an event. */
  readonly showsChains: boolean;
  /** Whether the record is a record file, which holds whole events. */
  readonly holdsRecords: boolean;
  readonly sink: Sink<FileEvent>;
  /** The filter of events before the sink; null if the sink needs them all. */
  readonly chosen: ChosenEvents | null;
  /** Whether events are written to a terminal while the command runs. */
  readonly writesToTerminal: boolean;
  /** Whether events are only kept in a file, so that they may wait a little for others. */
  readonly mayWait: boolean;
  readonly fds: readonly number[];
  /** Returns the header of the run as the sink gets it. */
  headerOf(run: RunHeader): RunHeader;
  /** Null if no digests are wanted. */
  readonly digests: RunDigests | null;
  /** Truncates existing files. */
  begin(): void;
  /** Whether an output is a pipe without a reader. */
  readerGone(): boolean;
}

/**
 * The output of a recording that is only kept in memory, as a model of the run.
 * @param fds that are open for what is written afterwards
 * @param want WANT_* bits: the optional parts of events that the sink needs
 */
export function modelOutputs(
  sink: Sink<FileEvent>,
  fds: readonly number[],
  want = wantBits(COLUMNS_FOR_SUMMARY) | WANT_PROCESS,
): RunOutputs {
  return {
    want,
    showsChains: false,
    holdsRecords: false,
    sink,
    chosen: null,
    digests: null,
    writesToTerminal: false,
    mayWait: false,
    fds,
    headerOf: (run) => run,
    begin() {},
    readerGone: () => false,
  };
}

/** Opens digests for a model of the run: that of a summary, if there is one. */
function openDigests(
  sink: Sink<FileEvent>,
  summary: SummarySink | null,
  choice: DigestChoice,
): RunDigests {
  if (summary) return new RunDigests(sink, summary.run, false, choice);
  return new RunDigests(sink, new Run(thisMachine()), true, choice);
}

export class RecordingOutputs implements RunOutputs {
  readonly want: number;
  readonly showsChains: boolean;
  readonly holdsRecords: boolean;
  readonly sink: Sink<FileEvent>;
  readonly chosen: ChosenEvents | null;
  readonly digests: RunDigests | null;
  readonly writesToTerminal: boolean;
  readonly mayWait: boolean;
  private readonly outputs: readonly FileOutput[];
  /**
   * Checks every option, then opens the outputs. `begin` truncates existing files.
   * @param kinds of the events that are recorded
   * @param fileName of the record, without its extension; "-" for standard output
   * @param user the owner of new files; null for the current user
   * @param chosen the events that are shown; a summary and a depfile are made of them all. Null for all
   * @throws UsageError, SystemError that names the output
   */
  constructor(
    args: RecordingOutputArgs,
    kinds: ReadonlySet<EventKind>,
    fileName: string,
    user: User | null,
    chosen: ChosenEvents | null = null,
    depfile: Depfile | null = null,
  ) {
    const record = parseFileEventFormat(args, kinds);
    const summary = args.summary === undefined ? null : parseSummary(args.summary, "/dev/stderr");
    const digests = parseDigests(args, user);
    const { attest } = args;
    const isOfAll =
      summary !== null || args.report !== undefined || depfile !== null || attest !== undefined;
    const needsAll = isOfAll || digests !== null;
    const hasRecord = !isOfAll || args.output !== undefined;
    const shown = hasRecord ? record.columns : [];
    const used = [
      ...(shown ?? []),
      ...(needsAll ? COLUMNS_FOR_SUMMARY : []),
      ...(chosen?.filter.paths ? COLUMNS_FOR_PATHS : []),
    ];
    this.chosen = needsAll ? null : chosen;
    this.showsChains = used.some(({ kind }) => kind === "chain");
    this.holdsRecords = shown === null;
    const forPage = args.report === undefined ? 0 : WANT_STDIO | WANT_CWD;
    this.want =
      shown === null || attest !== undefined
        ? WANT_ALL
        : wantBits(columnsForKinds(used, kinds)) | forPage;

    const outputs: FileOutput[] = [];
    const sinks: Sink<FileEvent>[] = [];
    let summarySink: SummarySink | null = null;
    if (hasRecord) {
      const path = args.output ?? (fileName === "-" ? "-" : `${fileName}.${record.extension}`);
      const output = openOutput(path, user, { named: args.output !== undefined });
      outputs.push(output);
      const sink = record.open(output, thisMachine());
      sinks.push(needsAll && chosen ? new FilteredSink(sink, chosen.filter, chosen.choice) : sink);
    }
    this.writesToTerminal = outputs.some(({ terminal }) => terminal);
    if (depfile) {
      const output = openOutput(depfile.path, user);
      outputs.push(output);
      sinks.push(openDepfile(depfile, output, thisMachine()));
    }
    if (summary) {
      const output = openOutput(summary.path, user, { append: summary.append });
      const view = {
        directory: currentDirectory() ?? "/",
        allFiles: args["all-files"] === true,
        chosen,
        escapes: args.escape === true,
      };
      outputs.push(output);
      summarySink = new SummarySink(output, summary.format, view, thisMachine());
      sinks.push(summarySink);
    }
    if (args.report !== undefined) {
      const output = openOutput(args.report, user);
      outputs.push(output);
      sinks.push(new PageSink(output, pageOf, thisMachine()));
    }
    if (attest !== undefined) {
      const output = openOutput(attest, user);
      outputs.push(output);
      sinks.push(new ExportSink(output, "in-toto", thisMachine()));
    }
    this.outputs = outputs;
    const sink = sinks.reduce((first, second) => new TeeSink(first, second));
    this.digests = digests && openDigests(sink, summarySink, digests);
    this.sink = this.digests ?? sink;
    this.mayWait = !needsAll && !this.showsChains && outputs.every(({ regular }) => regular);
  }

  headerOf(run: RunHeader): RunHeader {
    return this.chosen ? withChoice(run, this.chosen.choice) : run;
  }

  begin(): void {
    for (const output of this.outputs) output.begin();
  }

  get fds(): number[] {
    return this.outputs.map(({ fd }) => fd);
  }

  readerGone(): boolean {
    return this.outputs.some((output) => output.readerGone());
  }
}
