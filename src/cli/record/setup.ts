/** The setup that `exec` and `all` share: from their options to outputs and a recording. */

import type { Source } from "../../core/source.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { Formula } from "../../filters/flag-formula.ts";
import type { User } from "../../process/user.ts";
import type { BpfOptions } from "../../sources/bpf/config.ts";
import { parseEvents } from "../options/events.ts";
import { parseFlags } from "../options/flags.ts";
import { parseBuffer } from "../options/size.ts";
import { isRecordFormat, type RecordingOutputArgs, RecordingOutputs } from "./outputs.ts";
import { RecordingSession, type SessionArgs } from "./session.ts";

/** The options of both commands, as citty parses them. */
interface RecordingArgs extends RecordingOutputArgs, SessionArgs {
  readonly flags?: string;
  readonly events?: string;
  readonly buffer: string;
}

/** The options of a source that both commands set. */
export type SourceOptions = Pick<BpfOptions, "bufferSize" | "kinds" | "want" | "formula">;

export class RecordingSetup {
  readonly outputs: RecordingOutputs;
  readonly sourceOptions: SourceOptions;
  private readonly args: RecordingArgs;
  private readonly formula: Formula | null;

  /**
   * Checks every option, then opens the outputs.
   * @param fileName of the record, without its extension; "-" for standard output
   * @param user the owner of the outputs; null for the current user
   * @throws UsageError, SystemError that names the output
   */
  constructor(args: RecordingArgs, fileName: string, user: User | null) {
    const recordsAll = args.summary !== undefined || isRecordFormat(args);
    const kinds = parseEvents(args.events ?? (recordsAll ? "all" : "open"));
    this.args = args;
    this.formula = parseFlags(args.flags);
    const bufferSize = parseBuffer(args.buffer);
    this.outputs = new RecordingOutputs(args, kinds, fileName, user);
    const { want } = this.outputs;
    this.sourceOptions = { bufferSize, kinds, want, formula: this.formula?.terms ?? undefined };
  }

  /**
   * Connects a source with the outputs.
   * @param filtersFlags whether the source itself applies a formula that has terms
   * @param limit events after which the recording ends
   */
  connect(
    source: Source<FileEvent>,
    filtersFlags: boolean,
    limit?: number,
  ): RecordingSession<FileEvent> {
    const { args, outputs, formula } = this;
    const isFiltered = formula === null || (filtersFlags && formula.terms !== null);
    return new RecordingSession<FileEvent>({
      args,
      source,
      sink: outputs.sink,
      accept: userSpaceFilter(isFiltered ? null : formula, this.sourceOptions.kinds),
      limit,
      readerGone: () => outputs.readerGone(),
      conclude: (result) => outputs.conclude(result),
    });
  }
}

/**
 * Returns the filter for what the source cannot decide: a formula that it does not apply, and
 * whether an unlinkat(2) removes a file or a directory.
 */
function userSpaceFilter(
  formula: Formula | null,
  kinds: ReadonlySet<EventKind>,
): ((event: FileEvent) => boolean) | undefined {
  const onlyOneRemoval = kinds.has("unlink") !== kinds.has("rmdir");
  if (!formula && !onlyOneRemoval) return undefined;
  return (event) => {
    const { kind } = event;
    if (kind === "open") return !formula || formula.matches(event.record.flags);
    return kinds.has(kind);
  };
}
