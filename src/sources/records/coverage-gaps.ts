/** The times of a query in which its paths were not watched, or for which the history has no notes. */
import type { Loss } from "../../events/loss.ts";
import { isPathWithin } from "../../text/path.ts";
import { type Coverage, covers, type WatchedTime } from "./coverage.ts";

/** The gaps that are shown with their times. */
const MAX_SHOWN = 3;

/** What was asked. Times are in seconds since 1970. */
export interface CoverageQuestion {
  /** Null for the beginning of the history. */
  readonly since: number | null;
  /** Null for its end. */
  readonly until: number | null;
  /** One character per byte, absolute and normalized, as aliases of one path; empty for all. */
  readonly paths: readonly string[];
  readonly now: number;
}

/** A time in which nobody watched. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Whether a process that watched was killed: it may have ended later than `from`. */
  readonly isCut: boolean;
}

export interface CoverageGaps {
  readonly gaps: readonly Gap[];
  /** When the history begins, if older events that were asked for have been removed from it. */
  readonly begin: number | null;
  /** Number of times of which it is not known whether somebody watched. */
  readonly unnoted: number;
}

/** Times in which a path was watched, or a file or directory in it. */
function relevantTimes(
  watched: readonly WatchedTime[],
  paths: readonly string[],
): readonly WatchedTime[] {
  if (paths.length === 0) return watched;
  return watched.filter((time) =>
    paths.some((path) => covers(time, path) || isPathWithin(time.path, path)),
  );
}

const min = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
const max = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);

/** Returns the times that were asked for. */
function askedTime(all: readonly WatchedTime[], { since, until, now }: CoverageQuestion) {
  const last = all.find(({ to }) => to === max(all.map((each) => each.to)));
  // A history that has ended is asked for what it has, unless it was cut.
  const isOver = last !== undefined && !last.isCut && since === null;
  const end = isOver ? last.to : now;
  return { from: since ?? min(all.map(({ from }) => from)), to: Math.min(until ?? end, now) };
}

export function findGaps({ watched, unnoted }: Coverage, asked: CoverageQuestion): CoverageGaps {
  const { since, until, paths } = asked;
  const overlapping = unnoted.filter(
    ({ from, to }) => from < (until ?? Infinity) && to > (since ?? -Infinity),
  );
  if (watched.length === 0) return { gaps: [], begin: null, unnoted: Math.max(unnoted.length, 1) };
  const relevant = relevantTimes(watched, paths);
  const { from, to } = askedTime(relevant.length ? relevant : watched, asked);
  const known = [
    ...relevant,
    ...unnoted.map((each) => ({ ...each, since: each.from, isCut: false })),
  ].sort((a, b) => a.from - b.from);
  const gaps: Gap[] = [];
  let begin: number | null = null;
  let covered: { readonly to: number; readonly isCut: boolean } = { to: from, isCut: false };
  for (const time of known) {
    if (time.from > covered.to) {
      // What was watched before the history begins has been removed.
      const end = Math.max(Math.min(time.since, time.from), covered.to);
      if (end < Math.min(time.from, to)) begin ??= time.from;
      if (covered.to < Math.min(end, to)) gaps.push(gap(covered, Math.min(end, to)));
    }
    if (time.to >= covered.to) covered = time;
  }
  if (covered.to < to) gaps.push(gap(covered, to));
  return { gaps, begin, unnoted: overlapping.length };
}

const gap = ({ to: from, isCut }: { to: number; isCut: boolean }, to: number): Gap => ({
  from,
  to,
  isCut,
});

/** Returns a local time as `--since` accepts it: 2026-05-01T12:00:30. */
function timeText(seconds: number): string {
  const date = new Date(Math.floor(seconds) * 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** @param path as the user wrote it; undefined for all */
export function coverageLosses({ gaps, begin, unnoted }: CoverageGaps, path?: string): Loss[] {
  const what = path === undefined ? "" : ` ${path}`;
  const spans = gaps
    .slice(0, MAX_SHOWN)
    .map(
      ({ from, to, isCut }) =>
        `from ${timeText(from)}${isCut ? " or later" : ""} to ${timeText(to)}`,
    );
  if (gaps.length > MAX_SHOWN) spans.push("…");
  const all: Loss[] = [
    { what: `gaps: nobody watched${what} ${spans.join(", ")}`, count: gaps.length },
    {
      what: "times that are no longer in the history",
      count: begin === null ? 0 : 1,
      reason: begin === null ? "" : `it begins at ${timeText(begin)}`,
    },
    {
      what: "parts of which the history does not record when they were watched",
      count: unnoted,
    },
  ];
  return all.filter(({ count }) => count > 0);
}
