/** What `trace lock` and `trace check` learn from or judge: a command that they run, or records. */
import type { Loss } from "../../events/loss.ts";
import type { RunHeader } from "../../events/run-info.ts";
import { Run } from "../../model/run.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import { RunSink } from "../../sinks/reports/run-sink.ts";
import { POLICY_KEYS } from "../../sinks/reports/summary/from-record.ts";
import { EXIT, StartError } from "../errors.ts";
import { type ExecArgs, parseExecArgs, recordCommand } from "../record/exec.ts";
import { modelOutputs } from "../record/outputs.ts";
import { type ReadOptions, readRecord, takerFor } from "../record/read-record.ts";
import { requireEvents } from "../record/required-events.ts";
import { RecordingSetup } from "../record/setup.ts";
import { thisMachine } from "../record/this-machine.ts";

/** The directories of a run that a lock names by tokens; paths. */
export interface RunDirectories {
  readonly home?: string;
  readonly tmp?: string;
  readonly cache?: string;
}

/** A run, and what is known of it. */
export interface Observation {
  /** The file of a record; null for a command that was run. */
  readonly name: string | null;
  readonly run: Run;
  readonly command: readonly string[] | null;
  readonly cwd: string | null;
  readonly user: { readonly uid: number; readonly name: string } | null;
  readonly directories: RunDirectories | null;
  /** ISO 8601; null if it is not known. */
  readonly started: string | null;
  /** ISO 8601; null if it is not known. */
  readonly ended: string | null;
  /** Exit status of the command; null if it is not known. */
  readonly status: number | null;
  /** Where it took place, as far as that is known. */
  readonly place: Partial<
    Pick<RunHeader, "trace" | "host" | "kernel" | "machine" | "boot" | "backend">
  >;
  /** What is missing; null for a record that does not say it. */
  readonly losses: readonly Loss[] | null;
}

export interface ObserveArgs extends ExecArgs {
  readonly buffer: string;
  readonly quiet?: boolean;
}

interface ObserveCommandOptions {
  /** Those that are open for what is written afterwards. */
  readonly fds?: readonly number[];
  /** WANT_* bits of the parts of events; by default those of a policy. */
  readonly want?: number;
  /** Whether to keep who did what to which, which a policy is not made of. */
  readonly edges?: boolean;
}

/** Runs a command. @throws StartError if it could not be recorded to its end */
export function observeCommand(
  args: ObserveArgs,
  command: readonly string[],
  inherited: InheritedState,
  { fds = [], want, edges = false }: ObserveCommandOptions,
): Observation {
  const choice = parseExecArgs(args);
  const sink = new RunSink(thisMachine(), { edges, accesses: true });
  const { buffer, quiet } = args;
  const setup = new RecordingSetup(
    { format: "csv", buffer, quiet },
    "trace",
    choice.user,
    [],
    modelOutputs(sink, fds, want),
  );
  const status = recordCommand(setup, choice, command, inherited);
  const { run, header, result } = sink;
  if (result === null || header === null)
    throw new StartError("the command was not recorded to its end");
  if (status === EXIT.failure && result.status !== EXIT.failure)
    throw new StartError("the recording failed");
  const { cwd, started, user, directories = null } = header;
  const { losses, ended } = result;
  const known = { cwd, user, directories, started, ended, status, losses, place: header };
  return { name: null, run, command, ...known };
}

/** Reads a record. @param edges as for a command @throws UsageError that names the file */
export async function observeRecord(path: string, edges = false): Promise<Observation> {
  const run = new Run(undefined, { accesses: true, edges });
  const begin: ReadOptions["begin"] = (header, each) => requireEvents(path, header, each);
  const record = await readRecord(path, takerFor(run), { required: POLICY_KEYS, begin });
  const { command, cwd, host, kernel, started, ended, status, losses } = record.run;
  const { user, directories } = record.header;
  const place = {
    ...record.header,
    ...(host === null ? {} : { host }),
    ...(kernel === null ? {} : { kernel }),
  };
  const known = { command, cwd, user, directories, started, ended, status, losses, place };
  return { name: path, run, ...known };
}
