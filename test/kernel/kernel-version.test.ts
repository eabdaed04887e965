import { expect, test } from "bun:test";
import { isKernelAtLeast } from "../../src/kernel/kernel-version.ts";

test.each([
  ["6.18.44-fc-v669", true],
  ["5.10.0-28-amd64", true],
  ["5.10", true],
  ["5.10-rc1", true],
  ["5.100.1", true],
  ["6", true],
  ["10.0", true],
  ["5.9.99", false],
  ["5.9", false],
  ["5", false],
  ["4.19.0", false],
  ["4.99", false],
  ["", false],
  ["linux", false],
  [".10", false],
])("%j is at least 5.10: %p", (release, expected) => {
  expect(isKernelAtLeast(release, [5, 10])).toBe(expected);
});

test("a version is at least itself, whatever suffix follows", () => {
  for (const release of ["6.1", "6.1.0", "6.1-rc3", "6.1+", "6.1.0-13-amd64"])
    expect(isKernelAtLeast(release, [6, 1])).toBe(true);
});

test("a part that is not a number counts as 0", () => {
  expect(isKernelAtLeast("6.x", [6, 0])).toBe(true);
  expect(isKernelAtLeast("6.x", [6, 1])).toBe(false);
});
