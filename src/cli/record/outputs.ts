/** The outputs of a recording: a record of the events, a summary of them, or both. */

import type { Sink } from "../../core/sink.ts";
import {
  columnsForKinds,
  FILE_EVENT_COLUMNS,
  type FileColumn,
  wantBits,
} from "../../events/columns.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { User } from "../../process/user.ts";
import { type FormatInfo, formats } from "../../sinks/formats/index.ts";
import { TeeSink } from "../../sinks/formats/tee.ts";
import { SummarySink } from "../../sinks/reports/summary/sink.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { parseFileColumns } from "../options/columns.ts";
import { openFormat, parseFormat } from "../options/format.ts";
import { parseSummary } from "../options/summary.ts";

/** The options of the outputs, as citty parses them. */
export interface RecordingOutputArgs {
  readonly format: string;
  readonly output?: string;
  readonly columns?: string;
  readonly summary?: string;
  readonly "all-files"?: boolean;
}

/** The columns that a summary is made of. */
const COLUMNS_FOR_SUMMARY = FILE_EVENT_COLUMNS.filter(({ name }) =>
  ["path", "path2", "ftype", "argv"].includes(name),
);

export class RecordingOutputs {
  /** WANT_* bits: the optional parts of events that the outputs need. */
  readonly want: number;
  readonly sink: Sink<FileEvent>;
  /** Whether events are written to a terminal while the command runs. */
  readonly writesToTerminal: boolean;
  private readonly outputs: readonly FileOutput[];

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
    const format = parseFormat(args.format);
    const info: FormatInfo = formats[format];
    const named = args.columns !== undefined;
    const columns = selectColumns(args.columns, info, kinds);
    const summary = args.summary === undefined ? null : parseSummary(args.summary, "/dev/stderr");
    const hasRecord = summary === null || args.output !== undefined;
    const used = [...(hasRecord ? columns : []), ...(summary ? COLUMNS_FOR_SUMMARY : [])];
    this.want = wantBits(columnsForKinds(used, kinds));

    const outputs: FileOutput[] = [];
    const sinks: Sink<FileEvent>[] = [];
    if (hasRecord) {
      const path = args.output ?? (fileName === "-" ? "-" : `${fileName}.${info.extension}`);
      const output = new FileOutput(path, user);
      outputs.push(output);
      sinks.push(openFormat(format, output, { columns, named }));
    }
    this.writesToTerminal = outputs.some(({ terminal }) => terminal);
    if (summary) {
      const output = new FileOutput(summary.path, user, summary.append);
      const view = { directory: process.cwd(), allFiles: args["all-files"] === true };
      outputs.push(output);
      sinks.push(new SummarySink(output, summary.format, view));
    }
    this.outputs = outputs;
    this.sink = sinks.reduce((first, second) => new TeeSink(first, second));
  }

  /** Truncates existing files. */
  begin(): void {
    for (const output of this.outputs) output.begin();
  }

  /** Whether an output is a pipe without a reader. */
  readerGone(): boolean {
    return this.outputs.some((output) => output.readerGone());
  }
}

/** Returns the columns of a record. A format's own layout omits columns that would stay empty. */
function selectColumns(
  names: string | undefined,
  { columns: layout }: FormatInfo,
  kinds: ReadonlySet<EventKind>,
): readonly FileColumn[] {
  const columns = parseFileColumns(names, layout);
  return names === undefined && layout ? columnsForKinds(columns, kinds) : columns;
}
