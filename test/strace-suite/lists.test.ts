import { expect, test } from "bun:test";
import { causeOf, missingOption } from "./causes.ts";
import { exceptions, parseExceptions, parseList, sample } from "./lists.ts";
import { judge, report } from "./report.ts";
import type { Outcome } from "./run-test.ts";

const failed = (output: string): Outcome => ({ status: "failed", output });
const passed: Outcome = { status: "passed", output: "" };

test("a refused option is missing, with its qualifier", () => {
  expect(missingOption("trace: -k: unknown option\n")).toBe("-k");
  expect(missingOption("x\ntrace: -e kvm=vcpu: unknown qualifier\n")).toBe("-e kvm=");
  expect(missingOption("trace: --tips: unknown option; see trace syscalls --help\n")).toBe(
    "--tips",
  );
  expect(missingOption("strace: -k: unknown option\n")).toBeNull();
});

test("a test that hangs, crashes, or differs has that cause", () => {
  expect(causeOf({ status: "hung", output: "" })).toBe("hang");
  expect(causeOf(failed("trace: a bug in trace: TypeError: x\n"))).toBe("crash");
  expect(causeOf(failed("--- exp\n+++ out\n@@ -1 +1 @@\n"))).toBe("different lines");
  expect(causeOf(failed("x.test: failed test: no match\n"))).toBe("other");
});

test("a list has one name a line, and comments", () => {
  expect(parseList("# head\nchdir\n\nwait4-v # slow\n")).toEqual(["chdir", "wait4-v"]);
});

test("an exception has a reason", () => {
  expect(parseExceptions("a-b: newer names\n")).toEqual(new Map([["a-b", "newer names"]]));
  expect(() => parseExceptions("a-b\n")).toThrow("name: reason");
});

test("a skipped test has failed, and an exception that passes is reported", () => {
  const outcomes = new Map([
    ["good", passed],
    ["mended", passed],
    ["newer", failed("")],
    ["skipped", { status: "skipped", output: "" } as const],
  ]);
  const result = judge(
    outcomes,
    new Map([
      ["mended", "why"],
      ["newer", "why"],
    ]),
  );
  expect([...result.failed.keys()]).toEqual(["skipped"]);
  expect(result.needless).toEqual(["mended"]);
  expect(report(result).at(-1)).toBe("strace's tests: 2 passed, 1 failed, 1 exceptions");
});

test("the sample has 150 tests, none of which is an exception", () => {
  const names = sample();
  expect(new Set(names).size).toBe(150);
  expect(names.filter((name) => exceptions().has(name))).toEqual([]);
});
