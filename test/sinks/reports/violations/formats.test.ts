/** Reports of violations: their formats, and names that try to be something else. */
import { describe, expect, test } from "bun:test";
import { Run } from "../../../../src/model/run.ts";
import type { RunEvent } from "../../../../src/model/run-event.ts";
import { judge } from "../../../../src/policy/judge.ts";
import { learn } from "../../../../src/policy/learn.ts";
import { LockFile } from "../../../../src/policy/lock-file.ts";
import type { Bases } from "../../../../src/policy/names.ts";
import { Policy } from "../../../../src/policy/policy.ts";
import { subjectsOf } from "../../../../src/policy/subjects.ts";
import { checkFormats } from "../../../../src/sinks/reports/violations/formats.ts";
import { renderSummaryPage } from "../../../../src/sinks/reports/violations/github.ts";
import type { CheckReport } from "../../../../src/sinks/reports/violations/report.ts";
import sarifSchema from "../../../fixtures/sarif/sarif-2.1.0-rtm.5.json";
import { type Json, JsonSchema } from "../../../json-schema.ts";
import { RUN_EVENT } from "../../../model/run-event.ts";

const BASES: Bases = {
  base: ["/work/app"],
  home: ["/home/u"],
  tmp: ["/tmp"],
  cache: ["/home/u/.cache"],
};

const EVENT: RunEvent = { ...RUN_EVENT, call: "openat", result: 3 };

/** A run that reads files; every second one is read by a child with arguments of its own. */
function reportOf(paths: readonly string[], lock = "format 1\n[reads]\nsrc/a.c\n"): CheckReport {
  const run = new Run(undefined, { accesses: true });
  let time = 1e18;
  const add = (event: Partial<RunEvent>) => {
    time += 1e6;
    run.add({ ...EVENT, time, ...event });
  };
  add({ event: "exec", path: "/usr/bin/npm", argv: ["npm", "ci"], result: 0 });
  for (const [index, path] of paths.entries()) {
    const pid = 11 + index;
    add({ event: "fork", result: pid });
    add({ event: "exec", pid, path: "/usr/bin/cat", argv: ["cat", path], result: 0 });
    add({ pid, path });
    add({ pid, path: `${path}.copy`, flags: 0o1101, created: true });
  }
  const file = LockFile.parse(Buffer.from(lock));
  const violations = judge(subjectsOf(run, BASES), new Policy(file.entries));
  return {
    lock: "trace.lock",
    task: null,
    config: [],
    lockInRepository: "trace.lock",
    headings: file.headings,
    command: ["npm", "ci"],
    status: 0,
    complete: true,
    losses: [],
    started: 1e18,
    violations,
    additions: learn(
      violations.map(({ subject }) => subject),
      BASES,
    ),
    inRepository: (path) =>
      path.startsWith("/work/app/") ? path.slice("/work/app/".length) : null,
  };
}

const HOSTILE = [
  "/work/app/a\n::error::owned",
  "/work/app/::warning::x",
  "/work/app/##[command]x",
  "/work/app/%0A::set-output name=a::b",
  "/work/app/```\n# owned",
  "/work/app/<script>]]>&\"'",
  "/work/app/\x1b[31mred",
  "/work/app/\xff\xfe",
  "/work/app/\xe2\x80\xaetxt",
  "/work/app/\xef\xbf\xbf",
  "/work/app/[link](http://x) @user",
];

test("SARIF is as its schema says, also for hostile names", () => {
  const text = checkFormats.sarif(reportOf(HOSTILE), "0.1.0");
  const value = JSON.parse(text) as { runs: { results: { locations: object[] }[] }[] };
  expect(new JsonSchema(sarifSchema).errors(value as unknown as Json)).toEqual([]);
  expect(value.runs[0].results.length).toBeGreaterThan(HOSTILE.length);
  expect(new JsonSchema(sarifSchema).errors({ version: "2.1.0", runs: [{}] })).not.toEqual([]);
});

describe("hostile names", () => {
  const report = reportOf(HOSTILE);

  test("begin no workflow command in text", () => {
    for (const line of checkFormats.text(report).split("\n")) {
      expect(line).not.toMatch(/^\s*::|##\[/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(line).not.toMatch(/[\x00-\x1f\x7f\u202e]/);
    }
  });

  test("end no workflow command, and begin no other one", () => {
    const lines = checkFormats.github(report).trimEnd().split("\n");
    for (const line of lines) {
      expect(line).toMatch(/^::error file=[^:,]+,line=\d+,title=[^:,]+::/);
      expect(line).not.toContain("%0A::");
      expect(line).not.toMatch(/##\[/);
    }
  });

  test("do not end the block of code of the job's page", () => {
    const [, , open, ...lines] = renderSummaryPage(report).trimEnd().split("\n");
    const fence = open.replace("text", "");
    expect(lines.pop()).toBe(fence);
    for (const line of lines) expect(line.trim().startsWith(fence)).toBe(false);
  });

  test("are characters of XML", () => {
    const xml = checkFormats.junit(report);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(xml).not.toMatch(/[\x00-\x09\x0b-\x1f\ufffe\uffff]/);
    expect(xml).not.toMatch(/<script|&(?!amp;|lt;|gt;|quot;)/);
    const attributes = /^(?:[^<>]|<\/?[\w?]+(?: [\w]+="[^"<>]*")*[/?]?>)*$/;
    expect(xml).toMatch(attributes);
  });

  test("are whole in JSON and NDJSON", () => {
    const { violations } = JSON.parse(checkFormats.json(report));
    const lines = checkFormats.ndjson(report).trimEnd().split("\n");
    expect(lines.length).toBe(violations.length + 1);
    expect(JSON.parse(lines.at(-1)!).result.violations).toBe(violations.length);
    expect(violations.map(({ path }: { path: string }) => path)).toContain(
      "/work/app/\udcff\udcfe",
    );
  });
});

test("a violation names its chain, its time, the entry that nearly fits and the line to add", () => {
  const report = reportOf(["/work/app/src/b.c"]);
  const { violations } = JSON.parse(checkFormats.json(report));
  expect(violations.find(({ kind }: { kind: string }) => kind === "read")).toMatchObject({
    path: "/work/app/src/b.c",
    entry: "src/b.c",
    after: 0.004,
    processes: [{ argv: ["cat", "/work/app/src/b.c"] }, { argv: ["npm", "ci"] }],
    nearest: { section: "reads", entry: "src/a.c", line: 3 },
  });
  const text = checkFormats.text(report);
  expect(text).toContain("cat /work/app/src/b.c ← npm ci\n");
  expect(text).toContain("  read    src/b.c       0.004 s; near [reads] src/a.c (line 3)\n");
  expect(text).toContain("  [reads]\n  src/b.c\n");
});

test("five hundred violations take forty lines", () => {
  const paths = Array.from({ length: 500 }, (_, n) => `/work/app/d${n % 40}/e${n % 7}/f${n}`);
  const text = checkFormats.text(reportOf(paths));
  expect(text).toStartWith("1002 violations of trace.lock\n");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  expect(checkFormats.github(reportOf(paths)).split("\n").length).toBeLessThanOrEqual(40);
});

test("without a violation, text and annotations are empty, and JUnit has a test that passed", () => {
  const report = { ...reportOf([]), violations: [] };
  expect(checkFormats.text(report)).toBe("");
  expect(checkFormats.github(report)).toBe("");
  expect(checkFormats.junit(report)).toContain('tests="1" failures="0" errors="0"');
});
