import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { bootTime, clockNanoseconds } from "../../src/ffi/clock.ts";
import { CLOCK_BOOTTIME, CLOCK_MONOTONIC, CLOCK_REALTIME } from "../../src/kernel/time.ts";

const SECOND = 1_000_000_000n;

test("the real-time clock is that of JavaScript", () => {
  const before = BigInt(Date.now()) * 1_000_000n;
  const now = clockNanoseconds(CLOCK_REALTIME);
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThan(before + 60n * SECOND);
});

test.each([
  ["CLOCK_BOOTTIME", CLOCK_BOOTTIME],
  ["CLOCK_MONOTONIC", CLOCK_MONOTONIC],
])("a time of %s plus its boot time is the wall-clock time", (_, id) => {
  const { seconds, nanoseconds } = bootTime(id);
  expect(nanoseconds).toBeWithin(0, 1e9);
  const wall = BigInt(seconds) * SECOND + BigInt(nanoseconds) + clockNanoseconds(id);
  const error = clockNanoseconds(CLOCK_REALTIME) - wall;
  expect(error < 0n ? -error : error).toBeLessThan(SECOND / 2n);
});

test("the boot time of CLOCK_BOOTTIME is that of the kernel", () => {
  const kernel = Number(/^btime (\d+)/m.exec(readFileSync("/proc/stat", "latin1"))![1]);
  expect(Math.abs(bootTime(CLOCK_BOOTTIME).seconds - kernel)).toBeLessThanOrEqual(2);
});
