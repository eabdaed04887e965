import { expect, test } from "bun:test";
import { wantsColours } from "../../src/process/terminal.ts";

test("colours are used on a terminal with a name other than dumb", () => {
  expect(wantsColours({ TERM: "xterm-256color" })).toBe(true);
  for (const TERM of [undefined, "", "dumb"]) expect(wantsColours({ TERM })).toBe(false);
});

test("any non-empty NO_COLOR disables colours", () => {
  for (const NO_COLOR of ["1", "0", "false", " "])
    expect(wantsColours({ TERM: "xterm", NO_COLOR })).toBe(false);
  expect(wantsColours({ TERM: "xterm", NO_COLOR: "" })).toBe(true);
});
