/** Record files, from `trace exec -o run.trace` to `trace show` and `trace summary`. */
import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SUMMARY_COLUMNS } from "../../src/sinks/reports/summary/from-record.ts";
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

test("a record has the command's environment variables, unless --no-environment leaves them out", () => {
  using directory = temporaryDirectory();
  const { path: cwd } = directory;
  for (const [options, expected] of [
    [[], { ANSWER: expect.stringMatching(/^[\da-f]{4}$/), MY_TOKEN: "" }],
    [["--no-environment"], undefined],
  ] as const) {
    const env = { ANSWER: "42", MY_TOKEN: "x" };
    run([TRACE, "exec", "-q", ...options, "-o", "run.trace", "--", "/bin/true"], { cwd, env });
    const show = [TRACE, "show", "-q", "run.trace", "--format", "ndjson", "--header"];
    const [first] = run(show, { cwd }).stdout.toString().split("\n");
    expect(JSON.parse(first).header.environment).toEqual(expected);
  }
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

test("NDJSON has the run's header and result, recorded or shown", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const sh = ["sh", "-c", SCRIPT];
  const ndjson = ["--format", "ndjson", "--header", "--columns", SUMMARY_COLUMNS];
  run([TRACE, "exec", "-q", "-o", "run.trace", "--", ...sh], { cwd });
  run([TRACE, "exec", "-q", ...ndjson, "-e", "all", "-o", "run.ndjson", "--", ...sh], { cwd });
  const shown = run([TRACE, "show", "-q", "run.trace", ...ndjson], { cwd }).stdout.toString();
  const recorded = readFileSync(join(cwd, "run.ndjson"), "utf8");
  const [live, later] = [recorded, shown].map((text) => text.trimEnd().split("\n"));
  const first = JSON.parse(later[0]).header;
  expect(first).toMatchObject({ format: 1, command: sh, cwd, backend: "bpf" });
  expect(first.user).toEqual({ uid: 0, name: "root" });
  expect(first.columns).toEqual(SUMMARY_COLUMNS.replace("filename", "fname").split(","));
  expect(Object.keys(first)).toEqual(Object.keys(JSON.parse(live[0]).header));
  const { result } = JSON.parse(later.at(-1) as string);
  const events = later.length - 2;
  expect(result).toEqual({
    ended: expect.any(String),
    status: 3,
    events,
    complete: true,
    losses: [],
  });
  expect(Object.keys(result)).toEqual(Object.keys(JSON.parse(live.at(-1) as string).result));
  expect(later.length).toBe(live.length);
});

test("NDJSON of a killed trace is incomplete", async () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const args = ["--format", "ndjson", "--header", "-e", "all", "--columns", SUMMARY_COLUMNS];
  const script = ": >ready; exec sleep 30";
  const child = Bun.spawn([TRACE, "exec", ...args, "--", "sh", "-c", script], {
    cwd,
    stderr: "ignore",
  });
  const file = join(cwd, "trace.ndjson");
  for (let tries = 0; tries < 3000; tries++) {
    if (existsSync(file) && readFileSync(file, "utf8").includes("ready")) break;
    await Bun.sleep(10);
  }
  const pid = JSON.parse(readFileSync(file, "utf8").split("\n")[1]).pid;
  child.kill("SIGKILL");
  await child.exited;
  process.kill(pid, "SIGKILL");
  const { stdout, stderr, status } = run(
    [TRACE, "summary", "--format", "json", "--require-complete", "trace.ndjson"],
    { cwd },
  );
  expect(status).toBe(3);
  expect(stderr).toContain("INCOMPLETE: 1 recording ended without its result");
  expect(JSON.parse(stdout.toString())).toMatchObject({
    command: ["sh", "-c", script],
    ended: null,
    status: null,
    complete: false,
    losses: [{ what: "recording ended without its result", count: 1 }],
  });
});

