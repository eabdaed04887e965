/** What a summary says of the run that it is of. */
import { type Loss, lossText } from "../../../events/loss.ts";
import type { EventChoice, RunHeader, RunTrailer } from "../../../events/run-info.ts";

/** The first keys of a summary's JSON, in this order; null for what the record does not say. */
export interface SummaryRun {
  readonly command: readonly string[] | null;
  readonly cwd: string | null;
  readonly host: string | null;
  readonly kernel: string | null;
  readonly started: string | null;
  readonly ended: string | null;
  readonly status: number | null;
  /** Whether no event is missing. */
  readonly complete: boolean | null;
  readonly losses: readonly Loss[] | null;
  /** If not all events were recorded: each of these chose them. */
  readonly filters?: readonly EventChoice[];
}

/** The run of a record that says nothing of it: CSV, or a JSON array. */
export const UNKNOWN_RUN: SummaryRun = {
  command: null,
  cwd: null,
  host: null,
  kernel: null,
  started: null,
  ended: null,
  status: null,
  complete: null,
  losses: null,
};

/**
 * Returns what is known of a run.
 * @param header parsed JSON, of which nothing is trusted; null if it is not known
 * @param result null for a run that was cut off
 * @param losses all that is missing from the record; null if that is not known
 */
export function summaryRun(
  header: { readonly [key in keyof RunHeader]?: unknown } | null,
  result: Pick<RunTrailer, "ended" | "status"> | null,
  losses: readonly Loss[] | null,
): SummaryRun {
  const { command, cwd, host, kernel, started, filters } = header ?? {};
  return {
    command: Array.isArray(command) ? command.filter(isText) : null,
    cwd: textOrNull(cwd),
    host: textOrNull(host),
    kernel: textOrNull(kernel),
    started: textOrNull(started),
    ended: result?.ended ?? null,
    status: result?.status ?? null,
    complete: losses && losses.length === 0,
    losses,
    ...(Array.isArray(filters) ? { filters: filters.map(toChoice) } : {}),
  };
}

function toChoice(value: unknown): EventChoice {
  const { path, exclude, failed, flags, pids, uid, comm, cgroup, children } = Object(value) as {
    readonly [key in keyof EventChoice]: unknown;
  };
  return {
    ...(Array.isArray(path) ? { path: path.map(String) } : {}),
    ...(Array.isArray(exclude) ? { exclude: exclude.map(String) } : {}),
    ...(failed === true ? { failed } : {}),
    ...(typeof flags === "string" ? { flags } : {}),
    ...(Array.isArray(pids) ? { pids: pids.map(Number) } : {}),
    ...(typeof uid === "number" ? { uid } : {}),
    ...(typeof comm === "string" ? { comm } : {}),
    ...(typeof cgroup === "string" ? { cgroup } : {}),
    ...(children === false ? { children } : {}),
  };
}

const isText = (value: unknown) => typeof value === "string";

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Several runs in one summary. */
export interface CombinedRun extends SummaryRun {
  readonly runs?: readonly SummaryRun[];
}

/**
 * Combines the runs of a summary. Of several, the losses are joined, `complete` is that of all, and
 * the rest is said of each one only.
 */
export function combineRuns(runs: readonly SummaryRun[]): CombinedRun {
  const [only = UNKNOWN_RUN, ...others] = runs;
  if (others.length === 0) return only;
  const isKnown = runs.every(({ complete }) => complete !== null);
  const isIncomplete = runs.some(({ complete }) => complete === false);
  return {
    ...UNKNOWN_RUN,
    complete: isIncomplete ? false : isKnown ? true : null,
    losses: isKnown || isIncomplete ? runs.flatMap(({ losses }) => losses ?? []) : null,
    runs,
  };
}

/** Returns what is missing from an incomplete record: "INCOMPLETE: 3 dropped"; null otherwise. */
export function incompleteText({ complete, losses }: SummaryRun): string | null {
  if (complete !== false) return null;
  return `INCOMPLETE: ${(losses ?? []).map((loss) => lossText(loss)).join("; ")}`;
}
