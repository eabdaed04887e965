import { expect, test } from "bun:test";
import { formatDuration, formatElapsed, groupThousands } from "../../src/text/duration.ts";

test("a duration is rounded, and takes the next unit if it rounds up to it", () => {
  const cases: readonly (readonly [milliseconds: number, text: string])[] = [
    [0, "0.0 ms"],
    [0.44, "0.4 ms"],
    [9.94, "9.9 ms"],
    [9.96, "10 ms"],
    [999.4, "999 ms"],
    [999.6, "1.0 s"],
    [59_940, "59.9 s"],
    [59_960, "1 min 0 s"],
    [119_600, "2 min 0 s"],
    [125_000, "2 min 5 s"],
    [3_720_000, "1 h 2 min"],
  ];
  expect(cases.map(([milliseconds]) => formatDuration(milliseconds))).toEqual(
    cases.map(([, text]) => text),
  );
});

test("a running clock is not rounded up", () => {
  const cases: readonly (readonly [milliseconds: number, text: string])[] = [
    [0, "0.0 s"],
    [999, "0.9 s"],
    [59_999, "59.9 s"],
    [60_000, "1 min 0 s"],
    [3_599_999, "59 min 59 s"],
    [3_600_000, "1 h 0 min"],
    [1e10, "2,777 h 46 min"],
  ];
  expect(cases.map(([milliseconds]) => formatElapsed(milliseconds))).toEqual(
    cases.map(([, text]) => text),
  );
});

test("thousands are grouped", () => {
  expect([0, 999, 1000, 1234567].map(groupThousands)).toEqual(["0", "999", "1,000", "1,234,567"]);
});
