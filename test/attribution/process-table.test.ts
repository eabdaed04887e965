import { describe, expect, test } from "bun:test";
import { type ExecInfo, ProcessTable } from "../../src/attribution/process-table.ts";
import { type ProcessInfo, unknownProcess } from "../../src/events/process-info.ts";

type Stat = Omit<ProcessInfo, "pid" | "origin">;
const SHELL: Stat = { ppid: 1, comm: "sh", argv: ["sh", "-i"], uid: 0, started: 100 };

/** A table with a fake /proc, which a test can change later. */
function setUp(processes: Record<number, Stat> = { 10: SHELL }, suspendedNs = () => 0) {
  const procfs = new Map(Object.entries(processes).map(([pid, stat]) => [Number(pid), stat]));
  const table = new ProcessTable(suspendedNs, (pid) => {
    const stat = procfs.get(pid);
    return stat ? { ...stat, pid, origin: "proc" } : null;
  });
  return { procfs, table };
}

const execOf = (comm: string, time: number, uid = 0): ExecInfo => {
  return { time, ppid: 10, uid, comm, argv: [comm, "-x"] };
};

describe("a child", () => {
  test("inherits everything from its parent until it executes", () => {
    const { table } = setUp();
    const child = table.forked(10, 11, 500);
    const expected = { pid: 11, ppid: 10, comm: "sh", started: 500, origin: "inherited" };
    expect(child).toMatchObject(expected);
    expect(table.forked(11, 12, 600)).toMatchObject({ pid: 12, ppid: 11, comm: "sh" });
    expect(table.lookup(11, 700)).toEqual(child);
  });

  test("of an unknown parent is read from /proc, if it exists", () => {
    const { table, procfs } = setUp({});
    expect(table.forked(10, 11, 500)).toMatchObject({ origin: "unknown", comm: "" });
    procfs.set(12, { ...SHELL, comm: "cat", started: 500 });
    const expected = { origin: "proc", comm: "cat", ppid: 10, started: 600 };
    expect(table.forked(10, 12, 600)).toMatchObject(expected);
  });
});

describe("an exec", () => {
  test("is identified by the eBPF programs, and keeps the process's start time", () => {
    const { table } = setUp();
    table.forked(10, 11, 500);
    table.addExec(11, execOf("true", 590));
    expect(table.hasExec(11, 600)).toBe(true);
    const info = table.executed(11, 600);
    const expected = { comm: "true", argv: ["true", "-x"], started: 500, origin: "bpf" };
    expect(info).toMatchObject(expected);
    expect(table.lookup(11, 700)).toEqual(info);
  });

  test("is the last one before its event, not a later one", () => {
    const { table } = setUp();
    for (const [comm, time] of [
      ["a", 1000],
      ["b", 2000],
      ["c", 3000],
    ] as const)
      table.addExec(11, execOf(comm, time));
    expect(table.hasExec(11, 999)).toBe(false);
    expect(table.executed(11, 1001).comm).toBe("a");
    expect(table.executed(11, 3000).comm).toBe("c");
    expect(table.hasExec(11, 9999)).toBe(false);
  });

  test("is read from /proc if the eBPF programs did not report it", () => {
    const { table, procfs } = setUp();
    table.forked(10, 11, 500);
    procfs.set(11, { ...SHELL, comm: "cat", argv: ["cat"], started: 500 });
    const expected = { comm: "cat", argv: ["cat"], started: 500, origin: "proc" };
    expect(table.executed(11, 600)).toMatchObject(expected);
  });

  test("of a missing process has no name rather than a wrong one", () => {
    const { table } = setUp();
    table.forked(10, 11, 500);
    const expected = { comm: "", argv: [], ppid: 10, started: 500, origin: "unknown" };
    expect(table.executed(11, 600)).toMatchObject(expected);
  });

  test("is not taken from a later process with the same pid", () => {
    const { table, procfs } = setUp();
    procfs.set(11, { ...SHELL, comm: "other", started: 9000 });
    expect(table.executed(11, 600)).toMatchObject({ comm: "", origin: "unknown" });
    expect(table.executed(11, 9000)).toMatchObject({ comm: "other", origin: "proc" });
  });
});

describe("a reused pid", () => {
  test("belongs to the new process", () => {
    const { table } = setUp();
    table.forked(10, 11, 500);
    table.addExec(11, execOf("old", 600));
    table.executed(11, 600);
    table.exited(11, 700);
    expect(table.forked(10, 11, 800)).toMatchObject({ comm: "sh", started: 800 });
  });

  test("has the exec of the new process if the event of the old one was lost", () => {
    const { table } = setUp();
    table.addExec(11, execOf("old", 600));
    table.addExec(11, execOf("new", 900));
    table.exited(11, 700);
    expect(table.executed(11, 950).comm).toBe("new");
  });

  test("is unknown between two processes, and is looked up again", () => {
    const { table, procfs } = setUp();
    procfs.delete(10);
    expect(table.lookup(10, 500)).toMatchObject({ comm: "", origin: "unknown" });
    procfs.set(10, SHELL);
    expect(table.lookup(10, 500)).toMatchObject({ comm: "sh", origin: "proc" });
  });
});

test("pid 0, which any process outside our pid namespace has, is never one process", () => {
  const { table } = setUp();
  const unknown = unknownProcess(0);
  table.addExec(0, execOf("a", 100));
  expect(table.hasExec(0, 200)).toBe(false);
  expect(table.executed(0, 200)).toEqual(unknown);
  expect(table.forked(10, 0, 300)).toEqual(unknown);
  expect(table.renamed(0, "b", 400)).toEqual(unknown);
  expect(table.changedUser(0, 1000, 1000, 500)).toEqual(unknown);
  expect(table.lookup(0, 600)).toEqual(unknown);
  expect(table.forked(0, 11, 700)).toEqual({ ...unknown, pid: 11, started: 700 });
});

test("a change of user and a change of name are both stored", () => {
  const { table } = setUp();
  table.changedUser(10, 1000, 0, 500);
  table.renamed(10, "(a) b", 600);
  expect(table.lookup(10, 700)).toMatchObject({
    uid: 1000,
    euid: 0,
    comm: "(a) b",
    argv: ["sh", "-i"],
  });
});

test("suspended time counts in /proc but not in events", () => {
  const suspendedNs = 5000;
  const { table } = setUp({ 10: { ...SHELL, started: 5100 } }, () => suspendedNs);
  expect(table.lookup(10, 200)).toMatchObject({ comm: "sh", started: 100 });
});

test("execs whose events never arrive are dropped eventually", () => {
  const { table } = setUp();
  for (let pid = 1; pid <= 65536; pid++) table.addExec(pid, execOf("lost", 1));
  table.addExec(7, execOf("retained", 2));
  expect(table.hasExec(6, 9)).toBe(false);
  expect(table.executed(7, 9).comm).toBe("retained");
});
