/** The backends of `trace exec`: eBPF, or ptrace where eBPF is not permitted. */
import { SIGINT } from "../../kernel/signal.ts";
import type { SpawnOptions } from "../../process/child.ts";
import type { BpfSource } from "../../sources/bpf/source.ts";
import { TraceInterrupt } from "../../sources/ptrace/interrupt.ts";
import { PtraceSource } from "../../sources/ptrace/source.ts";
import { throwIfExecFailed } from "../../sources/ptrace/spawn.ts";
import { EXIT, StartError, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import type { Recording, SourceOptions } from "./session.ts";

export const BACKENDS = ["auto", "bpf", "ptrace"] as const;
type Backend = (typeof BACKENDS)[number];

/** Added to the completeness summary of a recording without eBPF. */
const PTRACE_NOTE = " (by ptrace: without io_uring requests)";

export function parseBackend(text: string): Backend {
  const known = BACKENDS.find((name) => name === text);
  if (known) return known;
  throw new UsageError(`--backend ${text}: expected one of ${BACKENDS.join(", ")}`);
}

interface BackendArgs {
  readonly cgroups?: boolean;
  readonly follow?: boolean;
}

/** @param open starts the kernel programs */
export function selectBackend(
  backend: Backend,
  args: BackendArgs,
  wanted: SourceOptions,
  open: (wanted: SourceOptions) => BpfSource,
): BpfSource | PtraceSource {
  if (backend === "ptrace" && args.cgroups)
    throw new UsageError(
      "--cgroups: cannot be used with --backend ptrace, which follows processes by itself",
    );
  const byPtrace = () =>
    new PtraceSource({ kinds: wanted.kinds, want: wanted.want, follow: args.follow !== false });
  if (backend === "ptrace") return byPtrace();
  try {
    return open(wanted);
  } catch (error) {
    if (backend === "bpf" || args.cgroups || !(error instanceof StartError)) throw error;
    const advice = error.advice === "" ? "" : `; for eBPF, ${error.advice}`;
    logger.info(`eBPF unavailable (${error.reason}); falling back to ptrace${advice}`);
    return byPtrace();
  }
}

/** A recording is of the one or the other all along. */
export type AnyRecording = Recording<BpfSource> | Recording<PtraceSource>;

export function isPtrace(recording: AnyRecording): recording is Recording<PtraceSource> {
  return recording.source instanceof PtraceSource;
}

/**
 * Runs the command to its end, and to that of all that it started: a process whose tracer goes away
 * can no longer make the calls that were recorded. Returns the exit status.
 */
export function recordWithPtrace(
  recording: Recording<PtraceSource>,
  options: SpawnOptions,
): number {
  const { pipeline, outputs, source } = recording;
  const ending = new TraceInterrupt(false);
  source.start(options);
  outputs.begin();
  let told = false;
  while (!source.tracer.done && !ending.requested) {
    pipeline.drain();
    if (source.status === null || told || source.tracer.done) continue;
    told = true;
    logger.info("the command has exited; its remaining processes are recorded until they exit");
  }
  const own = recording.finish(PTRACE_NOTE);
  throwIfExecFailed(source.tracer, options.command[0]);
  return own === EXIT.ok ? (source.status ?? 128 + SIGINT) : own;
}
