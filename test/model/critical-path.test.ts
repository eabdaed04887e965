/** The critical path of made-up runs. Times are in seconds, and names are pids. */
import { expect, test } from "bun:test";
import { criticalPath } from "../../src/model/critical-path.ts";
import { Exec, type Process } from "../../src/model/process.ts";
import { Processes } from "../../src/model/processes.ts";

class Runs {
  readonly processes = new Processes();

  private event(pid: number, time: number) {
    return { pid, comm: `${pid}`, time: time * 1e9 };
  }

  /** Adds a process; without a parent, its fork was not recorded. @param to null if it never exits */
  add(pid: number, from: number, to: number | null, parent?: Process): Process {
    const { processes } = this;
    const forked = parent && processes.forked(parent, pid, this.event(parent.pid, from));
    const process = forked ?? processes.of(this.event(pid, from));
    if (to === null) return process;
    const exit = { status: 0, signal: null, started: from * 1e9 };
    const event = this.event(pid, to);
    processes.exited(processes.of({ ...event, exit }), exit, event);
    return process;
  }

  /** The path as "PID FROM-TO". */
  path(root: Process): string[] {
    return criticalPath(root, this.processes.all).map(
      ({ process, exec, from, to }) =>
        `${exec ? exec.path : process.pid} ${from / 1e9}-${to / 1e9}`,
    );
  }
}

test("a process without children is the path", () => {
  const runs = new Runs();
  expect(runs.path(runs.add(1, 0, 9))).toEqual(["1 0-9"]);
});

test("children that run one after the other are on the path, and the time between them", () => {
  const runs = new Runs();
  const make = runs.add(1, 0, 10);
  runs.add(2, 1, 4, make);
  runs.add(3, 5, 9, make);
  expect(runs.path(make)).toEqual(["1 0-1", "2 1-4", "1 4-5", "3 5-9", "1 9-10"]);
});

test("of children that run at once, the path has the one that ends last, and what it waited for", () => {
  const runs = new Runs();
  const make = runs.add(1, 0, 10);
  runs.add(2, 1, 3, make);
  runs.add(3, 1, 8, make);
  // make -j2 starts it when 2 has ended.
  runs.add(4, 3, 9, make);
  expect(runs.path(make)).toEqual(["1 0-1", "2 1-3", "4 3-9", "1 9-10"]);
});

test("the path leads through descendants", () => {
  const runs = new Runs();
  const make = runs.add(1, 0, 10);
  const gcc = runs.add(2, 1, 9, make);
  runs.add(3, 2, 5, gcc);
  runs.add(4, 5, 8, gcc);
  const parts = ["1 0-1", "2 1-2", "3 2-5", "4 5-8", "2 8-9", "1 9-10"];
  expect(runs.path(make)).toEqual(parts);
});

test("a child that outlives its parent is not waited for", () => {
  const runs = new Runs();
  const sh = runs.add(1, 0, 4);
  runs.add(2, 1, 9, sh);
  expect(runs.path(sh)).toEqual(["1 0-4"]);
});

test("each program that a process executes is a part", () => {
  const runs = new Runs();
  const sh = runs.add(1, 0, 9);
  for (const [path, time] of [["sh", 0] as const, ["env", 2] as const, ["cat", 6] as const])
    sh.addExec(new Exec(time * 1e9, path, "", null, null));
  runs.add(2, 3, 5, sh);
  expect(runs.path(sh)).toEqual(["sh 0-2", "env 2-3", "2 3-5", "env 5-6", "cat 6-9"]);
});

test("a process without an exit lasts until its last event", () => {
  const runs = new Runs();
  const make = runs.add(1, 0, 9);
  runs.add(2, 1, null, make);
  runs.processes.of({ pid: 2, comm: "", time: 6e9 });
  expect(runs.path(make)).toEqual(["1 0-1", "2 1-6", "1 6-9"]);
});

test("processes without an exit last until the end of a record that was cut off", () => {
  const runs = new Runs();
  const make = runs.add(1, 0, null);
  const gcc = runs.add(2, 1, null, make);
  runs.add(3, 2, 4, gcc);
  runs.add(4, 4, 7, make);
  expect(runs.path(make)).toEqual(["1 0-1", "2 1-2", "3 2-4", "2 4-7"]);
});

test("the parts of random runs follow each other and have the length of the run", () => {
  let seed = 1;
  const random = (limit: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return (seed / 2 ** 31) * limit;
  };
  for (let round = 0; round < 200; round++) {
    const runs = new Runs();
    const all = [runs.add(1, 0, 100)];
    for (let pid = 2; pid < 40; pid++) {
      const from = random(110) - 5;
      all.push(runs.add(pid, from, from + random(60) - 5, all[Math.floor(random(all.length))]));
    }
    const parts = criticalPath(all[0], runs.processes.all);
    expect([parts[0].from, parts.at(-1)?.to]).toEqual([0, 100e9]);
    for (const [index, { from, to }] of parts.entries()) {
      expect(to).toBeGreaterThan(from);
      if (index > 0) expect(from).toBe(parts[index - 1].to);
    }
  }
});

test("a chain of 20,000 processes is a path", () => {
  const runs = new Runs();
  const root = runs.add(1, 0, 1e6);
  let parent = root;
  for (let pid = 2; pid < 2e4; pid++) parent = runs.add(pid, pid, 1e6 - pid, parent);
  expect(criticalPath(root, runs.processes.all).length).toBe(2 * (2e4 - 2) + 1);
});
