import { expect, test } from "bun:test";
import { nearest } from "../../src/text/did-you-mean.ts";

const OPTIONS = ["--format", "--output", "--flags", "--columns", "--cgroups", "--cgroup"];

test.each([
  ["a letter too few", "--colums", "--columns"],
  ["a letter too much", "--formatt", "--format"],
  ["a wrong letter", "--fleg5", "--flags"],
  ["two neighbours swapped", "--ofrmat", "--format"],
  ["the other case", "--OUTPUT", "--output"],
])("%s is forgiven", (_slip, word, meant) => {
  expect(nearest(word, OPTIONS)).toBe(meant);
});

test("a swap of neighbours is one slip, not two", () => {
  expect(nearest("abd", ["abX", "adb"])).toBe("abX");
  expect(nearest("acb", ["abc"])).toBe("abc");
});

test("of several close candidates the closest is taken, of equally close ones the first", () => {
  expect(nearest("--cgroup", OPTIONS)).toBe("--cgroup");
  expect(nearest("--cgroupz", OPTIONS)).toBe("--cgroups");
  expect(nearest("cat", ["car", "cap"])).toBe("car");
});

test("one slip in three letters is close, more is not", () => {
  expect(nearest("abcdxy", ["abcdef"])).toBe("abcdef");
  expect(nearest("abcxyz", ["abcdef"])).toBeUndefined();
  expect(nearest("ab", ["ac"])).toBeUndefined();
});

test("nothing is near when there is nothing like it", () => {
  expect(nearest("--zzzzzz", OPTIONS)).toBeUndefined();
  expect(nearest("", OPTIONS)).toBeUndefined();
  expect(nearest("--flags", [])).toBeUndefined();
});
