/** The sink of `--summary`: it accumulates events and writes the summary at the end. */

import type { Output, Sink } from "../../../core/sink.ts";
import type { FileEvent } from "../../../events/file-event.ts";
import type { MachineFiles } from "../../../model/files.ts";
import { SummaryAccumulator } from "./accumulator.ts";
import { toSummaryEvent } from "./from-events.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { buildReport, type Report } from "./report.ts";
import type { SummaryView } from "./sections.ts";
import { renderText } from "./text.ts";

type Renderer = (report: Report, view: SummaryView) => string;

/** The formats of a summary, by their names in `--summary`. */
export const summaryFormats = {
  text: renderText,
  markdown: renderMarkdown,
  json: renderJson,
} as const satisfies Record<string, Renderer>;
export type SummaryFormat = keyof typeof summaryFormats;

export class SummarySink implements Sink<FileEvent> {
  delivered = 0;
  readonly accumulator: SummaryAccumulator;
  private readonly output: Output;
  private readonly format: SummaryFormat;
  private readonly view: SummaryView;

  /** @param machine as for SummaryAccumulator */
  constructor(output: Output, format: SummaryFormat, view: SummaryView, machine?: MachineFiles) {
    this.accumulator = new SummaryAccumulator(machine);
    this.output = output;
    this.format = format;
    this.view = view;
  }

  write(event: FileEvent): void {
    this.accumulator.add(toSummaryEvent(event));
    this.delivered++;
  }

  flush(): void {}

  /** Writes the summary. */
  close(): void {
    writeSummary(this.accumulator, this.output, this.format, this.view);
  }
}

export function writeSummary(
  activity: SummaryAccumulator,
  output: Output,
  format: SummaryFormat,
  view: SummaryView,
): void {
  const bytes = new TextEncoder().encode(summaryFormats[format](buildReport(activity), view));
  output.write(bytes, bytes.length);
}
