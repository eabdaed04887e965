/**
 * Where the times of the second run would be in the first one. What both did is at the same time;
 * what only the second run did is right after what both did before it: first by the same process,
 * whose order is exact, then by any of them.
 */

/** A moment that both runs have: nanoseconds, as in their records. */
export type Anchor = readonly [a: number, b: number];

/** Of one process. */
export class Timeline {
  private readonly anchors: readonly Anchor[];

  /** @param start of the same process in both runs */
  constructor(start: Anchor, anchors: readonly Anchor[]) {
    let latest = start[0];
    this.anchors = [start, ...anchors.toSorted(([, x], [, y]) => x - y)].map(([a, b]) => {
      latest = Math.max(latest, a);
      return [latest, b];
    });
  }

  /** Returns the time in the first run. @param time in the second run */
  at(time: number): number {
    let [low, high] = [0, this.anchors.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.anchors[middle][1] <= time) low = middle;
      else high = middle - 1;
    }
    return this.anchors[low][0];
  }
}

const SLOTS = 1 << 16;

/** Of all processes: to a fraction of the run, so that it does not grow with the run. */
export class RunTimeline {
  private readonly start: number;
  private readonly slotLength: number;
  /** The latest time in the first run of the anchors of each slot, and of those before. */
  private readonly latest = new Float64Array(SLOTS);
  private isSummed = false;

  /** @param start of the second run, and its end */
  constructor(start: number, end: number) {
    this.start = start;
    this.slotLength = Math.max((end - start) / (SLOTS - 1), 1);
  }

  private slotOf(time: number): number {
    const slot = Math.floor((time - this.start) / this.slotLength);
    return Math.min(Math.max(slot, 0), SLOTS - 1);
  }

  add([a, b]: Anchor): void {
    const slot = this.slotOf(b);
    if (a > this.latest[slot]) this.latest[slot] = a;
  }

  /** Returns the earliest possible time in the first run; 0 if it is not known. */
  at(time: number): number {
    if (!this.isSummed)
      for (let slot = 1; slot < SLOTS; slot++)
        this.latest[slot] = Math.max(this.latest[slot], this.latest[slot - 1]);
    this.isSummed = true;
    const slot = this.slotOf(time);
    return slot === 0 ? 0 : this.latest[slot - 1];
  }
}
