/** Record files, from `trace exec -o run.trace` to `trace show` and `trace summary`. */
import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";

const SCRIPT = "echo hi >a; cat a >t; mv t a; cat absent; exit 3";
const COLUMNS = "event,pid,comm,kind,flags,filename,return,path,path2,argv,status,note";

/** Rows without what differs between two runs: pids, and results that are pids. */
const comparable = (json: string) =>
  JSON.parse(json).map(({ pid, ...row }: Record<string, unknown>) =>
    row.event === "fork" ? { ...row, return: null } : row,
  );

test.each(["bpf", "ptrace"])("a record by %s shows what the formats record", (backend) => {
  using directory = temporaryDirectory();
  const cwd = join(directory.path, "work");
  mkdirSync(cwd);
  const exec = [TRACE, "exec", "-q", "--backend", backend];
  const sh = ["--", "sh", "-c", SCRIPT];
  expect(run([...exec, "-o", "../run.trace", ...sh], { cwd }).status).toBe(3);
  rmSync(join(cwd, "a"));
  const options = ["--events", "all", "--columns", COLUMNS];
  run([...exec, "--format", "json", ...options, "-o", "../run.json", ...sh], { cwd });
  const shown = run([TRACE, "show", "../run.trace", "--format", "json", "--columns", COLUMNS], {
    cwd,
  });
  expect(shown.status).toBe(0);
  expect(shown.stderr).toMatch(/^trace: \d+ events, complete\n$/);
  const rows = comparable(shown.stdout.toString());
  expect(rows).toEqual(comparable(readFileSync(join(cwd, "../run.json"), "utf8")));
  expect(rows.length).toBeGreaterThan(50);
});

test("a record that ends early is incomplete for show and summary", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  run([TRACE, "exec", "-q", "-o", "run.trace", "--", "sh", "-c", SCRIPT], { cwd });
  const whole = readFileSync(join(cwd, "run.trace"));
  writeFileSync(join(cwd, "cut.trace"), whole.subarray(0, whole.length - 10));
  const show = run([TRACE, "show", "--require-complete", "cut.trace"], { cwd });
  expect(show.status).toBe(3);
  expect(show.stderr).toContain("INCOMPLETE: 1 unreadable part of the record");
  expect(show.stdout.toString()).toContain('"absent"');
  expect(run([TRACE, "summary", "cut.trace"], { cwd }).stderr).toContain("INCOMPLETE");
  expect(run([TRACE, "summary", "run.trace"], { cwd }).stderr).toBe("");
});

test.each([
  [["show"], "show: expected one FILE, such as run.trace"],
  [["show", "absent"], "absent: ENOENT"],
  [["show", "/etc/passwd"], "/etc/passwd: is not a record file of trace"],
  [
    ["exec", "-o", "x.trace", "--columns", "pid", "true"],
    "--columns: cannot be used with a record file, which has them all",
  ],
])("%j is a usage error", (args, message) => {
  using directory = temporaryDirectory();
  const { status, stderr } = run([TRACE, ...args], { cwd: directory.path });
  expect([status, stderr]).toEqual([2, `trace: ${message}\n`]);
});
