import { expect, test } from "bun:test";
import { isFdName } from "../../src/kernel/proc-fd.ts";

test("a name in /proc or /dev/fd stands for an fd of its process", () => {
  for (const name of [
    "/proc/self/fd/12",
    "/proc/thread-self/fd/12",
    "/proc/7/fd/12",
    "/dev/fd/12",
  ]) {
    expect(isFdName(name)).toBe(true);
  }
});

test("a name of any process stands for an fd", () => {
  expect(isFdName("/proc/8/fd/12")).toBe(true);
});

test("other names stand for no fd", () => {
  const others = [
    "",
    "/proc/self/fd/",
    "/proc/self/fd/1x",
    "/proc/self/fd/1/x",
    "/x/proc/self/fd/1",
  ];
  for (const name of [...others, "/proc/self/exe", "/dev/fd", "proc/self/fd/1", "/proc//fd/1"]) {
    expect(isFdName(name)).toBe(false);
  }
});
