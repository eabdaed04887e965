/** A run of `trace watch`, from its options to the completeness summary. */

import { hasOutsiders } from "../../attribution/proc-pids.ts";
import { ProcessLookup } from "../../attribution/process-lookup.ts";
import { openProvider, ProcfsProvider } from "../../attribution/providers.ts";
import type { Sink } from "../../core/sink.ts";
import { SteppedClock } from "../../core/stepped-clock.ts";
import { sdNotify } from "../../daemon/sd-notify.ts";
import type { WatchEvent, WatchType } from "../../events/watch-event.ts";
import { SystemError } from "../../ffi/errno.ts";
import { ENOENT, ENOTDIR } from "../../kernel/errno.ts";
import { realPathText } from "../../process/paths.ts";
import { sudoCaller } from "../../process/user.ts";
import { FanotifySource } from "../../sources/fanotify/source.ts";
import { UnsupportedError } from "../../sources/proc-connector/errors.ts";
import { surrogateUnescape } from "../../text/surrogate-escape.ts";
import { StartError, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseDuration } from "../options/duration.ts";
import { parseCount } from "../options/number.ts";
import { parseBuffer } from "../options/size.ts";
import { RecordingSession, type SessionArgs } from "../record/session.ts";
import { parseWatchTypes, WatchFilter, type WatchFilterArgs } from "./filter.ts";
import type { LogSink } from "./log-sink.ts";
import { LoginSink } from "./login-sink.ts";
import { type WatchOutputArgs, WatchOutputs } from "./outputs.ts";

const NOT_FOUND_ERRNOS = [ENOENT, ENOTDIR];
/** The approximate kernel memory of a queued event. */
const EVENT_BYTES = 107;

export interface WatchArgs extends WatchFilterArgs, WatchOutputArgs, SessionArgs {
  readonly recursive?: boolean;
  readonly types?: string;
  readonly "all-events"?: boolean;
  readonly "current-mount"?: boolean;
  readonly wait?: boolean;
  readonly buffer: string;
  readonly ebpf?: boolean;
  readonly duration?: string;
  readonly count?: string;
}

/** The outputs of a run. */
interface Outputs {
  readonly sink: Sink<WatchEvent>;
  /** The log, which has notes besides events; null without one. */
  readonly log: LogSink | null;
  /** Whether file sizes are written: reading them costs system calls. */
  readonly sizes: boolean;
  /** Whether the output is a pipe without a reader. */
  readerGone(): boolean;
  /** What went wrong with the log, for the verdict. */
  problems(): readonly string[];
}

/** How a run interacts with the terminal or the process that started it. */
interface RunHooks {
  /** How to stop the run, for the message at the start. */
  readonly stopHint: string;
  /** Called when everything is watched. */
  onReady?(): void;
  /** Called at SIGHUP; by default it stops the run. */
  onHangup?(): void;
}

/** Notifies the service manager. If that fails, it warns and continues. */
function notifyManager(state: string): void {
  try {
    sdNotify(process.env.NOTIFY_SOCKET, state);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    logger.warn(error.message);
  }
}

/** The watched paths, the lookup of processes, and the pipeline of their events. */
export class WatchRun {
  private readonly args: WatchArgs;
  private readonly duration: number;
  private readonly source: FanotifySource;
  private readonly processLookup: ProcessLookup;
  private readonly session: RecordingSession<WatchEvent>;
  private readonly log: LogSink | null;
  private readonly clock = new SteppedClock((milliseconds) => {
    this.session.pipeline.attempt(() => this.log?.noteClockStep(milliseconds));
  });
  /** Paths that did not exist at the start. */
  private readonly missing: readonly string[];

