/** What files were made from and used by. */
import { describe, expect, test } from "bun:test";
import { Lineage } from "../../src/model/lineage.ts";
import { graphOf, isProcess, type Node } from "../../src/model/lineage-graph.ts";
import type { Process } from "../../src/model/process.ts";
import { Run } from "../../src/model/run.ts";
import type { RunEvent } from "../../src/model/run-event.ts";
import type { RunFile } from "../../src/model/volume.ts";
import { RUN_EVENT } from "./run-event.ts";

const O_WRONLY = 1;
const O_TRUNC = 0o1000;

type Step = Partial<RunEvent>;

function runOf(steps: readonly Step[]): Run {
  const run = new Run();
  for (const [index, step] of steps.entries())
    run.add({ ...RUN_EVENT, time: (index + 1) * 1e9, ...step });
  return run;
}

const fork = (pid: number, child: number): Step => ({ event: "fork", pid, result: child });
const exec = (pid: number, path: string, stdio: RunEvent["stdio"] = null): Step => ({
  ...{ event: "exec", pid, path, argv: [path], stdio },
});
const exit = (pid: number): Step => ({
  ...{ event: "exit", pid, exit: { status: 0, signal: null, started: null } },
});
const read = (pid: number, path: string): Step => ({ pid, path });
const make = (pid: number, path: string): Step => ({ pid, path, flags: O_WRONLY, created: true });
const replace = (pid: number, path: string): Step => ({ pid, path, flags: O_WRONLY | O_TRUNC });
const pipe = (id: string) => ({ id, type: "fifo" });

/** Returns the files that are reached from a path, sorted. */
function reached(
  steps: readonly Step[],
  path: string,
  direction: "up" | "down",
  depth = Infinity,
): string[] {
  const run = runOf(steps);
  const root = run.files.find(path)!;
  const options = { depth, isShown: () => true, isFollowed: () => true };
  const { arrows } = graphOf(new Lineage<Process, RunFile>(run), root, direction, options);
  const nodes = new Set<Node>([root]);
  for (const node of nodes)
    for (const { from, to } of arrows.get(node) ?? []) nodes.add(from === node ? to : from);
  return Array.from(nodes, (node) => (isProcess(node) ? "" : (run.files.pathOf(node) ?? "?")))
    .filter((each) => each !== "" && each !== path && !each.startsWith("/bin/"))
    .sort();
}

/** Two compilations of one driver, which gives both the same temporary file. */
const COMPILATIONS: readonly Step[] = [
  exec(10, "/bin/gcc"),
  make(10, "/tmp/t.s"),
  fork(10, 11),
  exec(11, "/bin/cc1"),
  replace(11, "/tmp/t.s"),
  read(11, "/a.c"),
  read(11, "/a.h"),
  exit(11),
  fork(10, 12),
  exec(12, "/bin/as"),
  read(12, "/tmp/t.s"),
  make(12, "/a.o"),
  exit(12),
  fork(10, 13),
  exec(13, "/bin/cc1"),
  replace(13, "/tmp/t.s"),
  read(13, "/b.c"),
  exit(13),
  fork(10, 14),
  exec(14, "/bin/as"),
  read(14, "/tmp/t.s"),
  make(14, "/b.o"),
  exit(14),
  { event: "unlink", pid: 10, path: "/tmp/t.s" },
];

