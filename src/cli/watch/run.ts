/** A run of `trace watch`, from its options to the completeness summary. */

import { hasOutsiders } from "../../attribution/proc-pids.ts";
import { ProcessLookup } from "../../attribution/process-lookup.ts";
import { openProvider, ProcfsProvider } from "../../attribution/providers.ts";
import type { Sink } from "../../core/sink.ts";
import { SteppedClock } from "../../core/stepped-clock.ts";
import { sdNotify } from "../../daemon/sd-notify.ts";
import type { Loss } from "../../events/loss.ts";
import type { WatchEvent, WatchType } from "../../events/watch-event.ts";
import { SystemError } from "../../ffi/errno.ts";
import { pathExists, realPathText } from "../../process/paths.ts";
import { sudoCaller } from "../../process/user.ts";
import { TeeSink } from "../../sinks/formats/tee.ts";
import type { Delivery, DeliverySink } from "../../sinks/watch/delivery.ts";
import { DigestSink } from "../../sinks/watch/digest-sink.ts";
import { type CommandReports, EventCommands } from "../../sinks/watch/event-commands.ts";
import type { LogSink } from "../../sinks/watch/log-sink.ts";
import { LoginSink } from "../../sinks/watch/login-sink.ts";
import { FanotifySource } from "../../sources/fanotify/source.ts";
import { unseenChanges } from "../../sources/fanotify/unseen-changes.ts";
import { UnsupportedError } from "../../sources/proc-connector/errors.ts";
import { escapeBytes } from "../../text/surrogate-escape.ts";
import { StartError, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseDuration } from "../options/duration.ts";
import { parseCount, parseNumber, parsePids } from "../options/number.ts";
import { requireProcesses } from "../options/processes.ts";
import { parseSeverity, type SeverityArgs } from "../options/severity.ts";
import { parseBuffer, parseSize } from "../options/size.ts";
import { RecordingSession, type SessionArgs } from "../record/session.ts";
import { type DeliveryArgs, parseDeliveries } from "./deliveries.ts";
import { parseWatchTypes, WatchFilter, type WatchFilterArgs } from "./filter.ts";
import type { WatchOutputArgs } from "./outputs.ts";
import { WatchedPaths } from "./watched-paths.ts";

/** The approximate kernel memory of a queued event. */
const EVENT_BYTES = 107;

type OutputArgs = WatchOutputArgs & DeliveryArgs;

export interface WatchArgs extends WatchFilterArgs, OutputArgs, SessionArgs, SeverityArgs {
  readonly recursive?: boolean;
  readonly types?: string;
  readonly "all-events"?: boolean;
  readonly "current-mount"?: boolean;
  readonly wait?: boolean;
  readonly "follow-links"?: boolean;
  readonly buffer: string;
  readonly ebpf?: boolean;
  readonly duration?: string;
  readonly count?: string;
  readonly digest?: string;
  readonly "on-event"?: string;
  readonly "on-event-rate": string;
}

/** The outputs of a run. */
interface Outputs {
  readonly sink: Sink<WatchEvent>;
  /** The log, which has notes besides events; null without one. */
  readonly log: LogSink | null;
  /** Whether file sizes are written: reading them costs system calls. */
  readonly sizes: boolean;
  /** Whether login sessions or the machine's name are written. */
  readonly logins: boolean;
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
  /** Serves others while the run goes on. */
  readonly control?: Control;
}

/** How far a run is. */
export interface WatchProgress {
  /** Number of events that were written. */
  readonly events: number;
  /** Time of the last one in milliseconds since 1970; null if there was none. */
  readonly lastEvent: number | null;
  /** Events that wait in the kernel's queue, and at how many the oldest are dropped. */
  readonly queue: { readonly pending: number; readonly max: number };
  readonly losses: readonly Loss[];
  readonly deliveries: readonly Delivery[];
}

