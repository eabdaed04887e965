/** The sink of a recording's report: it writes a page when the run has ended. */
import type { Output } from "../../../core/sink.ts";
import type { RunTrailer } from "../../../events/run-info.ts";
import type { MachineFiles } from "../../../model/known-files.ts";
import type { Run } from "../../../model/run.ts";
import { RunSink } from "../run-sink.ts";
import { type CombinedRun, summaryRun } from "../summary/run.ts";

/** Returns the page of a run. */
export type PageRenderer = (run: Run, about: CombinedRun) => string;

export class PageSink extends RunSink {
  private readonly output: Output;
  private readonly render: PageRenderer;

  /** @param machine as for Run */
  constructor(output: Output, render: PageRenderer, machine?: MachineFiles) {
    super(machine);
    this.output = output;
    this.render = render;
  }

  /** Writes the page, which says whether events are missing. */
  override conclude(result: RunTrailer): void {
    super.conclude(result);
    const about = summaryRun(this.header, result, result.losses);
    const bytes = new TextEncoder().encode(this.render(this.run, about));
    this.output.write(bytes, bytes.length);
  }
}
