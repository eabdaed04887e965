/** A sink that keeps what a run did, for a report that is made when it has ended. */
import type { Sink } from "../../core/sink.ts";
import type { FileDigest } from "../../events/file-digest.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { RunHeader, RunTrailer } from "../../events/run-info.ts";
import type { MachineFiles } from "../../model/known-files.ts";
import { Run, type Wants } from "../../model/run.ts";
import { EventFeeder } from "./summary/event-feeder.ts";

export class RunSink implements Sink<FileEvent> {
  delivered = 0;
  readonly run: Run;
  private readonly feeder: EventFeeder;
  header: RunHeader | null = null;
  /** Null until the recording has ended. */
  result: RunTrailer | null = null;

  /** @param machine and `wants` as for Run */
  constructor(machine?: MachineFiles, wants: Wants = {}) {
    this.run = new Run(machine, wants);
    this.feeder = new EventFeeder(this.run);
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
    this.run.digests.addAll(all);
  }

  conclude(result: RunTrailer): void {
    this.result = result;
  }
}
