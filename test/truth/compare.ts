/** Compares two multisets of events, in total and by kind. */
import { EVENT_KINDS, type EventKind } from "../../src/events/event-kinds.ts";
import { FILE_CALLS } from "../../src/events/file-calls.ts";
import { URING_OPS } from "../../src/events/io-uring-ops.ts";
import { lineOf, type ObservedEvent } from "../strace/expectation.ts";

export interface Comparison {
  /** Events in both. */
  readonly same: readonly ObservedEvent[];
  /** Events that strace saw and trace did not record. */
  readonly missing: readonly ObservedEvent[];
  /** Events that trace recorded and strace did not see. */
  readonly extra: readonly ObservedEvent[];
}

/** Two events are equal if all compared fields are. */
export function compare(
  strace: readonly ObservedEvent[],
  trace: readonly ObservedEvent[],
): Comparison {
  const left = new Map<string, ObservedEvent[]>();
  for (const event of trace) {
    const line = lineOf(event);
    const equal = left.get(line);
    if (equal) equal.push(event);
    else left.set(line, [event]);
  }
  const [same, missing]: ObservedEvent[][] = [[], []];
  for (const event of strace) {
    const lines = isKilled(event) ? RESTARTS.map((result) => lineOf({ ...event, result })) : [];
    const found = [lineOf(event), ...lines].some((line) => left.get(line)?.pop() !== undefined);
    (found ? same : missing).push(event);
  }
  return { same, missing, extra: [...left.values()].flat() };
}

/** Results that are not returned to the program: ERESTARTSYS and others, include/linux/errno.h. */
const RESTARTS = [-512, -513, -514, -516];

/** Whether the thread was killed in the call; strace does not see the result then. */
function isKilled({ call, result }: ObservedEvent): boolean {
  return result === null && call !== "exit";
}

/** The number of events in both, and in only one. */
export interface Score {
  readonly same: number;
  readonly missing: number;
  readonly extra: number;
}

export function scoreOf({ same, missing, extra }: Comparison): Score {
  return { same: same.length, missing: missing.length, extra: extra.length };
}

/** Returns the recorded share of what happened: 1 for all, NaN if nothing happened. */
export function recall({ same, missing }: Score): number {
  return same / (same + missing);
}

/** Returns the share of the recorded events that happened. */
export function precision({ same, extra }: Score): number {
  return same / (same + extra);
}

export function sum(scores: readonly Score[]): Score {
  const add = (key: keyof Score) => scores.reduce((total, score) => total + score[key], 0);
  return { same: add("same"), missing: add("missing"), extra: add("extra") };
}

/** Splits the comparisons by kind of event. */
export function byKind(comparisons: readonly Comparison[]): Map<EventKind, Score> {
  const count = (kind: EventKind, key: keyof Comparison) =>
    comparisons.flatMap((each) => each[key].filter((event) => kindOf(event) === kind)).length;
  return new Map(
    EVENT_KINDS.map((kind) => [
      kind,
      {
        same: count(kind, "same"),
        missing: count(kind, "missing"),
        extra: count(kind, "extra"),
      },
    ]),
  );
}

const KINDS = new Map<string, EventKind>([
  ...URING_OPS.map(({ name, kind }) => [name, kind] as const),
  ...FILE_CALLS.map(({ name, kind }) => [name, kind] as const),
  ["exit", "exit"],
  ["interp", "interp"],
]);
const AT_REMOVEDIR = 0x200;

/** Returns the kind of event. */
function kindOf({ call, flags }: ObservedEvent): EventKind {
  const kind = KINDS.get(call);
  if (kind === undefined) throw new Error(`no event of any kind: ${call}`);
  return kind === "unlink" && (flags ?? 0) & AT_REMOVEDIR ? "rmdir" : kind;
}
