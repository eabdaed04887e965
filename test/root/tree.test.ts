/** Which processes are followed: descendants of every kind, one process only, nested cgroups. */
import { describe, expect, test } from "bun:test";
import { difference, line, type Row, recordProgram } from "./support/harness.ts";

const KINDS = [
  ["fork", 100],
  ["vfork", 100],
  ["spawn", 100],
  ["thread", 100],
  ["threadexec", 20],
  ["leader", 5],
  ["daemon", 20],
  ["chain", 30],
  ["nested", 10],
] as const;
/** Kinds whose opens are all made by the process that trace started. */
const SAME_PROCESS = new Set<string>(["thread"]);

function own(rows: Row[]): Row[] {
  return rows.filter((row) => row.filename.toString().startsWith("tree-"));
}

describe.each([
  ["the process tree", []],
  ["--cgroups", ["--cgroups"]],
])("%s", (_, args) => {
  for (const [kind, count] of KINDS)
    test(`every open of ${count} descendants by ${kind} is recorded`, () => {
      const { truth, rows } = recordProgram("tree", [kind, `${count}`], { args });
      expect(difference(truth, own(rows).map(line))).toBe("");
    });
});

test("threads belong to one process, children to others", () => {
  const pids = (kind: string) =>
    new Set(own(recordProgram("tree", [kind, "5"]).rows).map((row) => row.pid)).size;
  expect(pids("thread")).toBe(1);
  expect(pids("fork")).toBe(6);
});

for (const [kind] of KINDS)
  test(`--no-follow records only one process when it creates others by ${kind}`, () => {
    const { truth, rows } = recordProgram("tree", [kind, "5"], { args: ["--no-follow"] });
    const expected = SAME_PROCESS.has(kind) ? truth : truth.slice(0, 1);
    expect(difference(expected, own(rows).map(line))).toBe("");
  });

test("with --cgroups the rows have the id of the new cgroup, or of those below it", () => {
  const { rows } = recordProgram("tree", ["nested", "3"], { args: ["--cgroups"] });
  const [parent, ...children] = own(rows);
  expect(children.length).toBe(3);
  for (const child of children) expect(child.cgid).not.toBe(parent.cgid);
});