  /**
   * Checks every option before anything is touched.
   * @param open opens the outputs
   * @throws UsageError, StartError, SystemError that names a path
   */
  constructor(args: WatchArgs, paths: readonly string[], open: () => Outputs) {
    this.args = args;
    const filter = new WatchFilter(args);
    this.duration = parseDuration(args.duration);
    const limit = parseCount(args.count);
    const types = parseWatchTypes(args.types, args["all-events"]);
    const maxQueued = Math.floor(parseBuffer(args.buffer) / EVENT_BYTES);
    const outputs = open();
    this.log = outputs.log;
    const sizes = outputs.sizes || args["min-size"] !== undefined;
    this.source = this.openSource(types, sizes, maxQueued);
    // Processes have to be known before the first path is watched.
    const { reportsPids } = this.source;
    this.processLookup = new ProcessLookup(
      reportsPids ? openProvider(args.ebpf !== false) : new ProcfsProvider(),
    );
    this.missing = paths.filter((path) => !this.watch(path));
    if (this.missing.length && !args.wait)
      throw new UsageError(`${this.missing[0]}: no such file; use --wait to wait for it`);
    for (const path of this.missing) this.source.addPending(surrogateUnescape(path));
    this.session = new RecordingSession({
      args,
      source: this.source,
      sink: new LoginSink(outputs.sink),
      accept: filter.accepts,
      limit,
      readerGone: () => outputs.readerGone(),
      problems: () => outputs.problems(),
      losses: () => [...filter.losses(), ...this.processLookup.losses()],
    });
  }

  private openSource(
    types: ReadonlySet<WatchType>,
    sizes: boolean,
    maxQueued: number,
  ): FanotifySource {
    try {
      return new FanotifySource({
        paths: [],
        recursive: this.args.recursive === true,
        mountsBelow: this.args["current-mount"] !== true,
        types,
        lookup: (pid) => this.processLookup.lookup(pid),
        onRead: () => this.processLookup.update(),
        now: () => this.clock.now(),
        sizes,
        maxQueued,
      });
    } catch (error) {
      if (error instanceof UnsupportedError) throw new StartError(error.message, { cause: error });
      throw error;
    }
  }

  /** @returns false if the path does not exist */
  private watch(path: string): boolean {
    return falseIfMissing(() => this.source.add(surrogateUnescape(path)));
  }

  /** Reports the watched paths, and which events cannot be reported. */
  private announce(paths: readonly string[], stopHint: string): void {
    for (const limit of this.source.limitations) logger.info(limit);
    if (this.source.reportsPids && hasOutsiders())
      logger.info("processes outside of this pid namespace cannot be identified");
    const descendants = this.args.recursive ? " and all descendants" : "";
    const pending = (path: string) => (this.missing.includes(path) ? " (once it exists)" : "");
    const watched = paths.map((path) => path + pending(path)).join(", ");
    logger.info(`watching ${watched}${descendants}; ${stopHint}`);
  }

  private readonly drain = (): void => {
    this.clock.now(); // notes a step also while nothing happens
    this.processLookup.update();
    this.session.pipeline.drain();
    this.processLookup.rotateGenerations();
  };

  /** Watches until a signal, the deadline or the limit. */
  run(paths: readonly string[], { stopHint, onReady, onHangup }: RunHooks): void {
    this.session.run({
      begin: (loop) => {
        loop.addOneshot(this.source.fd);
        if (this.processLookup.urgentFd !== null) loop.addUrgent(this.processLookup.urgentFd);
        this.session.pipeline.attempt(() => this.log?.start(paths.map(realPathText)));
        this.announce(paths, stopHint);
        onReady?.();
        notifyManager(`READY=1\nMAINPID=${process.pid}`);
      },
      duration: this.duration,
      drain: this.drain,
      onHangup,
    });
  }

  /** Reports the completeness summary. @returns the exit status of trace */
  finish(): number {
    notifyManager("STOPPING=1");
    const status = this.session.finish();
    this.processLookup.close();
    return status;
  }
}

/** Runs `work`. @returns false if a file that it needs does not exist */
function falseIfMissing(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof SystemError && NOT_FOUND_ERRNOS.includes(error.errno)) return false;
    throw error;
  }
}

/**
 * Watches in the foreground.
 * @returns the exit status of trace
 * @throws UsageError, StartError, SystemError
 */
export function watchForeground(args: WatchArgs, paths: readonly string[]): number {
  const user = sudoCaller(process.env);
  const run = new WatchRun(args, paths, () => new WatchOutputs(args, user));
  run.run(paths, {
    stopHint: "press Ctrl-C to stop",
    // systemd reloads a service with SIGHUP. Nothing to do: the log follows the file's name.
    onHangup: process.env.NOTIFY_SOCKET ? () => {} : undefined,
  });
  return run.finish();
}
