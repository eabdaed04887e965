/** Compares globs with equivalent regular expressions, over random names. */
import { expect, test } from "bun:test";
import { matchesGlob, PatternError, parseGlob } from "../../src/filters/glob.ts";
import { Random } from "../random.ts";

const ROUNDS = 20_000;

/** Parts of a glob, each with the equivalent regular expression. */
const PARTS: readonly (readonly [glob: string, expression: string])[] = [
  ["*", ".*"],
  ["?", "[^/]"],
  ["a", "a"],
  ["/", "/"],
  ["é", "é"],
  ["[ab]", "[ab]"],
  ["[!a-b]", "[^/a-b]"],
  ["[^é😀]", "[^/é😀]"],
  ["\\*", "\\*"],
];
const CHARACTERS = ["a", "b", "c", "/", "é", "😀", "*"];

test("a glob matches what the equivalent expression matches", () => {
  const random = new Random(1);
  let matches = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const parts = Array.from({ length: random.below(6) }, () => random.pick(PARTS));
    const name = Array.from({ length: random.below(8) }, () => random.pick(CHARACTERS)).join("");
    const glob = parts.map(([part]) => part).join("");
    const expected = new RegExp(`^${parts.map(([, part]) => part).join("")}$`, "su").test(name);
    const bytes = Buffer.from(name);
    expect([glob, name, matchesGlob(parseGlob(glob), bytes, 0, bytes.length)]).toEqual([
      glob,
      name,
      expected,
    ]);
    if (expected) matches++;
  }
  expect(matches).toBeGreaterThan(ROUNDS / 20);
});

test("any text is a glob or is rejected, and any bytes can be matched", () => {
  const random = new Random(2);
  let rejected = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const length = random.below(8);
    const text = Array.from({ length }, () => random.pick([..."*?[]!^-\\az/é"])).join("");
    try {
      const bytes = random.bytes(random.below(16));
      matchesGlob(parseGlob(text), bytes, 0, bytes.length);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      rejected++;
    }
  }
  expect(rejected).toBeGreaterThan(0);
  expect(rejected).toBeLessThan(ROUNDS);
});

test("bytes that are not UTF-8 are one character each", () => {
  const name = Buffer.from("\xff\x80a", "latin1");
  const whole = (text: string) => matchesGlob(parseGlob(text), name, 0, name.length);
  const globs = ["*", "???", "??a", "[!x][!x]a", "*a", "??", "*b"];
  expect(globs.filter(whole)).toEqual(["*", "???", "??a", "[!x][!x]a", "*a"]);
});

test("each byte of an overlong form, a surrogate or a value above U+10FFFF is one character", () => {
  for (const name of [
    "\xc0\xaf",
    "\xe0\x80\xaf",
    "\xed\xa0\x80",
    "\xf0\x80\x80\xaf",
    "\xf4\x90\x80\x80",
  ]) {
    const bytes = Buffer.from(name, "latin1");
    const lengths = [1, 2, 3, 4].filter((length) =>
      matchesGlob(parseGlob("?".repeat(length)), bytes, 0, bytes.length),
    );
    expect([name, lengths]).toEqual([name, [name.length]]);
  }
});

test("each byte of a truncated character is one character", () => {
  const whole = (text: string, latin1: string) => {
    // Bytes after the end of the name must not be read.
    const bytes = Buffer.from(`${latin1}\x80\x80\x80`, "latin1");
    return matchesGlob(parseGlob(text), bytes, 0, latin1.length);
  };
  // Truncated after the first, second or third byte, and followed by another character or nothing.
  for (const truncated of ["\xc3", "\xe2", "\xe2\x82", "\xf0", "\xf0\x9f", "\xf0\x9f\x98"]) {
    const each = "?".repeat(truncated.length);
    for (const after of ["", "a", "aaa", "\xc3\xa9", "\xff"]) {
      const rest = after === "\xc3\xa9" ? "é" : after === "\xff" ? "?" : after;
      expect([truncated, after, whole(each + rest, truncated + after)]).toEqual([
        truncated,
        after,
        true,
      ]);
      expect([truncated, after, whole(`?${each}${rest}`, truncated + after)]).toEqual([
        truncated,
        after,
        false,
      ]);
    }
  }
});
