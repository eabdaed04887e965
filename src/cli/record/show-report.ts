/** The formats of `trace show` that are made of the whole run: for build tools. */
import type { FileEvent } from "../../events/file-event.ts";
import type { RunHeader } from "../../events/run-info.ts";
import type { PathFilter } from "../../filters/path-filter.ts";
import type { Run } from "../../model/run.ts";
import { sudoCaller } from "../../process/user.ts";
import { renderCompdb } from "../../sinks/reports/build/compdb.ts";
import { renderFiles0 } from "../../sinks/reports/build/files0.ts";
import { BuildReportSink } from "../../sinks/reports/build/sink.ts";
import { summaryRun } from "../../sinks/reports/summary/run.ts";
import { textToLatin1 } from "../../text/latin1.ts";
import { UsageError } from "../errors.ts";
import { openOutput } from "../options/output.ts";
import { parseChosenEvents } from "../options/path-patterns.ts";
import { openRecordFile } from "./record-input.ts";
import { requireEvents } from "./required-events.ts";
import { RecordingSession, type SessionArgs } from "./session.ts";

type Render = (run: Run, header: RunHeader, paths: PathFilter | null) => string;

const reports = {
  compdb: (run, { cwd }, paths) => renderCompdb(run, textToLatin1(cwd), paths),
  files0: (run, _header, paths) => renderFiles0(run, paths),
} as const satisfies Record<string, Render>;

export type ReportFormat = keyof typeof reports;
export const REPORT_FORMATS = Object.keys(reports) as ReportFormat[];

export function isReportFormat(format: string): format is ReportFormat {
  return Object.hasOwn(reports, format);
}

/**
 * Writes a report of a record.
 * @param options as `--name=value`
 * @returns the exit status
 */
export function showReport(
  format: ReportFormat,
  path: string,
  args: SessionArgs & { readonly output?: string },
  options: readonly string[],
): number {
  const record = openRecordFile(path);
  const { header } = record;
  requireEvents(path, header, summaryRun(header, null, null));
  const paths = parseChosenEvents(options)?.filter.paths ?? null;
  const output = openOutput(args.output ?? "-", sudoCaller(process.env));
  if (record.isFile(output.fd)) throw new UsageError(`-o ${args.output}: is also the input`);
  const render = (run: Run) => reports[format](run, header, paths);
  const sink = new BuildReportSink(output, render, record.machine);
  const session = new RecordingSession<FileEvent>({
    args,
    source: record,
    sink,
    readerGone: () => output.readerGone(),
  });
  output.begin();
  session.pipeline.begin(header);
  while (!record.isDone && !session.pipeline.isDone) session.pipeline.drain();
  const { ended, status } = record.trailer ?? { ended: null, status: null };
  return session.finish("", { ended, status });
}
