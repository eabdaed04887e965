/** `--rules` and `--min-severity` of `trace watch`, `trace query` and `trace changes`. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runTrace, temporaryDirectory } from "./support/harness.ts";
import { besideWatch } from "./support/watch.ts";

setDefaultTimeout(120_000);

test("rules set the severity of events, in the log too, and can be applied later", async () => {
  using directory = temporaryDirectory();
  using beside = temporaryDirectory();
  const [rules, others, log] = ["rules", "others", "log"].map((name) => join(beside.path, name));
  const secret = join(directory.path, "secret");
  mkdirSync(secret);
  writeFileSync(rules, `danger * in=${secret} : a secret\nwarning * comm=touch : touched\n`);
  const args = ["-r", "--types", "CREATE", "--format", "ndjson", "--rules", rules];
  const result = await besideWatch([...args, "-o", log, directory.path], () =>
    run(["sh", "-c", "touch secret/a; touch b; : >c"], { cwd: directory.path }),
  );
  const severities = (text: string) =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .map(({ path, severity, reason }) => [path.split("/").at(-1), severity, reason]);
  const a = ["a", "danger", "a secret"];
  const b = ["b", "warning", "touched"];
  expect(severities(result.stdout)).toEqual([a, b, ["c", "info", null]]);
  const query = (...more: string[]) =>
    runTrace(["query", log, "--format", "ndjson", "--columns", "path,severity,reason", ...more]);
  expect(severities(query("--min-severity", "warning").stdout.toString())).toEqual([a, b]);
  writeFileSync(others, "danger CREATE comm=sh : by a shell\n");
  const again = query("--rules", others, "--min-severity", "danger");
  expect(severities(again.stdout.toString())).toEqual([["c", "danger", "by a shell"]]);
  const changes = runTrace(["changes", log, "--format", "csv", "--rules", others]);
  expect(changes.stdout.toString()).toContain(',danger,"by a shell",1\n');
});

test("events below the least severity are not reported", async () => {
  using directory = temporaryDirectory();
  using beside = temporaryDirectory();
  const rules = join(beside.path, "rules");
  writeFileSync(rules, "warning CREATE : new\n");
  const args = ["--rules", rules, "--min-severity", "warning", "--format", "csv"];
  const { stdout } = await besideWatch([...args, "--columns", "type", directory.path], () =>
    run(["sh", "-c", "touch a; rm a"], { cwd: directory.path }),
  );
  expect(stdout).toBe("type\nCREATE\n");
});

test("a bad rule, level or file is an error before anything is watched", () => {
  using beside = temporaryDirectory();
  const rules = join(beside.path, "rules");
  writeFileSync(rules, "danger CREAT : r\n");
  const cases: [string[], string][] = [
    [["--rules", rules], `--rules ${rules}: line 1: CREAT: no such type of event`],
    [["--rules", `${rules}x`], `--rules ${rules}x: ENOENT`],
    [["--min-severity", "danger"], "--min-severity: requires --rules FILE"],
    [["--rules", "/dev/null", "--min-severity", "dangr"], "--min-severity dangr: unknown value"],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = runTrace(["watch", ...args, beside.path]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  }
});
