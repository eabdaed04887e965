/** The sink of a recording's report: it keeps what the run does, and writes a page at the end. */
import type { Output, Sink } from "../../../core/sink.ts";
import type { FileEvent } from "../../../events/file-event.ts";
import type { RunHeader, RunTrailer } from "../../../events/run-info.ts";
import type { MachineFiles } from "../../../model/known-files.ts";
import { Run } from "../../../model/run.ts";
import { toSummaryEvent } from "../summary/from-events.ts";
import { type CombinedRun, summaryRun } from "../summary/run.ts";

/** Returns the page of a run. */
export type PageRenderer = (run: Run, about: CombinedRun) => string;

export class PageSink implements Sink<FileEvent> {
  delivered = 0;
  private readonly run: Run;
  private readonly output: Output;
  private readonly render: PageRenderer;
  private header: RunHeader | null = null;

  /** @param machine as for Run */
  constructor(output: Output, render: PageRenderer, machine?: MachineFiles) {
    this.run = new Run(machine);
    this.output = output;
    this.render = render;
  }

  begin(header: RunHeader): void {
    this.header = header;
  }

  write(event: FileEvent): void {
    this.run.add(toSummaryEvent(event));
    this.delivered++;
  }

  flush(): void {}

  close(): void {}

  /** Writes the page, which says whether events are missing. */
  conclude(result: RunTrailer): void {
    const about = summaryRun(this.header, result, result.losses);
    const bytes = new TextEncoder().encode(this.render(this.run, about));
    this.output.write(bytes, bytes.length);
  }
}
