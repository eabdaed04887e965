/** A run of `trace watch`, from its options to the verdict. */

import { Doers } from "../../attribution/process-lookup.ts";
import { Found, openInformant } from "../../attribution/providers.ts";
import { Loop } from "../../core/event-loop.ts";
import { Pipeline, verdict } from "../../core/pipeline.ts";
import type { Sink } from "../../core/sink.ts";
import { notify } from "../../daemon/sd-notify.ts";
import type { WatchEvent, WatchType } from "../../events/watch-event.ts";
import { SystemError } from "../../ffi/errno.ts";
import * as sig from "../../kernel/signal.ts";
import { sudoCaller } from "../../process/user.ts";
import { FanotifySource } from "../../sources/fanotify/source.ts";
import { NotSupported } from "../../sources/proc-connector/errors.ts";
import { OutputClosed } from "../../storage/output-file.ts";
import { EXIT, say, UsageError } from "../messages.ts";
import { parseBuffer, parseDuration, parseNumber } from "../options/options.ts";
import { StartError } from "../record/session.ts";
import { WatchChoice, type WatchChoiceArgs, watchTypes } from "./filter.ts";
import { type OutputArgs, WatchOutputs } from "./outputs.ts";

const ENDING = [sig.SIGINT, sig.SIGTERM, sig.SIGHUP];
const ENOENT = 2;
const ENOTDIR = 20;
const NOT_THERE = [ENOENT, ENOTDIR];
/** What the kernel takes for an event that waits, about. */
const EVENT_BYTES = 107;

export interface WatchArgs extends WatchChoiceArgs, OutputArgs {
  readonly recursive?: boolean;
  readonly types?: string;
  readonly "all-events"?: boolean;
  readonly wait?: boolean;
  readonly buffer: string;
  readonly feed?: boolean;
  readonly duration?: string;
  readonly count?: string;
  readonly "require-complete"?: boolean;
  readonly quiet?: boolean;
}

/** Where events are written. */
interface Outputs {
  readonly sink: Sink<WatchEvent>;
  /** Whether sizes are written: to find them out takes time. */
  readonly sizes: boolean;
  /** Whether nobody reads any more what is written. */
  abandoned(): boolean;
}

/** What a run has to do with who started it. */
interface Life {
  /** How it is ended, for who reads along. */
  readonly ending: string;
  /** Called when everything is watched. */
  ready?(): void;
  /** What SIGHUP is for; none: to end. */
  hangup?(): void;
}

/** A service manager that cannot be reached is no reason to end. */
function tellManager(state: string): void {
  try {
    notify(process.env.NOTIFY_SOCKET, state);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    say.warn(error.message);
  }
}

/** What is watched, who changes it, and the way of the events from there. */
export class WatchRun {
  private readonly args: WatchArgs;
  private readonly choice: WatchChoice;
  private readonly duration: number;
  private readonly source: FanotifySource;
  private readonly doers: Doers;
  private readonly outputs: Outputs;
  private readonly pipeline: Pipeline<WatchEvent>;
  /** Paths that were not there at the start. */
  private readonly missing: readonly string[];
  /** Those of them for which there is not even a directory yet that they could appear in. */
  private awaited: readonly string[];

  /**
   * Checks every option before anything is touched.
   * @param open what is written to
   * @throws UsageError, StartError, SystemError that names a path
   */
  constructor(args: WatchArgs, paths: readonly string[], open: () => Outputs) {
    this.args = args;
    this.choice = new WatchChoice(args);
    this.duration = args.duration === undefined ? Infinity : parseDuration(args.duration);
    const limit = args.count === undefined ? undefined : parseNumber("--count", args.count, 1);
    const types = watchTypes(args.types, args["all-events"]);
    const mostWaiting = Math.floor(parseBuffer(args.buffer) / EVENT_BYTES);
    this.outputs = open();
    this.source = this.openSource(types, mostWaiting);
    // Who does something is to be known before anything is watched.
    const { tellsPids } = this.source;
    this.doers = new Doers(tellsPids ? openInformant(args.feed !== false) : new Found());
    this.missing = paths.filter((path) => !this.watch(path));
    if (this.missing.length && !args.wait)
      throw new UsageError(`${this.missing[0]}: there is no such file; --wait waits for it`);
    this.awaited = this.missing.filter((path) => !this.await(path));
    const { source, choice, outputs } = this;
    this.pipeline = new Pipeline({ source, sink: outputs.sink, accept: choice.accepts, limit });
  }