test("a shown record is a record, with the result of its run", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  run([TRACE, "exec", "-q", "-o", "run.trace", "--", "sh", "-c", SCRIPT], { cwd });
  run([TRACE, "show", "-q", "-e", "rename,exec", "-o", "few.trace", "run.trace"], { cwd });
  const show = (file: string, ...options: readonly string[]) =>
    run([TRACE, "show", file, "--format", "ndjson", "--header", ...options], { cwd })
      .stdout.toString()
      .trimEnd()
      .split("\n");
  const few = show("few.trace");
  expect(few).toEqual(show("run.trace", "-e", "rename,exec"));
  expect(JSON.parse(few[0]).header.events).toEqual(["exec", "rename"]);
  expect(few.length).toBeGreaterThan(4);
});

test("the record that is read is not written to", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  run([TRACE, "exec", "-q", "-o", "run.trace", "true"], { cwd });
  const before = readFileSync(join(cwd, "run.trace"));
  const { status, stderr } = run([TRACE, "show", "run.trace", "-o", "./run.trace"], { cwd });
  expect([status, stderr]).toEqual([2, "trace: -o ./run.trace: is also the input\n"]);
  expect(readFileSync(join(cwd, "run.trace")).equals(before)).toBe(true);
});

test.each(["trace", "csv", "json", "ndjson"])("a record as %s is read from a pipe", (format) => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const columns = format === "trace" ? [] : ["-e", "all", "--columns", SUMMARY_COLUMNS];
  const args = ["exec", "-q", "--format", format, ...columns, "-o", "record"];
  run([TRACE, ...args, "--", "sh", "-c", SCRIPT], { cwd });
  const summary = (shell: string) =>
    run(["bash", "-c", `TRACE=${TRACE}; $TRACE summary --format json ${shell}`], { cwd });
  const named = summary("record").stdout.toString();
  expect(JSON.parse(named).events).toBeGreaterThan(50);
  for (const pipe of ["<(cat record)", "- <record", "/dev/stdin <record"])
    expect(summary(pipe).stdout.toString()).toBe(named);
  if (format !== "trace") return;
  const shown = run([TRACE, "show", "record"], { cwd }).stdout;
  const piped = run(["bash", "-c", `cat record | ${TRACE} show -`], { cwd }).stdout;
  expect(piped.equals(shown)).toBe(true);
});

test.each([
  ["show", "fifo", "fifo: is a FIFO that nothing writes to"],
  ["summary", "fifo", "fifo: is a FIFO that nothing writes to"],
  ["show", ".", ".: is a directory"],
  ["summary", ".", ".: is a directory"],
  ["show", "absent", "absent: ENOENT: No such file or directory"],
  ["summary", "absent", "absent: ENOENT: No such file or directory"],
  ["show", "secret", "secret: EACCES: Permission denied"],
  ["summary", "secret", "secret: EACCES: Permission denied"],
  ["show", "/dev/zero", "/dev/zero: is a device"],
  ["summary", "/dev/zero", "/dev/zero: is a device"],
])("%s %s is refused in one line", (command, file, message) => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  run(["mkfifo", "fifo"], { cwd });
  writeFileSync(join(cwd, "secret"), "", { mode: 0o600 });
  chmodSync(cwd, 0o755);
  const asNobody = ["timeout", "20", "setpriv", "--reuid=65534", "--clear-groups"];
  const { status, stderr } = run([...asNobody, TRACE, command, file], { cwd });
  expect([status, stderr]).toEqual([2, `trace: ${message}\n`]);
});

test.each([
  [["show"], "show: expected one FILE, such as run.trace"],
  [["exec", "--header", "true"], "--header: requires --format ndjson"],
  [["exec", "--format", "json", "--header", "true"], "--header: requires --format ndjson"],
  [["show", "/etc/passwd"], "/etc/passwd: is not a record file of trace, but text"],
  [
    ["exec", "-o", "x.trace", "--columns", "pid", "true"],
    "--columns: cannot be used with a record file, which has them all",
  ],
])("%j is a usage error", (args, message) => {
  using directory = temporaryDirectory();
  const { status, stderr } = run([TRACE, ...args], { cwd: directory.path });
  expect([status, stderr]).toEqual([2, `trace: ${message}\n`]);
});
