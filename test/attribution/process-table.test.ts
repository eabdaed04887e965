import { describe, expect, test } from "bun:test";
import { type ExecInfo, ProcessTable } from "../../src/attribution/process-table.ts";
import type { ProcStat } from "../../src/attribution/procfs.ts";

const SHELL: ProcStat = { ppid: 1, comm: "sh", argv: ["sh", "-i"], uid: 0, started: 100 };

/** Knows what /proc would tell; what is changed later is told from then on. */
function machine(processes: Record<number, ProcStat> = { 10: SHELL }, asleep = () => 0) {
  const there = new Map(Object.entries(processes).map(([pid, who]) => [Number(pid), who]));
  const attribution = new ProcessTable(asleep, (pid) => there.get(pid) ?? null);
  return { there, attribution };
}

const execOf = (comm: string, time: number, uid = 0): ExecInfo => {
  return { time, ppid: 10, uid, comm, argv: [comm, "-x"] };
};

describe("a child", () => {
  test("is what its parent is until it executes something else", () => {
    const { attribution } = machine();
    const child = attribution.forked(10, 11, 500);
    const expected = { pid: 11, ppid: 10, comm: "sh", started: 500, origin: "inherited" };
    expect(child).toMatchObject(expected);
    expect(attribution.forked(11, 12, 600)).toMatchObject({ pid: 12, ppid: 11, comm: "sh" });
    expect(attribution.lookup(11, 700)).toEqual(child);
  });

  test("of a parent that nobody knows is read itself, where it is there", () => {
    const { attribution, there } = machine({});
    expect(attribution.forked(10, 11, 500)).toMatchObject({ origin: "unknown", comm: "" });
    there.set(12, { ...SHELL, comm: "cat", started: 500 });
    const expected = { origin: "proc", comm: "cat", ppid: 10, started: 600 };
    expect(attribution.forked(10, 12, 600)).toMatchObject(expected);
  });
});

describe("an exec", () => {
  test("is told by the kernel programs, and keeps when the process began", () => {
    const { attribution } = machine();
    attribution.forked(10, 11, 500);
    attribution.addExec(11, execOf("true", 590));
    expect(attribution.hasExec(11, 600)).toBe(true);
    const who = attribution.executed(11, 600);
    const expected = { comm: "true", argv: ["true", "-x"], started: 500, origin: "bpf" };
    expect(who).toMatchObject(expected);
    expect(attribution.lookup(11, 700)).toEqual(who);
  });

  test("is the last before its event, not one that comes later", () => {
    const { attribution } = machine();
    for (const [comm, time] of [
      ["a", 1000],
      ["b", 2000],
      ["c", 3000],
    ] as const)
      attribution.addExec(11, execOf(comm, time));
    expect(attribution.hasExec(11, 999)).toBe(false);
    expect(attribution.executed(11, 1001).comm).toBe("a");
    expect(attribution.executed(11, 3000).comm).toBe("c");
    expect(attribution.hasExec(11, 9999)).toBe(false);
  });

  test("is read from /proc where the programs tell nothing", () => {
    const { attribution, there } = machine();
    attribution.forked(10, 11, 500);
    there.set(11, { ...SHELL, comm: "cat", argv: ["cat"], started: 500 });
    const expected = { comm: "cat", argv: ["cat"], started: 500, origin: "proc" };
    expect(attribution.executed(11, 600)).toMatchObject(expected);
  });

  test("of a process that is gone has no name rather than a wrong one", () => {
    const { attribution } = machine();
    attribution.forked(10, 11, 500);
    const expected = { comm: "", argv: [], ppid: 10, started: 500, origin: "unknown" };
    expect(attribution.executed(11, 600)).toMatchObject(expected);
  });

  test("by another process with the number by now is not taken for it", () => {
    const { attribution, there } = machine();
    there.set(11, { ...SHELL, comm: "other", started: 9000 });
    expect(attribution.executed(11, 600)).toMatchObject({ comm: "", origin: "unknown" });
    expect(attribution.executed(11, 9000)).toMatchObject({ comm: "other", origin: "proc" });
  });
});

describe("a number that is used again", () => {
  test("is the new process's", () => {
    const { attribution } = machine();
    attribution.forked(10, 11, 500);
    attribution.addExec(11, execOf("old", 600));
    attribution.executed(11, 600);
    attribution.exited(11, 700);
    expect(attribution.forked(10, 11, 800)).toMatchObject({ comm: "sh", started: 800 });
  });

  test("has the new one's exec where the old one's event was lost", () => {
    const { attribution } = machine();
    attribution.addExec(11, execOf("old", 600));
    attribution.addExec(11, execOf("new", 900));
    attribution.exited(11, 700);
    expect(attribution.executed(11, 950).comm).toBe("new");
  });

  test("is nobody's in between, and is asked for again", () => {
    const { attribution, there } = machine();
    there.delete(10);
    expect(attribution.lookup(10, 500)).toMatchObject({ comm: "", origin: "unknown" });
    there.set(10, SHELL);
    expect(attribution.lookup(10, 500)).toMatchObject({ comm: "sh", origin: "proc" });
  });
});

test("a change of user or name is kept, whatever else", () => {
  const { attribution } = machine();
  attribution.changedUser(10, 1000, 500);
  attribution.renamed(10, "(a) b", 600);
  expect(attribution.lookup(10, 700)).toMatchObject({
    uid: 1000,
    comm: "(a) b",
    argv: ["sh", "-i"],
  });
});

test("time asleep counts for /proc and not for events", () => {
  const slept = 5000;
  const { attribution } = machine({ 10: { ...SHELL, started: 5100 } }, () => slept);
  expect(attribution.lookup(10, 200)).toMatchObject({ comm: "sh", started: 100 });
});

test("execs whose events never come are not kept for ever", () => {
  const { attribution } = machine();
  for (let pid = 0; pid < 65536; pid++) attribution.addExec(pid, execOf("lost", 1));
  attribution.addExec(7, execOf("kept", 2));
  expect(attribution.hasExec(6, 9)).toBe(false);
  expect(attribution.executed(7, 9).comm).toBe("kept");
});
