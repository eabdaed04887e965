/**
 * The system's clock, which notices when it was set: CLOCK_REALTIME jumps, CLOCK_BOOTTIME does not.
 * See clock_gettime(2).
 */
import { clockNanoseconds } from "../ffi/clock.ts";
import { CLOCK_BOOTTIME, CLOCK_REALTIME } from "../kernel/time.ts";

/** Smaller steps are not noted: readers of a history tolerate a minute. */
const MIN_STEP_NS = 500_000_000n;
/** The longest that reading both clocks may take for a comparison. */
const MAX_READ_NS = 100_000_000n;

export class SteppedClock {
  private readonly onStep: (milliseconds: number) => void;
  private readonly read: (id: number) => bigint;
  /** The time at which CLOCK_BOOTTIME was 0. */
  private zero: bigint | null = null;

  /**
   * @param onStep called with the change each time that the clock was set, before `now` returns
   * @param read reads a clock in nanoseconds
   */
  constructor(onStep: (milliseconds: number) => void, read = clockNanoseconds) {
    this.onStep = onStep;
    this.read = read;
  }

  /** Returns the time in nanoseconds since 1970. */
  now(): bigint {
    const before = this.read(CLOCK_BOOTTIME);
    const time = this.read(CLOCK_REALTIME);
    // If this thread lost its CPU in between, the clocks differ without a step.
    if (this.read(CLOCK_BOOTTIME) - before < MAX_READ_NS) this.compare(time - before);
    return time;
  }

  private compare(zero: bigint): void {
    const step = zero - (this.zero ?? zero);
    // A clock that is slowed down or sped up drifts; only what it does at once is a step.
    this.zero = zero;
    if (step >= MIN_STEP_NS || -step >= MIN_STEP_NS) this.onStep(Number(step / 1_000_000n));
  }
}
