import { expect, test } from "bun:test";
import { SteppedClock } from "../../src/core/stepped-clock.ts";
import { CLOCK_BOOTTIME, CLOCK_REALTIME } from "../../src/kernel/time.ts";

const SECOND = 1_000_000_000n;

/** A clock that is set by the test; reading it takes `readTime`. */
function fakeClock() {
  const state = { real: 1_777_000_000n * SECOND, boot: 50n * SECOND, readTime: 0n };
  const steps: number[] = [];
  const read = (id: number) => {
    if (![CLOCK_BOOTTIME, CLOCK_REALTIME].includes(id)) throw new Error(`clock ${id}`);
    const time = id === CLOCK_BOOTTIME ? state.boot : state.real;
    state.boot += state.readTime;
    state.real += state.readTime;
    return time;
  };
  const clock = new SteppedClock((milliseconds) => steps.push(milliseconds), read);
  const pass = (elapsed: bigint, step = 0n) => {
    state.boot += elapsed;
    state.real += elapsed + step;
    return clock.now();
  };
  return { state, steps, clock, pass };
}

test("a clock that is set is noticed at the next read, once", () => {
  const { steps, pass, state } = fakeClock();
  expect(pass(SECOND)).toBe(state.real);
  pass(SECOND, -3600n * SECOND);
  expect(steps).toEqual([-3_600_000]);
  pass(100n * SECOND);
  pass(SECOND, (90n * SECOND) / 100n);
  expect(steps).toEqual([-3_600_000, 900]);
});

test("a clock that drifts or is suspended is not set", () => {
  const { steps, pass } = fakeClock();
  for (let i = 0; i < 1000; i++) pass(SECOND, -SECOND / 2000n);
  pass(86_400n * SECOND); // CLOCK_BOOTTIME counts the time suspended
  expect(steps).toEqual([]);
});

test("a thread that loses its CPU between two reads does not take that for a step", () => {
  const { steps, pass, state } = fakeClock();
  pass(SECOND);
  state.readTime = 2n * SECOND;
  pass(SECOND);
  state.readTime = 0n;
  pass(SECOND);
  expect(steps).toEqual([]);
});