/** Something that the run serves when its fd is readable, and ten times a second. */
export interface Control {
  readonly fd: number;
  poll(): void;
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

const COMMAND_REPORTS: CommandReports = {
  onUnstarted: (error) => logger.warn(`--on-event: ${error.message}`),
  onFailed: (status) => logger.warn(`the command of --on-event failed with status ${status}`),
  onEnd: (started, failed) =>
    logger.info(`--on-event: ${started} commands, of which ${failed} failed`),
};

/** @throws UsageError */
function openCommands(args: WatchArgs): EventCommands | null {
  const { "on-event": command, "on-event-rate": rate } = args;
  const maxPerSecond = parseNumber("--on-event-rate", rate, 1);
  if (command === undefined) return null;
  if (command.trim() === "") throw new UsageError("--on-event: expected a command");
  return new EventCommands(command, maxPerSecond, sudoCaller(process.env), COMMAND_REPORTS);
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
  private readonly commands: EventCommands | null;
  private readonly digests: DigestSink | null;
  private readonly deliveries: readonly DeliverySink[];
  /** The watched paths. */
  readonly paths: WatchedPaths;
  /** Time of the last reported event in milliseconds since 1970; null if there was none. */
  private get lastEvent(): number | null {
    const { lastSeconds, lastNanoseconds } = this;
    return lastSeconds === 0 ? null : lastSeconds * 1000 + Math.floor(lastNanoseconds / 1e6);
  }
  private lastSeconds = 0;
  private lastNanoseconds = 0;

  /**
   * Checks every option before anything is touched.
   * @param open opens the outputs
   * @throws UsageError, StartError, SystemError that names a path
   */
  constructor(args: WatchArgs, paths: readonly string[], open: () => Outputs) {
    this.args = args;
    const filter = new WatchFilter(args);
    const hasSeverity = parseSeverity(args);
    this.duration = parseDuration(args.duration);
    const limit = parseCount(args.count);
    const types = parseWatchTypes(args.types, args["all-events"]);
    const maxQueued = Math.floor(parseBuffer(args.buffer) / EVENT_BYTES);
    requireProcesses("--pid", parsePids("--pid", args.pid) ?? []);
    // First, as commands must not get its secrets.
    const openDeliveries = parseDeliveries(args);
    this.commands = openCommands(args);
    const outputs = open();
    this.log = outputs.log;
    this.deliveries = openDeliveries();
    const readers = [args["min-size"], args.rules, args["on-event"], args.digest];
    const isSent = this.deliveries.length > 0;
    const logins = outputs.logins || this.commands !== null || isSent;
    const sizes = outputs.sizes || isSent || readers.some((option) => option !== undefined);
    this.source = this.openSource(types, sizes, maxQueued);
    // Processes have to be known before the first path is watched.
    const { reportsPids } = this.source;
    this.processLookup = new ProcessLookup(
      reportsPids ? openProvider(args.ebpf !== false) : new ProcfsProvider(),
    );
    this.paths = new WatchedPaths(this.source);
    this.paths.add(paths, args.wait === true);
    const sink = [...this.deliveries, ...(this.commands ? [this.commands] : [])].reduce(
      (first: Sink<WatchEvent>, second) => new TeeSink(first, second),
      outputs.sink,
    );
    this.digests =
      args.digest === undefined ? null : new DigestSink(sink, parseSize("--digest", args.digest));
    this.session = new RecordingSession({
      args,
      source: this.source,
      sink: logins ? new LoginSink(this.digests ?? sink) : (this.digests ?? sink),
      accept: (event) => filter.accepts(event) && hasSeverity(event) && this.note(event),
      limit,
      readerGone: () => outputs.readerGone(),
      problems: () => [
        ...outputs.problems(),
        ...this.deliveries.flatMap((each) => each.problems()),
      ],
      losses: () => [
        ...filter.losses(),
        ...this.processLookup.losses(),
        ...(this.commands?.losses() ?? []),
        ...(this.digests?.losses() ?? []),
        ...this.deliveries.flatMap((each) => each.losses()),
      ],
    });
  }

  private note({ time }: WatchEvent): true {
    this.lastSeconds = time.seconds;
    this.lastNanoseconds = time.nanoseconds;
    return true;
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
        followLinks: this.args["follow-links"] === true,
        onSwitched: (from, to) => this.switch(escapeBytes(from), escapeBytes(to)),
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

  /** Messages that say what cannot be reported. */
  get limitations(): readonly string[] {
    return this.source.limitations;
  }

  /** Reports the watched paths, and which events cannot be reported. */
  private announce(paths: readonly string[], stopHint: string): void {
    for (const limit of this.limitations) logger.info(limit);
    for (const path of paths) {
      const unseen = unseenChanges(path);
      if (unseen) logger.info(unseen);
    }
    if (this.source.reportsPids && hasOutsiders())
      logger.info("processes outside of this pid namespace cannot be identified");
    const descendants = this.args.recursive ? " and all descendants" : "";
    const pending = (path: string) => (pathExists(path) ? "" : " (once it exists)");
    const watched = paths.map((path) => path + pending(path)).join(", ");
    logger.info(`watching ${watched}${descendants}; ${stopHint}`);
  }

  private readonly drain = (): void => {
    this.clock.now(); // notes a step also while nothing happens
    this.processLookup.update();
    this.session.pipeline.drain();
    this.processLookup.drained(this.source.isCaughtUp);
  };

  /** Watches until a signal, the deadline or the limit. */
  run(paths: readonly string[], { stopHint, onReady, onHangup, control }: RunHooks): void {
    this.session.run({
      begin: (loop) => {
        loop.addOneshot(this.source.fd);
        if (control) loop.addUrgent(control.fd);
        if (this.processLookup.urgentFd !== null) loop.addUrgent(this.processLookup.urgentFd);
        this.session.pipeline.attempt(() => this.log?.start(paths.map(realPathText)));
        this.announce(paths, stopHint);
        onReady?.();
        notifyManager(`READY=1\nMAINPID=${process.pid}`);
      },
      duration: this.duration,
      drain: this.drain,
      onTick: () => control?.poll(),
      onHangup,
    });
  }

  /** Watches more paths, from now on also by the log. @throws as WatchedPaths.add() */
  add(paths: readonly string[], wait: boolean): void {
    this.paths.add(paths, wait);
    this.session.pipeline.attempt(() => this.log?.start(paths.map(realPathText)));
  }

  /** Stops watching paths. What was queued before is reported first. */
  remove(paths: readonly string[]): void {
    this.drain();
    const real = paths.map((path) => this.paths.realOf(path));
    this.paths.remove(paths);
    for (const path of real) this.session.pipeline.attempt(() => this.log?.end(path));
  }

  /** Notes in the log that a symbolic link leads elsewhere now. */
  private switch(from: string, to: string): void {
    this.paths.switch(from, to);
    this.session.pipeline.attempt(() => {
      this.log?.end(from);
      this.log?.start([to]);
    });
  }

  /** What the run has reported so far, what waits, and what is lost. */
  get progress(): WatchProgress {
    const { source, session, lastEvent } = this;
    const events = session.pipeline.written;
    const deliveries = this.deliveries.map(({ delivery }) => delivery);
    return { events, lastEvent, queue: source.queue, losses: session.losses(), deliveries };
  }

  /** Reports the completeness summary. @returns the exit status of trace */
  finish(): number {
    notifyManager("STOPPING=1");
    const status = this.session.finish();
    this.processLookup.close();
    return status;
  }
}
