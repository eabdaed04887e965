/** Chains of processes: what led to an event. */
import { expect, test } from "bun:test";
import {
  CUT,
  cutArguments,
  MAX_ARGUMENT_BYTES,
  MAX_CHAIN,
} from "../../src/events/process-chain.ts";
import { chainOf, type ProcessInfo, unknownProcess } from "../../src/events/process-info.ts";

const processOf = (pid: number, more: Partial<ProcessInfo> = {}): ProcessInfo => ({
  ...unknownProcess(pid),
  ...{ comm: "sh", argv: ["sh", `${pid}`], origin: "bpf" },
  ...more,
});
const pids = (info: ProcessInfo) => chainOf(info)?.links.map(({ pid }) => pid);

test("a chain begins with the process, and is always the same object", () => {
  const parent = processOf(10);
  const child = processOf(11, { above: chainOf(parent) });
  expect(chainOf(child)).toEqual({
    links: [
      { pid: 11, comm: "sh", argv: ["sh", "11"] },
      { pid: 10, comm: "sh", argv: ["sh", "10"] },
    ],
    isCut: false,
  });
  expect(chainOf(child)).toBe(chainOf(child)!);
});

test("a process that nothing is known of, and one of a record without chains, have none", () => {
  expect(chainOf(unknownProcess(7))).toBeNull();
  expect(chainOf(processOf(0))).toBeNull();
  expect(chainOf(processOf(7, { above: null }))).toBeNull();
  expect(pids({ ...unknownProcess(7), above: chainOf(processOf(1)) })).toEqual([7, 1]);
});

test("a deep chain keeps the nearest processes and says that it is cut", () => {
  let info = processOf(1);
  for (let pid = 2; pid <= MAX_CHAIN; pid++) info = processOf(pid, { above: chainOf(info) });
  expect(chainOf(info)).toMatchObject({ isCut: false });
  for (let pid = MAX_CHAIN + 1; pid <= 1000; pid++) info = processOf(pid, { above: chainOf(info) });
  expect(chainOf(info)?.isCut).toBe(true);
  expect(pids(info)).toEqual(Array.from({ length: MAX_CHAIN }, (_, i) => 1000 - i));
});

test("long arguments are cut between words or characters, and marked", () => {
  const exact = ["a".repeat(100), "b".repeat(MAX_ARGUMENT_BYTES - 101)];
  expect(cutArguments(exact)).toEqual(exact);
  expect(cutArguments([...exact, ""])).toEqual([...exact, CUT]);
  expect(cutArguments(["sh", "-c", "x".repeat(1000)])).toEqual([
    "sh",
    "-c",
    `${"x".repeat(250)}${CUT}`,
  ]);
  const e = "\xc3\xa9";
  expect(cutArguments([`x${e.repeat(200)}`])).toEqual([`x${e.repeat(127)}${CUT}`]);
  const stray = "\x80".repeat(400);
  expect(cutArguments([stray])).toEqual([`${"\x80".repeat(MAX_ARGUMENT_BYTES)}${CUT}`]);
  expect(cutArguments(Array.from({ length: 1000 }, () => "")).length).toBe(MAX_ARGUMENT_BYTES + 1);
});
