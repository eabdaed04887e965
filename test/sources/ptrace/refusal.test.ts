import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { refusal } from "../../../src/sources/ptrace/refusal.ts";
import { seize, sleeper } from "./children.ts";

test("a process that is traced already is refused because of its tracer", async () => {
  const child = await sleeper();
  const before = refusal(child.pid);
  seize(child.pid);
  const comm = readFileSync("/proc/self/comm", "latin1").trim();
  expect(refusal(child.pid)).toBe(`${comm} (${process.pid}) traces it already`);
  expect(before).not.toContain("traces it already");
  child.kill("SIGKILL");
  await child.exited;
});

test("the reason is not known for a process that has ended", () => {
  expect(refusal(99999999)).not.toContain("traces it already");
});
