import { expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import { parseAge, parseWhen } from "../../../src/cli/options/time.ts";

const NOW = Date.UTC(2026, 4, 10, 12) + 250;
const since = (text: string) => parseWhen("--since", text, NOW);
const seconds = (milliseconds: number) => ({ seconds: milliseconds / 1000, nanoseconds: 0 });

test("an age is subtracted from now", () => {
  const ago = (age: number) => ({
    seconds: Date.UTC(2026, 4, 10, 12) / 1000 - age,
    nanoseconds: 250_000_000,
  });
  expect(since("90s")).toEqual(ago(90));
  expect(since("15m")).toEqual(ago(900));
  expect(since("1h")).toEqual(ago(3600));
  expect(since("30d")).toEqual(ago(30 * 86400));
  expect(since("2w")).toEqual(ago(14 * 86400));
  expect(parseAge("--older", "1.5h")).toBe(5400);
  expect(parseAge("--older", "90")).toBe(90);
});

test("a date is its first second in local time", () => {
  expect(since("2026-05-01")).toEqual(seconds(new Date(2026, 4, 1).getTime()));
  expect(since("2026-05-01T12:34")).toEqual(seconds(new Date(2026, 4, 1, 12, 34).getTime()));
  expect(since("2026-05-01 12:34:56")).toEqual(seconds(new Date(2026, 4, 1, 12, 34, 56).getTime()));
});

test("a time may have a zone", () => {
  expect(since("2026-05-01T12:00Z")).toEqual(seconds(Date.UTC(2026, 4, 1, 12)));
  expect(since("2026-05-01T12:00:30+02:00")).toEqual(seconds(Date.UTC(2026, 4, 1, 10, 0, 30)));
  expect(since("2026-05-01T12:00:30.5-0330")).toEqual({
    seconds: Date.UTC(2026, 4, 1, 15, 30, 30) / 1000,
    nanoseconds: 500_000_000,
  });
});

test("a time may be copied from a record", () => {
  expect(since("@1777000000.000000007")).toEqual({ seconds: 1_777_000_000, nanoseconds: 7 });
  expect(since("@1777000000")).toEqual({ seconds: 1_777_000_000, nanoseconds: 0 });
});

test.each([
  "",
  "h",
  "1x",
  "-1h",
  "2026-13-01",
  "2026-04-31",
  "2026-05-01T25:00",
  "2026-05-01T12",
  "@",
  "@1.",
  "now",
  "1h ",
])("%j is not a time", (text) => {
  expect(() => since(text)).toThrow(UsageError);
});
