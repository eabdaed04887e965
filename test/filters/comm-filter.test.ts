import { describe, expect, test } from "bun:test";
import { parseComms } from "../../src/cli/options/comm.ts";
import { CommFilter, shortestMatch } from "../../src/filters/comm-filter.ts";

/** Returns the names, in latin1, that one of the patterns matches. */
const matching = (patterns: string[], comms: string[]) => {
  const filter = new CommFilter(patterns);
  return comms.filter((comm) => filter.matches(comm));
};

describe("names of processes", () => {
  const comms = ["php", "php-fpm8.2", "aphp", "sh", "n\xc3\xa9", "*", ""];

  test("match as a whole", () => {
    expect(matching(["php"], comms)).toEqual(["php"]);
    expect(matching(["sh", "né"], comms)).toEqual(["sh", "n\xc3\xa9"]);
  });

  test("match globs as a whole", () => {
    expect(matching(["php*"], comms)).toEqual(["php", "php-fpm8.2"]);
    expect(matching(["s?", "n[é]"], comms)).toEqual(["sh", "n\xc3\xa9"]);
    expect(matching(["\\*"], comms)).toEqual(["*"]);
    expect(matching(["*"], comms)).toEqual(comms);
  });
});

test("a pattern that is longer than any name is an error", () => {
  expect(shortestMatch("a*b?[cd]")).toBe(4);
  expect(parseComms("--comm", "fifteen-letters,fifteen*-letters")).not.toBe(null);
  for (const text of ["sixteen--letters", "sixteen*--letters", "a,", ""])
    expect(() => parseComms("--comm", text)).toThrow("expected 1 to 15 bytes");
  expect(() => parseComms("--comm", "a[b")).toThrow("--comm: [ without ]");
});
