import { describe, expect, test } from "bun:test";
import { Delays } from "../../../src/sources/ptrace/delays.ts";
import type { SpinWait } from "../../../src/sources/ptrace/wait.ts";

/** Waits that find these stops, and then none. */
function waits(...tids: number[]): SpinWait {
  return { waitNoHang: () => tids.shift() ?? 0 } as unknown as SpinWait;
}

function held() {
  const resumed: number[] = [];
  const delays = new Delays();
  const hold = (tid: number, ms: number) => delays.add(tid, ms, () => void resumed.push(tid));
  return { delays, hold, resumed };
}

describe("a held thread", () => {
  test("is resumed once its time is over, and only once", () => {
    const { delays, hold, resumed } = held();
    hold(1, 10_000);
    hold(2, 1);
    expect(delays.empty).toBe(false);
    delays.resumeUntil(performance.now());
    expect(resumed).toEqual([]);
    delays.resumeUntil(performance.now() + 5);
    delays.resumeUntil(performance.now() + 5);
    expect(resumed).toEqual([2]);
    delays.resumeUntil(Infinity);
    expect(resumed).toEqual([2, 1]);
    expect(delays.empty).toBe(true);
  });

  test("is not resumed if it has ended", () => {
    const { delays, hold, resumed } = held();
    hold(1, 0);
    delays.delete(1);
    delays.resumeUntil(Infinity);
    expect([resumed, delays.empty]).toEqual([[], true]);
  });

  test("is resumed by a wait, not before its time", () => {
    const { delays, hold, resumed } = held();
    const start = performance.now();
    hold(1, 12);
    while (!delays.empty) expect(delays.wait(waits())).toBe(0);
    expect(performance.now() - start).toBeGreaterThanOrEqual(12);
    expect(resumed).toEqual([1]);
  });
});

test("a wait returns the stop of another thread at once, and a failure", () => {
  const { delays, hold, resumed } = held();
  hold(1, 0);
  expect(delays.wait(waits(7))).toBe(7);
  expect(delays.wait(waits(-1))).toBe(-1);
  expect(resumed).toEqual([]);
});

test("a wait sleeps while the end of a delay is far", () => {
  const { delays, hold } = held();
  hold(1, 60_000);
  const start = performance.now();
  delays.wait(waits());
  expect(performance.now() - start).toBeGreaterThan(0.5);
});
