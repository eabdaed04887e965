/** `trace summary --critical-path` of real runs. */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import schemaOfPath from "../../docs/schema/critical-path.schema.json";
import { JsonSchema } from "../json-schema.ts";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";

const schema = new JsonSchema(schemaOfPath, true);
/** Of two children at once, the second ends after the first, whose exit it waits for. */
const SCRIPT = `mkfifo pipe
sh -c "sleep 0.1 <pipe; true" 3>pipe &
sh -c "cat pipe; sleep 0.2; env sleep 0.3; exit 0" '::error::
' &
wait
exit 7`;
const COLUMNS = "event,pid,comm,return,path,fname,flags,argv,time,wall";

interface Part {
  readonly start: number;
  readonly seconds: number;
  readonly argv: readonly string[];
  readonly path: string | null;
}

function pathOf(cwd: string, file: string) {
  const shown = run([TRACE, "summary", "--critical-path", "--format", "json", file], { cwd });
  const path = JSON.parse(shown.stdout.toString());
  expect(schema.errors(path)).toEqual([]);
  const parts: Part[] = path.criticalPath.parts;
  for (const [index, { start, seconds }] of parts.entries())
    if (index > 0) expect(start).toBeCloseTo(parts[index - 1].start + parts[index - 1].seconds, 4);
    else expect([start, seconds > 0]).toEqual([0, true]);
  return { ...path, commands: parts.map(({ argv }) => argv.join(" ")) };
}

test.each(["bpf", "ptrace"])("a run by %s has a path through what it waited for", (backend) => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const exec = [TRACE, "exec", "-q", "--backend", backend];
  const sh = ["--", "sh", "-c", SCRIPT];
  run([...exec, "-o", "run.trace", ...sh], { cwd });
  const { commands, status, complete, criticalPath } = pathOf(cwd, "run.trace");
  expect([status, complete]).toEqual([7, true]);
  const programs = commands.filter((text: string) => !text.startsWith("sh ") && text !== "");
  const made = ["mkfifo pipe", "cat pipe", "sleep 0.2", "env sleep 0.3", "sleep 0.3"];
  expect(programs).toEqual(made);
  const sleep = criticalPath.programs.find((each: { program: string }) => each.program === "sleep");
  expect(sleep.processes).toBe(2);
});

test("records in other formats have the same path; without times or exits that is said", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  run([TRACE, "exec", "-q", "-o", "run.trace", "--", "sh", "-c", SCRIPT], { cwd });
  const { criticalPath, commands } = pathOf(cwd, "run.trace");
  const show = (format: string, columns: string, ...more: string[]) =>
    run([TRACE, "show", "-q", "run.trace", "--format", format, "--columns", columns, ...more], {
      cwd,
    }).stdout;
  for (const format of ["csv", "json", "ndjson"]) {
    writeFileSync(join(cwd, "run"), show(format, COLUMNS));
    const other = pathOf(cwd, "run");
    expect([other.commands, other.criticalPath.processes]).toEqual([
      commands,
      criticalPath.processes,
    ]);
  }
  const summary = [TRACE, "summary", "--critical-path", "run"];
  writeFileSync(join(cwd, "run"), show("csv", COLUMNS.replace(",time", "")));
  expect(run(summary, { cwd })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("run: has no column time"),
  });
  writeFileSync(join(cwd, "run"), show("csv", COLUMNS, "--events", "open"));
  const none = run(summary, { cwd });
  expect([none.status, none.stderr]).toEqual([
    2,
    expect.stringContaining("run: has no processes that end"),
  ]);
  expect(run([...summary, "run.trace"], { cwd }).stderr).toContain("expected one FILE");
});

test("text and markdown show programs and parts, and what is missing", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  run([TRACE, "exec", "-q", "-o", "run.trace", "--", "sh", "-c", SCRIPT], { cwd });
  writeFileSync(join(cwd, "cut.trace"), readFileSync(join(cwd, "run.trace")).subarray(0, -90));
  const text = (...options: string[]) => {
    const { stdout } = run([TRACE, "summary", "--critical-path", ...options], { cwd });
    return stdout.toString();
  };
  const short = text("cut.trace");
  expect(short).toMatch(/^Critical path: \d+\.\d{3} s, \d+ processes\n {2} *\d+\.\d{3} s {2}/);
  expect(short).toMatch(/\d\.\d % {2}sleep {2,}2 processes\n/);
  expect(short).toMatch(/\n {2}\d+\.\d{3} s {2}\d+\.\d{3} s {2}sleep\[\d+\] +sleep 0\.2\n/);
  expect(short).toMatch(/\nINCOMPLETE: 1 unreadable part of the record/);
  expect(text("cut.trace", "--all-files")).toMatch(/\d s {2}cat\[\d+\] +cat pipe\n/);
  const markdown = text("cut.trace", "--format", "markdown");
  expect(markdown).toContain("| <code>sleep</code> | <code>2 processes</code> |\n");
  expect(markdown).toContain("> [!WARNING]\n> <code>INCOMPLETE: 1 unreadable part");
  for (const shown of [short, markdown]) expect(shown).not.toMatch(/^\s*::/m);
});
