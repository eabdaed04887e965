/** Compares two multisets of facts, in all and by kind. */
import { EVENT_KINDS, type EventKind } from "../../src/events/event-kinds.ts";
import { FILE_CALLS } from "../../src/events/file-calls.ts";
import { URING_OPS } from "../../src/events/io-uring-ops.ts";
import { type Fact, lineOf } from "../strace/expectation.ts";

export interface Comparison {
  /** What is in both. */
  readonly same: readonly Fact[];
  /** What strace saw and trace did not record. */
  readonly missing: readonly Fact[];
  /** What trace recorded and strace did not see. */
  readonly extra: readonly Fact[];
}

/** A fact is in both where everything that both know of it is equal. */
export function compare(strace: readonly Fact[], trace: readonly Fact[]): Comparison {
  const left = new Map<string, Fact[]>();
  for (const fact of trace) {
    const line = lineOf(fact);
    const alike = left.get(line);
    if (alike) alike.push(fact);
    else left.set(line, [fact]);
  }
  const [same, missing]: Fact[][] = [[], []];
  for (const fact of strace) {
    const lines = isCut(fact) ? RESTARTS.map((result) => lineOf({ ...fact, result })) : [];
    const found = [lineOf(fact), ...lines].some((line) => left.get(line)?.pop() !== undefined);
    (found ? same : missing).push(fact);
  }
  return { same, missing, extra: [...left.values()].flat() };
}

/** How a call returns to nobody: ERESTARTSYS and its like, include/linux/errno.h. */
const RESTARTS = [-512, -513, -514, -516];

/** The thread was killed in the call, whose result strace does not see. */
function isCut({ call, result }: Fact): boolean {
  return result === null && call !== "exit";
}

/** How many events are in both, and in one only. */
export interface Score {
  readonly same: number;
  readonly missing: number;
  readonly extra: number;
}

export function scoreOf({ same, missing, extra }: Comparison): Score {
  return { same: same.length, missing: missing.length, extra: extra.length };
}

/** What share of all that happened was recorded: 1 is all. NaN where nothing happened. */
export function recall({ same, missing }: Score): number {
  return same / (same + missing);
}

/** What share of what was recorded happened. */
export function precision({ same, extra }: Score): number {
  return same / (same + extra);
}

export function sum(scores: readonly Score[]): Score {
  const add = (key: keyof Score) => scores.reduce((total, score) => total + score[key], 0);
  return { same: add("same"), missing: add("missing"), extra: add("extra") };
}

/** The comparisons taken apart by kind. */
export function byKind(comparisons: readonly Comparison[]): Map<EventKind, Score> {
  const count = (kind: EventKind, key: keyof Comparison) =>
    comparisons.flatMap((each) => each[key].filter((fact) => kindOf(fact) === kind)).length;
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
]);
const AT_REMOVEDIR = 0x200;

/** The kind of an event that both know. */
function kindOf({ call, flags }: Fact): EventKind {
  const kind = KINDS.get(call);
  if (kind === undefined) throw new Error(`no event of any kind: ${call}`);
  return kind === "unlink" && (flags ?? 0) & AT_REMOVEDIR ? "rmdir" : kind;
}
