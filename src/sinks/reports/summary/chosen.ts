/** What a summary shows of a report, which is made of all events. */
import type { EventChoice } from "../../../events/run-info.ts";
import type { FileEventFilter } from "../../../filters/file-event-filter.ts";
import { ByteSlice } from "../../../text/byte-slice.ts";
import { latin1Slice, sliceToLatin1 } from "../../../text/latin1.ts";
import { printable } from "../../../text/printable.ts";
import { shellQuote } from "../../../text/shell-quote.ts";
import type { FileLists, Report, ReportEntry } from "./report.ts";
import type { CombinedRun } from "./run.ts";

export interface ShownPaths {
  readonly filter: FileEventFilter;
  readonly choice: EventChoice;
}

/** Returns a report of the run without what is not known, or not to be shown. */
export function shownReport(
  report: Report,
  run: CombinedRun,
  shown: ShownPaths | null | undefined,
): Report {
  const known = recordedChoices(run).length > 0 ? { ...report, processes: null } : report;
  return shown ? withShownLines(known, shown) : known;
}

function withShownLines(report: Report, shown: ShownPaths): Report {
  const { paths, failed } = shown.filter;
  const isShown = ({ path, errno }: ReportEntry) => {
    if (failed && errno === undefined) return false;
    if (paths === null) return true;
    // An address is no path, except that of a socket with a name.
    if (!path.startsWith("/")) return !paths.includesSome;
    return paths.accepts(latin1Slice(path === "/" ? path : path.replace(/\/$/, "")));
  };
  const of = (entries: readonly ReportEntry[]) => entries.filter(isShown);
  const lists = (all: FileLists): FileLists => ({
    inputs: of(all.inputs),
    listed: of(all.listed),
    outputs: of(all.outputs),
    removed: of(all.removed),
    changed: of(all.changed),
    probes: of(all.probes),
    programs: of(all.programs),
  });
  return {
    ...report,
    ...lists(report),
    hosts: of(report.hosts),
    listened: of(report.listened),
    mountNamespaces: report.mountNamespaces
      .map(({ mntns, ...all }) => ({ mntns, ...lists(all) }))
      .filter(({ mntns, ...all }) => Object.values(all).some((entries) => entries.length > 0)),
  };
}

/** Returns a choice in words, one character per byte: "only src '*.c', without '*.o'". */
function choiceText(choice: EventChoice): string {
  const { path, exclude, failed, flags, pids, uid, comm, cgroup, children } = choice;
  const quoted = (patterns: readonly string[]) =>
    sliceToLatin1(shellQuote(patterns.map((pattern) => ByteSlice.from(pattern))));
  const parts = [
    ...(path ? [`only ${quoted(path)}`] : []),
    ...(exclude ? [`without ${quoted(exclude)}`] : []),
    ...(failed ? ["only failed calls"] : []),
    ...(flags ? [`only opens with the flags ${quoted([flags])}`] : []),
    ...(pids ? [`only the processes ${pids.join(", ")}`] : []),
    ...(uid === undefined ? [] : [`only processes of the user ${uid}`]),
    ...(comm === undefined ? [] : [`only threads named ${quoted([comm])}`]),
    ...(cgroup === undefined ? [] : [`only processes of the cgroup ${quoted([cgroup])}`]),
    ...(children === false ? ["only the command itself, not its children"] : []),
  ];
  return parts.join(", ");
}

/** Returns what the events of a record were chosen by. */
function recordedChoices(run: CombinedRun): readonly EventChoice[] {
  return [run, ...(run.runs ?? [])].flatMap(({ filters }) => filters ?? []);
}

/** Returns what a record lacks by choice, safe to be shown; null if it has all events. */
export function partialText(run: CombinedRun): string | null {
  const choices = recordedChoices(run).map((choice) => printable(choiceText(choice)));
  return choices.length > 0 ? `has only some of the events: ${choices.join("; ")}` : null;
}

/** Returns what a summary says of events that were chosen: of the record, and for this report. */
export function choiceTexts(shown: ShownPaths | null | undefined, run: CombinedRun): string[] {
  return [
    ...(shown ? [`Shown: ${choiceText(shown.choice)}`] : []),
    ...recordedChoices(run).map((choice) => `Recorded: ${choiceText(choice)}`),
  ];
}