describe("a file is made from", () => {
  test("what its makers read, through intermediate files, and not what these held at other times", () => {
    expect(reached(COMPILATIONS, "/a.o", "up")).toEqual(["/a.c", "/a.h", "/tmp/t.s"]);
    expect(reached(COMPILATIONS, "/b.o", "up")).toEqual(["/b.c", "/tmp/t.s"]);
    expect(reached(COMPILATIONS, "/a.o", "up", 1)).toEqual(["/tmp/t.s"]);
  });

  test("nothing that its maker read after the file had been read", () => {
    const steps = [
      exec(10, "/bin/tool"),
      read(10, "/early"),
      make(10, "/x"),
      fork(10, 11),
      exec(11, "/bin/copy"),
      read(11, "/x"),
      make(11, "/y"),
      exit(11),
      read(10, "/late"),
    ];
    expect(reached(steps, "/y", "up")).toEqual(["/early", "/x"]);
    expect(reached(steps, "/x", "up")).toEqual(["/early", "/late"]);
  });

  test("what came through a pipe, and through the memory of a fork", () => {
    const steps = [
      exec(10, "/bin/sh"),
      read(10, "/script"),
      fork(10, 11),
      fork(10, 12),
      exec(11, "/bin/cat", [null, pipe("1:7"), null]),
      exec(12, "/bin/sed", [pipe("1:7"), null, null]),
      read(11, "/in"),
      make(12, "/out"),
      fork(10, 13),
      make(13, "/log"),
    ];
    expect(reached(steps, "/out", "up")).toEqual(["/in"]);
    expect(reached(steps, "/log", "up")).toEqual(["/script"]);
    expect(reached(steps, "/in", "down")).toEqual(["/out"]);
    expect(reached(steps, "/script", "down")).toEqual(["/log"]);
  });

  test("what a command wrote whose output its starter read, or that is read by a copy of that", () => {
    const steps = [
      exec(10, "/bin/sh"),
      fork(10, 11),
      fork(11, 12),
      exec(12, "/bin/cat", [null, pipe("1:7"), null]),
      read(12, "/in"),
      exit(12),
      exit(11),
      make(10, "/out"),
      fork(10, 13),
      make(13, "/other"),
      fork(10, 14),
      exec(14, "/bin/cat", [null, pipe("1:8"), null]),
      read(14, "/list"),
    ];
    expect(reached(steps, "/out", "up")).toEqual(["/in", "/list"]);
    expect(reached(steps, "/other", "up")).toEqual(["/in", "/list"]);
    expect(reached(steps, "/in", "down")).toEqual(["/other", "/out"]);
  });

  test("what a copy of its maker's starter piped to that, and not what the starter itself read", () => {
    const steps = [
      exec(10, "/bin/make"),
      read(10, "/Makefile"),
      fork(10, 11),
      fork(10, 12),
      read(11, "/in"),
      exec(12, "/bin/sed", [pipe("1:7"), null, null]),
      make(12, "/out"),
    ];
    expect(reached(steps, "/out", "up")).toEqual(["/Makefile", "/in"]);
    const without = steps.filter(({ path }) => path !== "/in" && path !== "/Makefile");
    const job = [...without.slice(0, 1), read(10, "/Makefile"), ...without.slice(2)];
    expect(reached(job, "/out", "up")).toEqual([]);
  });

  test("what a standard stream of its maker leads to", () => {
    const steps = [
      exec(10, "/bin/sh"),
      { ...read(10, "/in"), id: "1:1" },
      { ...make(10, "/out"), id: "1:2" },
      fork(10, 11),
      exec(11, "/bin/sort", [{ id: "1:1", type: "file" }, { id: "1:2", type: "file" }, null]),
      exit(11),
    ];
    const run = runOf(steps);
    const makers = new Lineage<Process, RunFile>(run).makers(run.files.find("/out")!);
    expect(makers.map(({ process }) => process.pid)).toEqual([10, 11]);
  });

  test("nothing that its maker alone had written", () => {
    const steps = [
      exec(10, "/bin/git"),
      make(10, "/object"),
      read(10, "/object"),
      make(10, "/ref"),
    ];
    expect(reached(steps, "/ref", "up")).toEqual([]);
    expect(reached([fork(10, 9), make(9, "/object"), ...steps.slice(2)], "/ref", "up")).toEqual([
      "/object",
    ]);
  });

  test("a file that it was renamed from", () => {
    const steps = [
      exec(10, "/bin/tool"),
      read(10, "/in"),
      make(10, "/x.tmp"),
      { event: "rename", pid: 10, path: "/x.tmp", path2: "/x" },
    ];
    expect(reached(steps, "/x", "up")).toEqual(["/in"]);
    const run = runOf(steps);
    const file = run.files.find("/x")!;
    expect(run.files.renamedFrom(file)).toEqual(["/x.tmp"]);
  });
});

describe("a file is used by", () => {
  test("what was made of it, and not by what read it before", () => {
    expect(reached(COMPILATIONS, "/a.h", "down")).toEqual(["/a.o", "/tmp/t.s"]);
    expect(reached(COMPILATIONS, "/b.c", "down")).toEqual(["/b.o", "/tmp/t.s"]);
  });

  test("processes that wrote what they read end", () => {
    const steps = [exec(10, "/bin/tool"), read(10, "/x"), replace(10, "/x")];
    expect(reached(steps, "/x", "down")).toEqual([]);
    expect(reached(steps, "/x", "up")).toEqual([]);
  });
});

test("a file has the name that is left, of several", () => {
  const link = (from: string, to: string) => ({ event: "link", pid: 10, path: from, path2: to });
  const unlink = (path: string) => ({ event: "unlink", pid: 10, path });
  const run = runOf([make(10, "/x"), link("/x", "/y"), link("/y", "/z"), unlink("/z")]);
  const file = run.files.find("/x")!;
  const known = () => [run.files.pathOf(file), run.files.isGone(file)];
  expect(known()).toEqual(["/y", false]);
  const rename = { event: "rename", path: "/y", path2: "/w" };
  const events = [rename, unlink("/w"), unlink("/x")].map((event) => {
    run.add({ ...RUN_EVENT, followed: false, followed2: false, ...event });
    return known();
  });
  expect(events).toEqual([
    ["/w", false],
    ["/x", false],
    ["/x", true],
  ]);
});

test("a file is known by its former paths, also those of a directory above it", () => {
  const rename = (path: string, path2: string) => ({ event: "rename", pid: 10, path, path2 });
  const run = runOf([make(10, "/d/x"), rename("/d/x", "/d/y"), rename("/d", "/e")]);
  const file = run.files.find("/e/y")!;
  const had = ["/d/x", "/d/y", "/e/y", "/e/x", "/d"].filter((path) =>
    run.files.hadPath(file, path),
  );
  expect(had).toEqual(["/d/x", "/d/y"]);
});

test("a file that is renamed again and again keeps the last of its paths", () => {
  const moves = Array.from({ length: 40 }, (_, i) => ({
    ...{ event: "rename", pid: 10, path: `/${i}`, path2: `/${i + 1}` },
  }));
  const run = runOf([make(10, "/0"), ...moves]);
  const paths = run.files.renamedFrom(run.files.find("/40")!);
  expect([paths.length, paths[0], paths.at(-1)]).toEqual([16, "/24", "/39"]);
});

test("a file that was removed keeps its path, and one that is linked elsewhere is not gone", () => {
  const run = runOf([
    make(10, "/d/x"),
    { event: "link", pid: 10, path: "/d/x", path2: "/d/y" },
    { event: "unlink", pid: 10, path: "/d/x" },
    make(10, "/d/z"),
    { event: "unlink", pid: 10, path: "/d/z" },
  ]);
  const files = run.edges.targets.filter((target) => "origin" in target);
  const all = [...new Set(files)].map((file) => [run.files.pathOf(file), run.files.isGone(file)]);
  expect(all).toEqual([
    ["/d/y", false],
    ["/d/z", true],
  ]);
});
