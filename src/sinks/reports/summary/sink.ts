/** The sink of `--summary`: it writes the summary when the run has ended. */
import type { Output } from "../../../core/sink.ts";
import type { RunTrailer } from "../../../events/run-info.ts";
import type { MachineFiles } from "../../../model/known-files.ts";
import { Run } from "../../../model/run.ts";
import { RunSink } from "../run-sink.ts";
import { shownReport } from "./chosen.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { buildReport, type Report } from "./report.ts";
import { type CombinedRun, summaryRun } from "./run.ts";
import type { SummaryView } from "./sections.ts";
import { renderText } from "./text.ts";

type Renderer = (report: Report, view: SummaryView, run: CombinedRun) => string;

/** The formats of a summary, by their names in `--summary`. */
export const summaryFormats = {
  text: renderText,
  markdown: renderMarkdown,
  json: renderJson,
} as const satisfies Record<string, Renderer>;
export type SummaryFormat = keyof typeof summaryFormats;

export class SummarySink extends RunSink {
  private readonly output: Output;
  private readonly format: SummaryFormat;
  private readonly view: SummaryView;

  /** @param machine as for Run */
  constructor(output: Output, format: SummaryFormat, view: SummaryView, machine?: MachineFiles) {
    super(machine, { edges: false });
    this.output = output;
    this.format = format;
    this.view = view;
  }

  /** Writes the summary, which says whether events are missing. */
  override conclude(result: RunTrailer): void {
    super.conclude(result);
    const about = summaryRun(this.header, result, result.losses);
    writeSummary(this.run, this.output, this.format, this.view, about);
  }
}

export function writeSummary(
  activity: Run,
  output: Output,
  format: SummaryFormat,
  view: SummaryView,
  run: CombinedRun,
): void {
  const write = (files: Run, of: CombinedRun) => {
    const bytes = new TextEncoder().encode(
      summaryFormats[format](shownReport(buildReport(files), of, view.chosen), view, of),
    );
    output.write(bytes, bytes.length);
  };
  try {
    write(activity, run);
  } catch (error) {
    try {
      write(new Run(), withoutFiles(run));
    } catch {} // no room even for that
    throw error;
  }
}

/** Returns what a summary says of a run whose files it has no room for. */
function withoutFiles(run: CombinedRun): CombinedRun {
  const missing = { what: "summary without its files, for which there was no room", count: 1 };
  return { ...run, complete: false, losses: [...(run.losses ?? []), missing] };
}
