import { expect, test } from "bun:test";
import { progressText } from "../../src/cli/progress.ts";
import { formatElapsed as elapsedText } from "../../src/text/duration.ts";

test("elapsed time is shown in tenths of a second, then in minutes, then in hours", () => {
  const seconds = (count: number) => elapsedText(count * 1000);
  expect([0, 0.099, 3.2999, 59.999].map(seconds)).toEqual(["0.0 s", "0.0 s", "3.2 s", "59.9 s"]);
  expect([60, 125.9, 3599].map(seconds)).toEqual(["1 min 0 s", "2 min 5 s", "59 min 59 s"]);
  expect([3600, 90_061, 3_600_000].map(seconds)).toEqual([
    "1 h 0 min",
    "25 h 1 min",
    "1,000 h 0 min",
  ]);
});

test("large numbers are grouped, and one event or process is singular", () => {
  const text = (events: number, count: number, max = 1000) =>
    progressText(events, { count, max }, 3200);
  expect(text(0, 0)).toBe("trace: 0 events, 0 processes, 3.2 s");
  expect(text(1, 1)).toBe("trace: 1 event, 1 process, 3.2 s");
  expect(text(999, 2)).toBe("trace: 999 events, 2 processes, 3.2 s");
  expect(text(1234567, 42)).toBe("trace: 1,234,567 events, 42 processes, 3.2 s");
  expect(text(12345, 1000)).toBe("trace: 12,345 events, 1,000+ processes, 3.2 s");
});
