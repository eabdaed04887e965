/** The sink that keeps no event but what all of them come to: `--summary`, `trace summary`. */

import type { Output, Sink } from "../../../core/sink.ts";
import type { FileEvent } from "../../../events/file-event.ts";
import { Activity } from "./accumulator.ts";
import { factOf } from "./from-events.ts";
import { json } from "./json.ts";
import { markdown } from "./markdown.ts";
import { type Report, report } from "./report.ts";
import type { View } from "./sections.ts";
import { text } from "./text.ts";

type Renderer = (report: Report, view: View) => string;

/** How a summary is written, by the name that `--summary` takes. */
export const summaryFormats = { text, markdown, json } as const satisfies Record<string, Renderer>;
export type SummaryFormat = keyof typeof summaryFormats;

export class SummarySink implements Sink<FileEvent> {
  delivered = 0;
  readonly activity = new Activity();
  private readonly output: Output;
  private readonly format: SummaryFormat;
  private readonly view: View;

  constructor(output: Output, format: SummaryFormat, view: View) {
    this.output = output;
    this.format = format;
    this.view = view;
  }

  write(event: FileEvent): void {
    this.activity.add(factOf(event));
    this.delivered++;
  }

  flush(): void {}

  /** Writes the summary. */
  close(): void {
    writeSummary(this.activity, this.output, this.format, this.view);
  }
}

export function writeSummary(
  activity: Activity,
  output: Output,
  format: SummaryFormat,
  view: View,
): void {
  const bytes = new TextEncoder().encode(summaryFormats[format](report(activity), view));
  output.write(bytes, bytes.length);
}
