/** What `trace lock` and `trace check` learn from or judge: a command that they run, or records. */
import type { Loss } from "../../events/loss.ts";
import type { RunHeader } from "../../events/run-info.ts";
import type { Run } from "../../model/run.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import { isDirectory, symlinkTarget } from "../../process/paths.ts";
import { RunSink } from "../../sinks/reports/run-sink.ts";
import { EXIT, StartError } from "../errors.ts";
import { type ExecArgs, parseExecArgs, recordCommand } from "../record/exec.ts";
import { modelOutputs } from "../record/outputs.ts";
import { RecordingSetup } from "../record/setup.ts";

/** A run, and what is known of it. */
export interface Observation {
  readonly run: Run;
  /** Null for a record that does not say it. */
  readonly command: readonly string[] | null;
  readonly header: Partial<RunHeader> | null;
  /** Exit status of the command; null if it is not known. */
  readonly status: number | null;
  /** What is missing; null for a record that does not say it. */
  readonly losses: readonly Loss[] | null;
}

export interface ObserveArgs extends ExecArgs {
  readonly buffer: string;
  readonly quiet?: boolean;
}

/** Runs a command. @throws StartError if it could not be recorded to its end */
export function observeCommand(
  args: ObserveArgs,
  command: readonly string[],
  inherited: InheritedState,
): Observation {
  const choice = parseExecArgs(args);
  const sink = new RunSink({ symlinkTarget, isDirectory });
  const { buffer, quiet } = args;
  const setup = new RecordingSetup(
    { format: "csv", buffer, quiet },
    "trace",
    choice.user,
    modelOutputs(sink),
  );
  const status = recordCommand(setup, choice, command, inherited);
  const { run, header, result } = sink;
  if (result === null || (status === EXIT.failure && result.status !== EXIT.failure))
    throw new StartError("the command was not recorded to its end");
  return { run, command, header, status: result.status, losses: result.losses };
}
