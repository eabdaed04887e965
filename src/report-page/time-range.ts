/** The part of the run's time that is in sight. Microseconds since the start. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The shortest range. */
const MIN_SPAN = 20;

/** Returns a range within [0, end]. */
export function limited({ from, to }: TimeRange, end: number): TimeRange {
  const span = Math.min(end, Math.max(MIN_SPAN, to - from));
  const start = Math.max(0, Math.min(end - span, from));
  return { from: start, to: start + span };
}

/** @param factor below 1 for a closer look @param at a time that stays where it is */
export function zoomed(range: TimeRange, factor: number, at: number, end: number): TimeRange {
  const span = Math.min(end, Math.max(MIN_SPAN, (range.to - range.from) * factor));
  const share = (at - range.from) / (range.to - range.from);
  return limited({ from: at - span * share, to: at - span * share + span }, end);
}

/** @param share of the range to move by */
export function panned({ from, to }: TimeRange, share: number, end: number): TimeRange {
  const by = (to - from) * share;
  return limited({ from: from + by, to: to + by }, end);
}
