/** The page of a report answers what a file was made from, and used for, as the model does. */
import { expect, test } from "bun:test";
import { Lineage } from "../../src/model/lineage.ts";
import { graphOf, isProcess, type Node } from "../../src/model/lineage-graph.ts";
import type { Process } from "../../src/model/process.ts";
import { Run } from "../../src/model/run.ts";
import type { RunEvent } from "../../src/model/run-event.ts";
import { RunFile } from "../../src/model/volume.ts";
import { isOfSystem, madeFrom, usedFor } from "../../src/report-page/lineage.ts";
import { RunView } from "../../src/report-page/run-view.ts";
import { pageData } from "../../src/sinks/reports/page/page-data.ts";
import { UNKNOWN_RUN } from "../../src/sinks/reports/summary/run.ts";
import { carriesData } from "../../src/sinks/reports/why/system-files.ts";
import { RUN_EVENT } from "../model/run-event.ts";
import { Random } from "../random.ts";

const O_WRONLY = 1;
const O_TRUNC = 0o1000;
type Step = Partial<RunEvent>;

function runOf(steps: readonly Step[]): Run {
  const run = new Run();
  for (const [index, step] of steps.entries())
    run.add({ ...RUN_EVENT, time: 1.7e18 + (index + 1) * 1e6, ...step });
  return run;
}

const PATHS = ["/w/a", "/w/b", "/w/c", "/w/d", "/w/e", "/usr/lib/x", "/dev/null", "/dev/shm/y"];

/** Returns what random processes do, which read and write files and each other's pipes. */
function randomSteps(random: Random): Step[] {
  const pids = [10];
  const stream = () => random.pick([null, null, { id: `pipe:${random.below(3)}`, type: "fifo" }]);
  const steps: Step[] = [{ event: "exec", pid: 10, path: "/bin/make", argv: ["make"] }];
  for (let left = 60; left > 0; left--) {
    const pid = random.pick(pids);
    const child = 11 + pids.length;
    const path = random.pick(PATHS);
    steps.push(
      random.pick<() => Step>([
        () => {
          pids.push(child);
          return { event: "fork", pid, result: child };
        },
        () => ({ event: "exec", pid, path, argv: ["x"], stdio: [stream(), stream(), null] }),
        () => ({ pid, path }),
        () => ({ pid, path }),
        () => ({ pid, path, flags: O_WRONLY }),
        () => ({ pid, path, flags: O_WRONLY, created: true }),
        () => ({ pid, path, flags: O_WRONLY | O_TRUNC }),
        () => ({ event: "list", pid, path: "/w" }),
        () => ({ event: "rename", pid, path, path2: random.pick(PATHS) }),
        () => {
          if (pids.length > 1) pids.splice(pids.indexOf(pid), 1);
          return { event: "exit", pid, exit: { status: 0, signal: null, started: null } };
        },
      ])(),
    );
  }
  return steps;
}

function reached(run: Run, root: RunFile, direction: "up" | "down", depth: number): number[] {
  const { arrows } = graphOf(new Lineage<Process, RunFile>(run), root, direction, {
    depth,
    isShown: () => true,
    isFollowed: (file) => carriesData(run.files.pathOf(file) ?? ""),
  });
  const nodes = new Set<Node>([root]);
  for (const node of nodes)
    for (const { from, to } of arrows.get(node) ?? []) nodes.add(from === node ? to : from);
  nodes.delete(root);
  return sorted([...nodes].flatMap((node) => (isProcess(node) ? [] : node.index)));
}

const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

test("a page and the model reach the same files, in both directions", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const run = runOf(randomSteps(new Random(seed)));
    const view = new RunView(pageData(run, UNKNOWN_RUN, "0.0.0"));
    for (const file of run.edges.targets.filter((target) => target instanceof RunFile)) {
      const [up, down] = [madeFrom(view, file.index), usedFor(view, file.index)];
      const where = { seed, path: run.files.pathOf(file) };
      const actual = [up.direct, up.all, down.direct, down.all].map(sorted);
      expect({ ...where, reached: actual }).toEqual({
        ...where,
        reached: [
          ...[reached(run, file, "up", 1), reached(run, file, "up", Infinity)],
          ...[reached(run, file, "down", 1), reached(run, file, "down", Infinity)],
        ],
      });
    }
  }
});

/** Returns the paths of files that a file of the page was made from. */
function sources(steps: readonly Step[], path: string): string[] {
  const view = new RunView(pageData(runOf(steps), UNKNOWN_RUN, "0.0.0"));
  const target = view.data.targets.paths.findIndex((node) => view.path(node) === path);
  return madeFrom(view, target)
    .all.map((each) => view.targetPath(each))
    .sort();
}

test("what was discarded before a file was read is not what another was made from", () => {
  const compile = (pid: number, name: string): Step[] => [
    { event: "fork", pid: 10, result: pid },
    { event: "exec", pid, path: "/bin/cc1", argv: ["cc1"] },
    { pid, path: `/w/${name}.c` },
    { pid, path: "/tmp/t.s", flags: O_WRONLY | O_TRUNC },
    { event: "exit", pid, exit: { status: 0, signal: null, started: null } },
    { event: "fork", pid: 10, result: pid + 1 },
    { event: "exec", pid: pid + 1, path: "/bin/as", argv: ["as"] },
    { pid: pid + 1, path: "/tmp/t.s" },
    { pid: pid + 1, path: `/w/${name}.o`, flags: O_WRONLY, created: true },
    { event: "exit", pid: pid + 1, exit: { status: 0, signal: null, started: null } },
  ];
  const steps = [
    { event: "exec", pid: 10, path: "/bin/gcc", argv: ["gcc"] },
    { pid: 10, path: "/tmp/t.s", flags: O_WRONLY, created: true },
    ...compile(11, "a"),
    ...compile(13, "b"),
  ];
  expect(sources(steps, "/w/b.o")).toEqual([
    "/bin/as",
    "/bin/cc1",
    "/bin/gcc",
    "/tmp/t.s",
    "/w/b.c",
  ]);
});

test("files of the system are those of trace why, unless the run made them", () => {
  const steps: Step[] = [
    { path: "/usr/lib/libc.so" },
    { path: "/var/lib/dpkg/status" },
    { path: "/usr/lib/made", flags: O_WRONLY, created: true },
    { path: "/w/a.c" },
  ];
  const view = new RunView(pageData(runOf(steps), { ...UNKNOWN_RUN, cwd: "/w" }, "0.0.0"));
  const paths = view.data.targets.paths.map((node) => view.path(node));
  const system = paths.filter((_, target) => isOfSystem(view, target));
  expect(system).toEqual(["/usr/lib/libc.so", "/var/lib/dpkg/status"]);
});
