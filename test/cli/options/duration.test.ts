import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import { parseDuration } from "../../../src/cli/options/duration.ts";
import { errorOf } from "./error-of.ts";

describe("a duration", () => {
  test.each([
    ["90", 90_000],
    ["90s", 90_000],
    ["500ms", 500],
    ["0.5s", 500],
    ["2m", 120_000],
    ["1.5h", 5_400_000],
    ["1ms", 1],
    ["596h", 2_145_600_000],
  ])("of %s is %d milliseconds", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each(
    ["", "0", "0s", "0.0ms", "597h", "-1s", "s", ".5s", "5.", "1d", "1 s", "1S", "1e3"].concat([
      "Infinity",
      "NaN",
      "9".repeat(400),
    ]),
  )("of %j is an error", (text) => {
    expect(errorOf(() => parseDuration(text))).toStartWith("--duration ");
  });
});

test("a newline after a value is an error", () => {
  for (const text of ["4M\n", "1s\n", "csv\n", "pid\n", "open\n"])
    expect(() => parseDuration(text)).toThrow(UsageError);
});
