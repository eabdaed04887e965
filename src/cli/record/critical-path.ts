/** `trace summary --critical-path`: which processes determined how long a run took. */
import { CHAIN_KINDS } from "../../events/columns.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { Run } from "../../model/run.ts";
import type { RunEvent } from "../../model/run-event.ts";
import { buildPathReport, type PathReport } from "../../sinks/reports/critical-path/report.ts";
import { toSummaryEvent } from "../../sinks/reports/summary/from-events.ts";
import type { RequiredKeys } from "../../sinks/reports/summary/from-record.ts";
import type { CombinedRun } from "../../sinks/reports/summary/run.ts";
import { UsageError } from "../errors.ts";
import type { RecordTaker } from "./read-record.ts";

/** The columns that other records than record files must have. */
const PATH_KEYS: RequiredKeys = ["event", "pid", "comm", "return", "path", "time"];

/** Collects the processes of a run; of other events only that they ran. */
export class PathInput implements RecordTaker {
  readonly required = PATH_KEYS;
  private readonly run: Run;

  constructor(run: Run) {
    this.run = run;
  }

  get digests(): Run["digests"] {
    return this.run.digests;
  }

  addEvent(event: FileEvent): void {
    if (CHAIN_KINDS.includes(event.kind)) this.run.add(toSummaryEvent(event));
    else this.noteTime(event.record.tgid, event.time.seconds * 1e9 + event.time.nanoseconds);
  }

  add(event: RunEvent): void {
    if (CHAIN_KINDS.some((kind) => kind === event.event)) this.run.add(event);
    else this.noteTime(event.pid, event.time ?? 0);
  }

  private noteTime(pid: number, time: number): void {
    const known = this.run.processes.find(pid);
    if (known && time > known.last && known.ended === null) known.last = time;
    this.run.events++;
  }

  /** @throws UsageError that names the file if it has no path */
  report(name: string, { command }: CombinedRun): PathReport {
    if (command?.length === 0)
      throw new UsageError(
        `${name}: is a record of the whole machine; only the run of a command has a critical path`,
      );
    const report = buildPathReport(this.run);
    if (report) return report;
    throw new UsageError(
      `${name}: has no processes that end; record with --events process, or to a record file`,
    );
  }
}
