/** The setup that `exec` and `all` share: from their options to outputs and a recording. */

import type { EventChains } from "../../attribution/event-chains.ts";
import { EventLoop } from "../../core/event-loop.ts";
import type { Source } from "../../core/source.ts";
import { CHAIN_KINDS } from "../../events/columns.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import { NOTE_UNSELECTED } from "../../events/event-record.ts";
import type { FileDigest } from "../../events/file-digest.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { Loss } from "../../events/loss.ts";
import type { EventChoice } from "../../events/run-info.ts";
import type { FileEventFilter } from "../../filters/file-event-filter.ts";
import type { Formula } from "../../filters/flag-formula.ts";
import type { SpawnOptions } from "../../process/child.ts";
import type { User } from "../../process/user.ts";
import { withChoice } from "../../sinks/formats/filtered.ts";
import type { BpfOptions } from "../../sources/bpf/config.ts";
import { wantsDigests } from "../options/digest.ts";
import { parseEvents } from "../options/events.ts";
import { parseFlags } from "../options/flags.ts";
import { eventsAlways, leastBuffer, parseFormatEvents } from "../options/format.ts";
import { parseChosenEvents } from "../options/path-patterns.ts";
import { parseBuffer } from "../options/size.ts";
import { optionValues } from "../parse-args.ts";
import { parseDepfile } from "./depfile.ts";
import type { RunDigests } from "./digests.ts";
import { type RecordingOutputArgs, RecordingOutputs, type RunOutputs } from "./outputs.ts";
import { type Recorder, runHeader } from "./run-header.ts";
import { RecordingSession, type SessionArgs } from "./session.ts";
import { TERMINATION_SIGNALS } from "./signal-forwarder.ts";

/** The options of both commands, as citty parses them. */
export interface RecordingArgs extends RecordingOutputArgs, SessionArgs {
  readonly flags?: string;
  readonly events?: string;
  readonly buffer: string;
  readonly environment?: boolean;
}

/** The options of a source that both commands set. */
export type SourceOptions = Pick<BpfOptions, "bufferSize" | "kinds" | "want" | "formula">;

export class RecordingSetup {
  readonly outputs: RunOutputs;
  /** The source records processes too, if the processes that led to an event are shown. */
  readonly sourceOptions: SourceOptions;
  private readonly kinds: ReadonlySet<EventKind>;
  private readonly args: RecordingArgs;
  private readonly formula: Formula | null;

  /**
   * Checks every option, then opens the outputs.
   * @param fileName of the record, without its extension; "-" for standard output
   * @param user the owner of the outputs; null for the current user
   * @param options as `--name=value`: those that can be repeated
   * @param outputs to use instead of those of the options; they need all events
   * @throws UsageError, SystemError that names the output
   */
  constructor(
    args: RecordingArgs,
    fileName: string,
    user: User | null,
    options: readonly string[] = [],
    outputs?: RunOutputs,
  ) {
    const chosen = parseChosenEvents(options, eventsAlways(args));
    const depfile = parseDepfile(options);
    const recordsAll =
      outputs !== undefined ||
      args.summary !== undefined ||
      args.report !== undefined ||
      depfile !== null ||
      args.attest !== undefined ||
      wantsDigests(args);
    const kinds = recordsAll
      ? parseEvents(args.events ?? "all")
      : parseFormatEvents(args, ["open"]);
    this.args = args;
    this.formula = parseFlags(args.flags);
    const buffer = parseBuffer(args.buffer);
    const isChosen = optionValues(options, "buffer").length > 0;
    const bufferSize = isChosen ? buffer : Math.max(buffer, leastBuffer(args));
    this.outputs = outputs ?? new RecordingOutputs(args, kinds, fileName, user, chosen, depfile);
    const { want, showsChains } = this.outputs;
    this.kinds = kinds;
    this.sourceOptions = {
      bufferSize,
      kinds: showsChains ? new Set([...kinds, ...CHAIN_KINDS]) : kinds,
      want,
      formula: this.formula?.terms ?? undefined,
    };
  }

  /**
   * Connects a source with the outputs.
   * @param filtersFlags whether the source itself applies a formula that has terms
   * @param openChains finds the processes that were there before
   * @param options `limit`: events after which the recording ends; `losses` returns losses besides
   *   those of the source and the output
   */
  connect(
    source: Source<FileEvent>,
    filtersFlags: boolean,
    openChains: () => EventChains,
    { limit, losses }: { limit?: number; losses?: () => readonly Loss[] } = {},
  ): RecordingSession<FileEvent> {
    const { args, outputs, formula } = this;
    const isFiltered = formula === null || (filtersFlags && formula.terms !== null);
    return new RecordingSession<FileEvent>({
      args,
      source,
      sink: outputs.sink,
      accept: userSpaceFilter(
        isFiltered ? null : formula,
        this.kinds,
        outputs.showsChains ? openChains() : null,
        outputs.chosen?.filter ?? null,
      ),
      limit,
      losses: () => [...(losses?.() ?? []), ...(outputs.digests?.losses() ?? [])],
      digests: () => finishDigests(outputs.digests),
      readerGone: () => outputs.readerGone(),
    });
  }

  /**
   * Truncates existing files and begins the outputs.
   * @param selection the processes that are recorded, if not all
   * @param spawning how the command is started; undefined for the whole machine
   */
  begin(
    { pipeline }: RecordingSession<FileEvent>,
    { backend, bootTime }: Recorder,
    selection: EventChoice,
    spawning?: SpawnOptions,
  ): void {
    this.outputs.begin();
    if (this.outputs.digests) this.outputs.digests.isStill = backend === "ptrace";
    const { want, holdsRecords: processes } = this.outputs;
    const environment = this.args.environment !== false;
    const run = runHeader({
      ...{ backend, bootTime, kinds: this.kinds },
      ...{ want, spawning, processes, environment },
    });
    const header = this.outputs.headerOf(run);
    const { flags } = this.args;
    const choice = { ...(flags === undefined ? {} : { flags }), ...selection };
    pipeline.begin(Object.keys(choice).length > 0 ? withChoice(header, choice) : header);
  }
}

/** Reads files until all have their digests, or a signal such as that of Ctrl-C arrives. */
function finishDigests(digests: RunDigests | null): readonly FileDigest[] {
  if (!digests) return [];
  const loop = new EventLoop(TERMINATION_SIGNALS);
  return digests.finish(() => loop.pendingSignals().length > 0);
}

/**
 * Returns the filter for what the source cannot decide: a formula that it does not apply, whether an
 * unlinkat(2) removes a file or a directory, events that only chains need, which it finds, and paths
 * and failures.
 */
function userSpaceFilter(
  formula: Formula | null,
  kinds: ReadonlySet<EventKind>,
  chains: EventChains | null,
  chosen: FileEventFilter | null,
): ((event: FileEvent) => boolean) | undefined {
  const onlyOneRemoval = kinds.has("unlink") !== kinds.has("rmdir");
  if (!formula && !onlyOneRemoval && !chains) return chosen?.accepts;
  const accepts = (event: FileEvent) => {
    chains?.attribute(event);
    if (event.record.notes & NOTE_UNSELECTED) return false;
    const { kind } = event;
    if (kind === "open") return !formula || formula.matches(event.record.flags);
    return kinds.has(kind);
  };
  return chosen ? (event) => accepts(event) && chosen.accepts(event) : accepts;
}
