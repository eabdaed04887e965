/** Real JSON of every command is as docs/schema says, and has no other keys. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import checkSchema from "../../docs/schema/check.schema.json";
import doctorSchema from "../../docs/schema/doctor.schema.json";
import eventsSchema from "../../docs/schema/events.schema.json";
import procsSchema from "../../docs/schema/procs.schema.json";
import summarySchema from "../../docs/schema/summary.schema.json";
import watchSchema from "../../docs/schema/watch.schema.json";
import reportSchema from "../../docs/schema/watch-report.schema.json";
import { HISTORY_COLUMNS } from "../../src/events/history-columns.ts";
import { PROCESS_COLUMNS } from "../../src/events/process-event.ts";
import { type Json, type JsonObject, JsonSchema } from "../json-schema.ts";
import { runTrace, temporaryDirectory } from "./support/harness.ts";
import { besideWatch } from "./support/watch.ts";

setDefaultTimeout(60_000);

const names = (columns: readonly { readonly name: string }[]) =>
  columns.map(({ name }) => name).join(",");
const lines = (text: string): JsonObject[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** Fails for each row that is not as a schema says. @returns the keys that have a value */
function valid(schema: JsonSchema, rows: readonly Json[]): Set<string> {
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect([row, schema.errorsAs("row", row)]).toEqual([row, []]);
  const entries = rows.flatMap((row) => Object.entries(row as JsonObject));
  return new Set(entries.flatMap(([key, value]) => (value === null ? [] : [key])));
}

test("events, their header and result, and the summary", () => {
  using directory = temporaryDirectory();
  const script =
    "echo 1 > a; cat a nope; mv a b; chmod 600 b; ls / >/dev/null; (kill -9 $$) & wait; exit 3";
  const run = (...args: string[]) => runTrace(args, { cwd: directory.path });
  const output = ["-o", "run.ndjson", "--format", "ndjson", "--header", "--columns", "all"];
  const options = ["--events", "all", "--summary=json:s.json", "--exclude", "/proc"];
  run("exec", ...output, ...options, "--", "sh", "-c", script);
  const schema = new JsonSchema(eventsSchema, true);
  const all = lines(readFileSync(join(directory.path, "run.ndjson"), "utf8"));
  for (const each of all) expect([each, schema.errors(each)]).toEqual([each, []]);
  expect(schema.errorsAs("header", all[0])).toEqual([]);
  expect(schema.errorsAs("result", all[all.length - 1])).toEqual([]);
  const seen = valid(schema, all.slice(1, -1));
  for (const key of ["fname", "errno", "path2", "argv", "status", "wall", "mount", "ancestors"])
    expect([key, seen.has(key)]).toEqual([key, true]);

  const summaries = new JsonSchema(summarySchema, true);
  const live = JSON.parse(readFileSync(join(directory.path, "s.json"), "utf8"));
  expect(summaries.errors(live)).toEqual([]);
  expect([live.probes.length, live.programs.length, live.outputs.length]).not.toContain(0);
  run("exec", "-o", "run.trace", "--path", "b", "--", "cat", "b");
  const summary = ["summary", "--format", "json", "--failed", "--escape"];
  const both = JSON.parse(run(...summary, "run.trace", "run.trace").stdout.toString());
  expect(summaries.errors(both)).toEqual([]);
  expect(both.runs[0].filters).toEqual([{ path: ["b"] }]);
  const array = JSON.parse(
    run("show", "--format", "json", "--escape", "run.trace").stdout.toString(),
  );
  expect(schema.errors(array)).toEqual([]);
  expect(schema.errors([])).toEqual([]);
});

test("violations of a lock, and what is known of the run", () => {
  using directory = temporaryDirectory();
  const run = (...args: string[]) => runTrace(args, { cwd: directory.path });
  run("lock", "-q", "--", "sh", "-c", "true");
  run("exec", "-q", "-o", "run.trace", "--", "sh", "-c", "cat /etc/passwd > a; cat nope");
  const schema = new JsonSchema(checkSchema, true);
  const report = JSON.parse(run("check", "--format", "json", "run.trace").stdout.toString());
  expect(schema.errorsAs("report", report)).toEqual([]);
  expect(report.violations.length).toBeGreaterThan(2);
  const rows = lines(run("check", "--format", "ndjson", "run.trace").stdout.toString());
  for (const row of rows.slice(0, -1)) expect(schema.errorsAs("violation", row)).toEqual([]);
  expect(schema.errorsAs("last", rows[rows.length - 1])).toEqual([]);
  run("exec", "-q", "-o", "csv.csv", "-e", "all", "--columns", "all", "--", "cat", "/etc/passwd");
  const unknown = JSON.parse(run("check", "--format", "json", "csv.csv").stdout.toString());
  expect([unknown.complete, unknown.command, schema.errorsAs("report", unknown)]).toEqual([
    null,
    null,
    [],
  ]);
  expect(schema.errorsAs("violation", { ...report.violations[0], kind: "x" })).not.toEqual([]);
});

test("what no output has is an error", () => {
  const schema = new JsonSchema(eventsSchema, true);
  const rows: readonly Json[] = [{ pid: "1" }, { key: 1 }, {}, { header: {} }, { event: "x" }, 1];
  for (const row of rows) expect([row, schema.errors(row).length > 0]).toEqual([row, true]);
});

test("changes, their log, searches of it and its report", async () => {
  using directory = temporaryDirectory();
  using logs = temporaryDirectory();
  const log = join(logs.path, "log.ndjson");
  const args = ["-r", "--all-events", "--digest", "1M", "--format", "json", "-o", log];
  const { stdout } = await besideWatch([...args, directory.path], async () => {
    const work = "echo 1 > a; chmod 600 a; mv a b; rm b; echo 2 > c";
    Bun.spawnSync(["sh", "-c", work], { cwd: directory.path });
    await Bun.sleep(300);
  });
  const schema = new JsonSchema(watchSchema, true);
  expect(schema.errors(JSON.parse(stdout))).toEqual([]);
  const logged = lines(readFileSync(log, "utf8"));
  expect(valid(schema, logged).has("details")).toBe(true);
  const query = (command: string, ...more: string[]) =>
    runTrace([command, "--format", "ndjson", ...more, log]).stdout.toString();
  const seen = valid(schema, lines(query("query", "--columns", names(HISTORY_COLUMNS))));
  for (const key of ["digest", "mode", "old_path", "ancestors", "day", "host"])
    expect([key, seen.has(key)]).toEqual([key, true]);
  expect(valid(schema, lines(query("changes", "--escape"))).has("events")).toBe(true);
  valid(new JsonSchema(reportSchema, true), lines(query("query", "--report", "pci")));
});

test("events of processes, and what doctor finds", () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "procs.json");
  writeFileSync(file, "");
  const columns = ["--format", "json", "--columns", names(PROCESS_COLUMNS)];
  runTrace(["procs", ...columns, "-o", file, "--", "sh", "-c", "(exit 1); kill -9 $$"]);
  const procs = new JsonSchema(procsSchema, true);
  const seen = valid(procs, JSON.parse(readFileSync(file, "utf8")));
  for (const key of ["argv", "wall", "signal", "status"])
    expect([key, seen.has(key)]).toEqual([key, true]);
  const found = JSON.parse(runTrace(["doctor", "--format", "json"]).stdout.toString());
  expect(new JsonSchema(doctorSchema, true).errors(found)).toEqual([]);
});
