/** `trace report` and `trace exec --report`. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PageData } from "../../src/sinks/reports/page/data.ts";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";

const SCRIPT = "cat in >mid; sed s/a/b/ mid >out; rm mid; cat '<absent>'; exit 3";

function dataOf(html: string): PageData {
  const [, json] = html.match(/<script id="data" type="application\/json">([^<]*)<\/script>/) ?? [];
  return JSON.parse(json);
}

/** Returns the names in a list. */
function namesIn({ lists, paths }: PageData, list: keyof PageData["lists"]): string[] {
  return lists[list].paths.map((path) => paths.names[path]);
}

test.each(["bpf", "ptrace"])("a page by %s is made of the run, or of its record", (backend) => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  writeFileSync(join(cwd, "in"), "a\n");
  const exec = [TRACE, "exec", "-q", "--backend", backend, "--report", "live.html"];
  expect(run([...exec, "-o", "run.trace", "--", "sh", "-c", SCRIPT], { cwd }).status).toBe(3);
  const made = run([TRACE, "report", "run.trace"], { cwd });
  expect([made.status, made.stderr]).toEqual([
    0,
    expect.stringMatching(/^trace: report\.html: \d/),
  ]);
  const data = dataOf(readFileSync(join(cwd, "report.html"), "utf8"));
  expect(data.runs).toMatchObject([{ cwd, status: 3, complete: true, losses: [] }]);
  expect(data.runs[0].command).toStartWith("sh -c 'cat in >mid;");
  expect(namesIn(data, "inputs")).toContain("in");
  expect(namesIn(data, "outputs")).toEqual(["out"]);
  expect(namesIn(data, "probes")).toContain("<absent>");
  expect(data.processes.pids.length).toBe(5);
  expect(data.processes.statuses).toEqual([3, 0, 0, 0, 1]);
  const live = dataOf(readFileSync(join(cwd, "live.html"), "utf8"));
  expect([live.start, live.end]).toEqual([data.start, data.end]);
  expect(live.paths).toEqual(data.paths);
  expect(live.lists).toEqual(data.lists);
  expect(live.targets).toEqual(data.targets);
  expect(live.processes.execs.map((execs) => execs.length)).toEqual([4, 4, 4, 4, 4]);
  expect(existsSync(join(cwd, "trace.csv"))).toBe(false);
});

test("the page of a record that ends early says so", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  run([TRACE, "exec", "-q", "-o", "run.trace", "--", "true"], { cwd });
  const whole = readFileSync(join(cwd, "run.trace"));
  writeFileSync(join(cwd, "cut.trace"), whole.subarray(0, whole.length - 10));
  const made = run([TRACE, "report", "--require-complete", "-o", "-", "cut.trace"], { cwd });
  expect(made.status).toBe(3);
  expect(made.stderr).toContain("INCOMPLETE");
  const { complete, runs } = dataOf(made.stdout.toString());
  expect(complete).toBe(false);
  expect(runs[0].losses.join()).toContain("unreadable part of the record");
});

test("a record without the columns of a page is refused, and no page is made", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  writeFileSync(join(cwd, "x.csv"), "event,pid\nopen,1\n");
  const made = run([TRACE, "report", "x.csv"], { cwd });
  expect(made.status).toBe(2);
  expect(made.stderr).toStartWith(
    "trace: x.csv: has no column comm, flags, filename, return, path;",
  );
  expect(existsSync(join(cwd, "report.html"))).toBe(false);
});
