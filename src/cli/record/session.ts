/** What `exec` and `all` do alike: from their options to a source, a pipeline and a verdict. */

import { completenessSummary, Pipeline } from "../../core/pipeline.ts";
import type { Source } from "../../core/source.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import type { FileEvent } from "../../events/file-event.ts";
import { SystemError } from "../../ffi/errno.ts";
import { BpfLoadError } from "../../ffi/libbpf.ts";
import type { Formula } from "../../filters/flag-formula.ts";
import type { User } from "../../process/user.ts";
import { type BpfOptions, BpfSource } from "../../sources/bpf/source.ts";
import { OutputClosedError } from "../../storage/output-file.ts";
import { firstFailed } from "../doctor/checks.ts";
import { EXIT, StartError } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseEvents } from "../options/events.ts";
import { parseFlags } from "../options/flags.ts";
import { parseBuffer } from "../options/size.ts";
import { type RecordingOutputArgs, RecordingOutputs } from "./outputs.ts";

/** The options of both, as citty gives them. */
interface RecordingArgs extends RecordingOutputArgs {
  readonly flags?: string;
  readonly events?: string;
  readonly buffer: string;
  readonly "require-complete"?: boolean;
  readonly quiet?: boolean;
}

/** What is asked of a source by the options of both commands. */
export type SourceOptions = Pick<BpfOptions, "bufferSize" | "kinds" | "want" | "formula">;

/** A source that knows some events only at its end. */
interface RecordingSource extends Source<FileEvent> {
  finish(visit: (event: FileEvent) => void): void;
}

export class Recording<S extends RecordingSource = BpfSource> {
  readonly outputs: RecordingOutputs;
  readonly source: S;
  readonly pipeline: Pipeline<FileEvent>;
  private readonly args: RecordingArgs;

  /**
   * Checks every option before anything is touched, then opens the output, then starts recording.
   * @param fileName of the output, without its extension; "-" for standard output
   * @param user whom the output is for
   * @param open starts the source
   */
  constructor(
    args: RecordingArgs,
    fileName: string,
    user: User | null,
    open: (wanted: SourceOptions) => S,
    limit?: number,
  ) {
    const kinds = parseEvents(args.events ?? (args.summary === undefined ? "open" : "all"));
    const formula = parseFlags(args.flags);
    const bufferSize = parseBuffer(args.buffer);
    this.args = args;
    this.outputs = new RecordingOutputs(args, kinds, fileName, user);
    const sink = this.outputs.open();
    this.source = open({
      bufferSize,
      kinds,
      want: this.outputs.want,
      formula: formula?.terms ?? undefined,
    });
    this.pipeline = new Pipeline<FileEvent>({
      source: this.source,
      sink,
      accept: userSpaceFilter(formula, kinds, this.source instanceof BpfSource),
      limit,
    });
  }

  get quiet(): boolean {
    return this.args.quiet === true;
  }

  /** Ends the output and says the verdict, with a remark behind it. Returns trace's own exit status: 0, 3 or 125. */
  finish(remark = ""): number {
    this.pipeline.finish();
    this.source.close();
    const losses = this.pipeline.losses();
    const { failure } = this.pipeline;
    if (failure instanceof OutputClosedError || this.outputs.readerGone()) return EXIT.ok;
    if (failure) logger.error(failure.message);
    if (losses.length || !this.args.quiet)
      logger.info(completenessSummary(this.pipeline.written, losses) + remark);
    if (failure) return EXIT.failure;
    return losses.length && this.args["require-complete"] ? EXIT.incomplete : EXIT.ok;
  }
}

/**
 * What the kernel had no room for, or cannot tell apart, is asked here: a formula with many terms
 * (without kernel programs, any),
 * and which of its two things an unlinkat(2) does.
 */
function userSpaceFilter(
  formula: Formula | null,
  kinds: ReadonlySet<EventKind>,
  kernelFilters: boolean,
): ((event: FileEvent) => boolean) | undefined {
  const longFormula = formula && !(kernelFilters && formula.terms) ? formula : null;
  const eitherRemoval = kinds.has("unlink") !== kinds.has("rmdir");
  if (!longFormula && !eitherRemoval) return undefined;
  return (event) => {
    const { kind } = event;
    if (kind === "open") return !longFormula || longFormula.matches(event.record.flags);
    return kinds.has(kind);
  };
}

/** @throws StartError that says what is missing and what to do */
export function startBpf(options: BpfOptions): BpfSource {
  try {
    return new BpfSource(options);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const unmet = firstFailed();
    if (unmet)
      throw new StartError(`${unmet.name}: ${unmet.detail}`, {
        cause: error,
        advice: unmet.advice,
      });
    const log = error instanceof BpfLoadError && process.env.TRACE_DEBUG ? error.log : "";
    throw new StartError(`cannot start recording: ${error.message}`, {
      cause: error,
      details: log,
    });
  }
}
