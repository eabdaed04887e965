import { describe, expect, test } from "bun:test";
import { parseUid } from "../../../src/cli/options/user.ts";
import { errorOf } from "./error-of.ts";

describe("a user", () => {
  test("is named by name or number", () => {
    expect([parseUid("--user", "root"), parseUid("--user", "0")]).toEqual([0, 0]);
    expect(parseUid("--user", "4000000000")).toBe(4000000000);
  });

  test("has to exist", () => {
    for (const text of ["", "no such user", "-1", "0x0"])
      expect(errorOf(() => parseUid("--user", text))).toBe(`--user ${text}: no such user`);
  });
});