  private openSource(types: ReadonlySet<WatchType>, mostWaiting: number): FanotifySource {
    const { args, outputs } = this;
    try {
      return new FanotifySource({
        paths: [],
        recursive: args.recursive === true,
        types,
        doer: (pid) => this.doers.who(pid),
        wasRead: () => this.doers.learn(),
        sizes: outputs.sizes || args["min-size"] !== undefined,
        mostWaiting,
      });
    } catch (error) {
      if (error instanceof NotSupported) throw new StartError(error.message);
      throw error;
    }
  }

  /** @returns false where there is no such file */
  private watch(path: string): boolean {
    return exists(() => this.source.add(latin1(path)));
  }

  /** @returns false where there is no directory that it could appear in */
  private await(path: string): boolean {
    return exists(() => this.source.await(latin1(path)));
  }

  /** Says what is watched, and what of it cannot be told here. */
  private introduce(paths: readonly string[], ending: string): void {
    if (this.args.quiet) return;
    for (const limit of this.source.limits) say.info(limit);
    const below = this.args.recursive ? " and all below" : "";
    const late = (path: string) => (this.missing.includes(path) ? " (when it appears)" : "");
    const watched = paths.map((path) => path + late(path)).join(", ");
    say.info(`watching ${watched}${below}; ${ending}`);
  }

  /** Watches what has appeared. */
  private lookForAwaited(): void {
    this.awaited = this.awaited.filter((path) => !this.watch(path) && !this.await(path));
  }

  private readonly drain = (): void => {
    this.doers.learn();
    this.pipeline.drain();
    this.doers.forget();
  };

  /** Watches until told to stop. */
  run(paths: readonly string[], { ending, ready, hangup }: Life): void {
    let stopped = false;
    const loop = new Loop(ENDING);
    loop.addGathering(this.source.fd);
    if (this.doers.urgentFd !== null) loop.addUrgent(this.doers.urgentFd);
    this.introduce(paths, ending);
    ready?.();
    tellManager(`READY=1\nMAINPID=${process.pid}`);
    loop.run({
      drain: this.drain,
      tick: () => this.lookForAwaited(),
      signals: (signals) => {
        for (const { number } of signals)
          if (number === sig.SIGHUP && hangup) hangup();
          else stopped = true;
      },
      ended: () => stopped || this.pipeline.full || this.outputs.abandoned(),
      deadline: performance.now() + this.duration,
    });
  }

  /** Says the verdict. @returns trace's exit status */
  finish(): number {
    const { args, pipeline } = this;
    tellManager("STOPPING=1");
    pipeline.finish();
    const losses = [...pipeline.losses(), ...this.choice.losses(), ...this.doers.losses()];
    this.source.close();
    this.doers.close();
    const { failure } = pipeline;
    if (failure instanceof OutputClosed) return EXIT.ok;
    if (failure) say.error(failure.message);
    if (losses.length || !args.quiet) say.info(verdict(pipeline.written, losses));
    if (failure) return EXIT.failure;
    return losses.length && args["require-complete"] ? EXIT.incomplete : EXIT.ok;
  }
}

const latin1 = (path: string) => Buffer.from(path).toString("latin1");

/** Whether what work is about is there. */
function exists(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof SystemError && NOT_THERE.includes(error.errno)) return false;
    throw error;
  }
}

/**
 * Watches to the end.
 * @returns trace's exit status
 * @throws UsageError, StartError, SystemError
 */
export function watch(args: WatchArgs, paths: readonly string[]): number {
  const user = sudoCaller(process.env);
  const run = new WatchRun(args, paths, () => new WatchOutputs(args, user));
  run.run(paths, {
    ending: "Ctrl-C ends",
    // A service is reloaded by it; its log follows the file's name by itself.
    hangup: process.env.NOTIFY_SOCKET ? () => {} : undefined,
  });
  return run.finish();
}
