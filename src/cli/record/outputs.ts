/** The outputs of a recording: a record of the events, a summary of them, or both. */

import type { Sink } from "../../core/sink.ts";
import { columnsForKinds, FILE_EVENT_COLUMNS, wantBits } from "../../events/columns.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { User } from "../../process/user.ts";
import { type FormatInfo, formats } from "../../sinks/formats/index.ts";
import { TeeSink } from "../../sinks/formats/tee.ts";
import { SummarySink } from "../../sinks/reports/summary/sink.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { parseFileColumns } from "../options/columns.ts";
import { parseFormat } from "../options/format.ts";
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
  /** WANT_* bits: what the kernel has to read for all of it. */
  readonly want: number;
  /** Whether events are written to a terminal as they come; known once they are opened. */
  writesToTerminal = false;
  private readonly outputs: FileOutput[] = [];
  private readonly makeSink: () => Sink<FileEvent>;

  /**
   * Checks the options; nothing is touched before `open`.
   * @param kinds of events that there will be
   * @param fileName of the record, without its extension; "-" for standard output
   * @throws UsageError
   */
  constructor(
    args: RecordingOutputArgs,
    kinds: ReadonlySet<EventKind>,
    fileName: string,
    user: User | null,
  ) {
    const format: FormatInfo = formats[parseFormat(args.format)];
    const named = args.columns !== undefined;
    const asked = parseFileColumns(args.columns, format.columns);
    // Nobody misses a column of a layout that would stay empty.
    const columns = named || !format.columns ? asked : columnsForKinds(asked, kinds);
    const summary = args.summary === undefined ? null : parseSummary(args.summary, "/dev/stderr");
    const path = args.output ?? (fileName === "-" ? "-" : `${fileName}.${format.extension}`);
    const recorded = summary === null || args.output !== undefined;
    const used = [...(recorded ? columns : []), ...(summary ? COLUMNS_FOR_SUMMARY : [])];
    this.want = wantBits(columnsForKinds(used, kinds));
    const record = () => {
      const output = this.addOutput(path, user);
      const { terminal, colours } = output;
      this.writesToTerminal = terminal;
      return format.open({ columns, output, terminal, colours, named });
    };
    const summarize = () => {
      const { path: to, append = false, format: as } = summary as NonNullable<typeof summary>;
      const view = { directory: process.cwd(), allFiles: args["all-files"] === true };
      return new SummarySink(this.addOutput(to, user, append), as, view);
    };
    this.makeSink = () => {
      if (!summary) return record();
      return recorded ? new TeeSink(record(), summarize()) : summarize();
    };
  }

  private addOutput(path: string, user: User | null, append = false): FileOutput {
    const output = new FileOutput(path, user, append);
    this.outputs.push(output);
    return output;
  }

  /** Opens the outputs. @throws SystemError that names the one that cannot be */
  open(): Sink<FileEvent> {
    return this.makeSink();
  }

  /** Drops what existing files held. */
  begin(): void {
    for (const output of this.outputs) output.begin();
  }

  /** Whether nobody reads what is written. */
  readerGone(): boolean {
    return this.outputs.some((output) => output.readerGone());
  }
}
