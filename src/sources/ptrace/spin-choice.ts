/**
 * Chooses whether a tracer spins or sleeps until the next stop, by trying both from time to time. If
 * tracee and tracer run on different CPUs, a wake-up takes longer than most system calls, so that
 * spinning is several times faster. Sleeping on the tracee's CPU is faster still, but the tracee stays
 * on it only if no other CPU is idle.
 */

/** Waits of one kind in a trial. */
const TRIAL = 24;
/** Waits before them that do not count: the threads may still move to another CPU. */
const SETTLING = 6;
/** Waits after a trial, until the next one. They double as long as the choice remains the same. */
const MIN_HOLD = 500;
const MAX_HOLD = 8000;
/** Failed spins in a row after which a trial has been decided. */
const MAX_FAILED = 4;
/** Longer waits count as this long, in milliseconds: the tracee has been busy. */
const MAX_WAIT = 0.2;
/** Spinning takes CPU time from others, so it has to be clearly faster. */
const MIN_GAIN = 0.7;

type Phase = "spin" | "sleep" | "hold";

export class SpinChoice {
  /** Whether the next wait is to spin first. */
  spins = true;
  private phase: Phase = "spin";
  private left = SETTLING + TRIAL;
  private hold = MIN_HOLD;
  private failed = 0;
  private chosen = true;
  private elapsed = { spin: 0, sleep: 0 };

  /**
   * Takes the result of a wait.
   * @param duration in milliseconds
   * @param found whether spinning found a stop; true if it slept at once
   * @returns whether sleeping begins, which is best on the tracee's CPU
   */
  record(duration: number, found: boolean): boolean {
    const { spins } = this;
    this.failed = found ? 0 : this.failed + 1;
    if (this.phase !== "hold" && this.left <= TRIAL)
      this.elapsed[this.phase] += Math.min(duration, MAX_WAIT);
    if (this.failed === MAX_FAILED) this.choose(false);
    else if (--this.left === 0) this.next();
    return spins && !this.spins;
  }

  private next(): void {
    if (this.phase === "sleep") this.choose(this.elapsed.spin < MIN_GAIN * this.elapsed.sleep);
    else if (this.phase === "spin") this.enter("sleep", SETTLING + TRIAL);
    else {
      this.elapsed = { spin: 0, sleep: 0 };
      this.enter("spin", SETTLING + TRIAL);
    }
  }

  private choose(spins: boolean): void {
    this.hold = spins === this.chosen ? Math.min(this.hold * 2, MAX_HOLD) : MIN_HOLD;
    this.chosen = spins;
    this.enter("hold", this.hold);
  }

  private enter(phase: Phase, waits: number): void {
    this.phase = phase;
    this.left = waits;
    this.failed = 0;
    this.spins = phase === "hold" ? this.chosen : phase === "spin";
  }
}
