/**
 * A recording, from its first event to the completeness summary: the part that `exec`, `all`,
 * `watch` and `procs` share.
 */

import { EventLoop } from "../../core/event-loop.ts";
import { Pipeline, type PipelineOptions } from "../../core/pipeline.ts";
import type { FileDigest } from "../../events/file-digest.ts";
import type { Loss } from "../../events/loss.ts";
import { lacking, type RunEnding, type RunTrailer } from "../../events/run-info.ts";
import { SIGHUP, SIGINT } from "../../kernel/signal.ts";
import { OutputClosedError } from "../../storage/output-file.ts";
import { EXIT } from "../errors.ts";
import { logger, setQuiet } from "../messages.ts";
import { reportCompleteness } from "../verdict.ts";
import { TERMINATION_SIGNALS } from "./signal-forwarder.ts";

/** The options of every recording, as citty parses them. */
export interface SessionArgs {
  readonly "require-complete"?: boolean;
  readonly quiet?: boolean;
}

export interface SessionOptions<E> extends PipelineOptions<E> {
  readonly args: SessionArgs;
  /** Whether the output is a pipe without a reader: the recording then ends without a message. */
  readonly readerGone?: () => boolean;
  /** Called when the output has ended, before the verdict. */
  readonly onEnd?: () => void;
  /** Returns losses besides those of the source and the output. */
  readonly losses?: () => readonly Loss[];
  /** Returns digests of files; called when the last event was written. */
  readonly digests?: () => readonly FileDigest[];
  /** Returns what else went wrong, when the output has ended: it follows the verdict. */
  readonly problems?: () => readonly string[];
}

/** How a recording without a command runs. */
export interface RunOptions {
  /** Adds the sources to the event loop, and begins the outputs. */
  begin(loop: EventLoop): void;
  /** Milliseconds. */
  readonly duration: number;
  /** Reads events; by default the pipeline is drained. */
  drain?(): void;
  onTick?(): void;
  /** Called at SIGHUP; by default it stops the recording. */
  onHangup?(): void;
}

export class RecordingSession<E> {
  readonly pipeline: Pipeline<E>;
  private readonly options: SessionOptions<E>;
  private readonly readerGone: () => boolean;

  constructor(options: SessionOptions<E>) {
    setQuiet(options.args.quiet === true);
    this.options = options;
    this.readerGone = options.readerGone ?? (() => false);
    this.pipeline = new Pipeline(options);
  }

  /** Records until a signal, the deadline, the limit, or until the reader of the output has gone. */
  run({ begin, duration, drain, onTick, onHangup }: RunOptions): void {
    let stopped = false;
    const loop = new EventLoop(TERMINATION_SIGNALS);
    begin(loop);
    loop.run({
      drain: drain ?? (() => this.pipeline.drain()),
      onTick,
      onSignals: (signals) => {
        for (const { number } of signals)
          if (number === SIGHUP && onHangup) onHangup();
          else stopped = true;
      },
      isDone: () => stopped || this.pipeline.isDone || this.readerGone(),
      deadline: performance.now() + duration,
    });
  }

  /** Returns all that is known to be missing so far. */
  losses(): Loss[] {
    return [...this.pipeline.losses(), ...(this.options.losses?.() ?? [])];
  }

  private result({
    status = null,
    ended = new Date().toISOString(),
  }: Partial<RunEnding>): RunTrailer {
    const losses = this.losses();
    return { ended, status, events: this.pipeline.written, complete: losses.length === 0, losses };
  }

  /**
   * Ends the output and reports the completeness summary.
   * @param note follows the summary
   * @param ending how the run ended; by default now, without a command
   * @returns the exit status of trace: 0, 3 or 125
   */
  finish(note = "", ending: Partial<RunEnding> = {}): number {
    const { pipeline, options } = this;
    pipeline.finish();
    options.source.close();
    if (options.digests) pipeline.digests(options.digests());
    const result = this.result(ending);
    pipeline.conclude(result);
    const { failure } = pipeline;
    const isGone = this.readerGone();
    options.onEnd?.();
    if (failure instanceof OutputClosedError || isGone) return EXIT.ok;
    if (failure) logger.error(failure.message);
    // Events may have made room for the result.
    const { events, losses } = lacking(result, result.events - pipeline.written);
    reportCompleteness(events, [...losses, ...pipeline.unfinished()], note, options.problems?.());
    if (failure) return EXIT.failure;
    return losses.length && options.args["require-complete"] ? EXIT.incomplete : EXIT.ok;
  }
}

/**
 * Combines the exit statuses of trace and of the command that it recorded.
 * @param own the status of trace: it counts if it is a failure
 * @param command the status of the command; null if the recording was interrupted before its end
 */
export function combineStatus(own: number, command: number | null): number {
  return own === EXIT.ok ? (command ?? 128 + SIGINT) : own;
}
