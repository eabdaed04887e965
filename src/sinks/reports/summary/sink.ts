/** The sink of `--summary`: it accumulates events and writes the summary at the end. */

import type { Output, Sink } from "../../../core/sink.ts";
import type { FileDigest } from "../../../events/file-digest.ts";
import type { FileEvent } from "../../../events/file-event.ts";
import type { RunHeader, RunTrailer } from "../../../events/run-info.ts";
import type { MachineFiles } from "../../../model/known-files.ts";
import { Run } from "../../../model/run.ts";
import { shownReport } from "./chosen.ts";
import { EventFeeder } from "./event-feeder.ts";
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

export class SummarySink implements Sink<FileEvent> {
  delivered = 0;
  readonly accumulator: Run;
  private readonly feeder: EventFeeder;
  private readonly output: Output;
  private readonly format: SummaryFormat;
  private readonly view: SummaryView;
  private header: RunHeader | null = null;

  /** @param machine as for Run */
  constructor(output: Output, format: SummaryFormat, view: SummaryView, machine?: MachineFiles) {
    this.accumulator = new Run(machine, { edges: false });
    this.feeder = new EventFeeder(this.accumulator);
    this.output = output;
    this.format = format;
    this.view = view;
  }

  begin(header: RunHeader): void {
    this.header = header;
  }

  write(event: FileEvent): void {
    this.feeder.add(event);
    this.delivered++;
  }

  flush(): void {}

  close(): void {}

  digests(all: readonly FileDigest[]): void {
    this.accumulator.digests.addAll(all);
  }

  /** Writes the summary, which says whether events are missing. */
  conclude(result: RunTrailer): void {
    const run = summaryRun(this.header, result, result.losses);
    writeSummary(this.accumulator, this.output, this.format, this.view, run);
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
