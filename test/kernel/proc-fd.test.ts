import { expect, test } from "bun:test";
import { fdOfName, isFdName } from "../../src/kernel/proc-fd.ts";

test("a name in /proc or /dev/fd stands for an fd of its process", () => {
  for (const name of [
    "/proc/self/fd/12",
    "/proc/thread-self/fd/12",
    "/proc/7/fd/12",
    "/dev/fd/12",
  ]) {
    expect(isFdName(name)).toBe(true);
    expect(fdOfName(name, 7)).toBe(12);
  }
});

test("a name of another process stands for no fd of this one", () => {
  expect(isFdName("/proc/8/fd/12")).toBe(true);
  expect(fdOfName("/proc/8/fd/12", 7)).toBeNull();
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
    expect(fdOfName(name, 7)).toBeNull();
  }
});
