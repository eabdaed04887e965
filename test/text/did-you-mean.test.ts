import { expect, test } from "bun:test";
import { nearest } from "../../src/text/did-you-mean.ts";

const OPTIONS = ["--format", "--output", "--flags", "--columns", "--cgroups", "--cgroup"];

test.each([
  ["a missing letter", "--colums", "--columns"],
  ["an extra letter", "--formatt", "--format"],
  ["a wrong letter", "--fleg5", "--flags"],
  ["two letters transposed", "--ofrmat", "--format"],
  ["the other case", "--OUTPUT", "--output"],
])("%s is close", (_slip, word, meant) => {
  expect(nearest(word, OPTIONS)).toBe(meant);
});

test("a transposition is one edit, not two", () => {
  expect(nearest("abd", ["abX", "adb"])).toBe("abX");
  expect(nearest("acb", ["abc"])).toBe("abc");
});

test("the closest candidate wins, and the first of equally close ones", () => {
  expect(nearest("--cgroup", OPTIONS)).toBe("--cgroup");
  expect(nearest("--cgroupz", OPTIONS)).toBe("--cgroups");
  expect(nearest("cat", ["car", "cap"])).toBe("car");
});

test("one edit per three letters is close, more is not", () => {
  expect(nearest("abcdxy", ["abcdef"])).toBe("abcdef");
  expect(nearest("abcxyz", ["abcdef"])).toBeUndefined();
  expect(nearest("ab", ["ac"])).toBeUndefined();
});

test("no candidate is close if none is similar", () => {
  expect(nearest("--zzzzzz", OPTIONS)).toBeUndefined();
  expect(nearest("", OPTIONS)).toBeUndefined();
  expect(nearest("--flags", [])).toBeUndefined();
});
