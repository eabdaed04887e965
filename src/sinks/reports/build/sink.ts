/** Writes what a build tool wants to know of a run, when that has ended. */
import type { Output } from "../../../core/sink.ts";
import type { RunHeader, RunTrailer } from "../../../events/run-info.ts";
import type { MachineFiles } from "../../../model/known-files.ts";
import type { Run } from "../../../model/run.ts";
import { encodeLatin1 } from "../../../text/latin1.ts";
import { RunSink } from "../run-sink.ts";

/** Returns the report as bytes, one character each. */
export type BuildReport = (run: Run, header: RunHeader, result: RunTrailer) => string;

export class BuildReportSink extends RunSink {
  private readonly output: Output;
  private readonly render: BuildReport;

  /** @param machine as for Run */
  constructor(output: Output, render: BuildReport, machine?: MachineFiles) {
    super(machine, { accesses: true });
    this.output = output;
    this.render = render;
  }

  override conclude(result: RunTrailer): void {
    super.conclude(result);
    if (this.header === null) return;
    const bytes = encodeLatin1(this.render(this.run, this.header, result));
    this.output.write(bytes, bytes.length);
  }
}
