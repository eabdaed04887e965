import { describe, expect, test } from "bun:test";
import { parseNames } from "../../../src/cli/options/names.ts";
import { errorOf } from "./error-of.ts";

describe("names separated by commas", () => {
  test("have to exist", () => {
    expect(parseNames("--types", "B,A", ["A", "B"])).toEqual(["B", "A"]);
    expect(errorOf(() => parseNames("--types", "A,opne", ["open", "close"]))).toBe(
      "--types A: unknown value; expected one of open, close",
    );
    expect(errorOf(() => parseNames("--types", "opne", ["open", "close"]))).toBe(
      "--types opne: unknown value; did you mean open?",
    );
  });
});
