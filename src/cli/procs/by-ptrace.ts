/** `trace procs -- COMMAND` by ptrace, where the kernel does not report process events to us. */
import type { ProcessEvent } from "../../events/process-event.ts";
import type { ProcessTree } from "../../filters/process-tree.ts";
import type { SpawnOptions } from "../../process/child.ts";
import { releaseInherited } from "../../process/release-inherited.ts";
import { TRACED_PROCESS_EVENTS, TracedProcessSource } from "../../sources/ptrace/process-source.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { StartError } from "../errors.ts";
import { logger } from "../messages.ts";
import { warnOfLostRights } from "../record/lost-rights.ts";
import { combineStatus, RecordingSession, type SessionOptions } from "../record/session.ts";
import { stillRunning } from "../record/still-running.ts";
import { TracerSignals } from "../record/tracer-signals.ts";

const WAITING = "the command has exited; its remaining processes are followed until they exit";

export interface PtraceRun extends Omit<SessionOptions<ProcessEvent>, "source"> {
  readonly tree: ProcessTree;
  readonly output: FileOutput | null;
  readonly threads: boolean;
  /** Called when the command starts. */
  begin(session: RecordingSession<ProcessEvent>): void;
}

/**
 * Says why process events are not available.
 * @param wanted the events of --events; null for all
 * @throws StartError, the reason, if ptrace does not report one of the events
 */
export function fallBackToPtrace(reason: StartError, wanted: readonly string[] | null): void {
  const unknown = wanted?.find((name) => !TRACED_PROCESS_EVENTS.includes(name));
  if (unknown !== undefined)
    throw new StartError(reason.reason, {
      cause: reason,
      advice: `ptrace, the other way to follow a command, does not report ${unknown}`,
    });
  logger.warn(
    `process events unavailable (${reason.reason}); falling back to ptrace, which reports fork, exec and exit`,
  );
}

/** Runs the command and all processes that it starts until they exit. Returns the exit status. */
export function followByPtrace(run: PtraceRun, spawning: SpawnOptions): number {
  const { tree, output, threads } = run;
  const source = new TracedProcessSource({ threads, onLostRights: warnOfLostRights });
  const losses = () => [
    ...(run.losses?.() ?? []),
    ...stillRunning(source.processCount(), { reason: "killed with their tracer" }),
  ];
  const session = new RecordingSession<ProcessEvent>({ ...run, source, losses });
  const signals = new TracerSignals(source.tracer, true);
  const command = source.start(spawning);
  releaseInherited(spawning.inherited, output ? [output.fd] : []);
  signals.forwardTo({ pid: command.pid, status: () => source.status });
  output?.begin();
  run.begin(session);
  tree.add(command.pid);
  let announced = false;
  while (!source.isDone && !signals.handle()) {
    session.pipeline.drain();
    if (source.status === null || announced || source.isDone) continue;
    announced = true;
    logger.info(WAITING);
  }
  const own = session.finish(" (by ptrace)", { status: source.status });
  command.throwIfNotStarted();
  return combineStatus(own, source.status);
}
