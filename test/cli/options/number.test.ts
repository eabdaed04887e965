import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import { parseNumber } from "../../../src/cli/options/number.ts";
import { errorOf } from "./error-of.ts";

describe("a number", () => {
  test("is whole, has at most 32 bits, and is at least the minimum", () => {
    expect(parseNumber("--count", "1", 1)).toBe(1);
    expect(parseNumber("--uid", "0", 0)).toBe(0);
    expect(parseNumber("--uid", "4294967295", 0)).toBe(4294967295);
    expect(parseNumber("--count", "007", 1)).toBe(7);
  });

  test.each(
    ["", "0", "-1", "+1", "1.0", "1e3", "0x1", " 1", "1 ", "4294967296", "99999999999"].concat([
      "one",
      "NaN",
      "Infinity",
    ]),
  )("that is %j is an error", (text) => {
    expect(errorOf(() => parseNumber("--count", text, 1))).toBe(
      `--count ${text}: expected a whole number from 1`,
    );
  });
});

test("a newline after a value is an error", () => {
  expect(() => parseNumber("--count", "1\n", 1)).toThrow(UsageError);
});
