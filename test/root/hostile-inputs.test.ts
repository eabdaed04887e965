/** Files that are no records, or damaged ones: each command that reads files says so in one line. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { runTrace, temporaryDirectory } from "./support/harness.ts";

const directory = temporaryDirectory();
const cwd = directory.path;
const HISTORY = `{"time":1700000000.5,"type":"CREATE","path":"/a","pid":1,"comm":"x"}\n`;

const FILES: Readonly<Record<string, () => Buffer | string>> = {
  empty: () => "",
  zeros: () => Buffer.alloc(100),
  newlines: () => "\n\n\n",
  "random bytes": () => Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) >> 3)),
  text: () => "hello\nworld\n",
  "\x1b[2Jname": () => "\xff\xfe\x1b[2J\n",
  "other.csv": () => "a,b\n1,2\n",
  "cells.csv": () => "event,pid\n1,2,3\n",
  "quote.csv": () => 'event,pid\n"x,2\n',
  "cut.csv": () => `${readFileSync(join(cwd, "good.csv"), "latin1").slice(0, -20)}`,
  "cut.json": () => '[{"event":"open"',
  "null.json": () => "[null]\n",
  "object.json": () =>
    '[{"event":{"toString":1},"pid":{},"comm":1,"flags":[],"fname":0,"return":{},"path":{}}]\n',
  "other.ndjson": () => '{"a":1}\n{"b":2}\n',
  "cut.trace": () => readFileSync(join(cwd, "good.trace")).subarray(0, 200),
  "good.csv.gz": () => gzipSync(readFileSync(join(cwd, "good.csv"))),
};

beforeAll(() => {
  for (const output of ["good.csv", "good.trace"])
    expect(
      runTrace(["exec", "-q", "--backend", "ptrace", "-o", output, "true"], { cwd }).status,
    ).toBe(0);
  for (const [name, content] of Object.entries(FILES))
    writeFileSync(join(cwd, name), content(), "latin1");
  writeFileSync(join(cwd, "history"), HISTORY);
});
afterAll(() => directory[Symbol.dispose]());

/** Whatever the parsers and the runtime would say. */
const FOREIGN =
  /CSV_|\.ts:|undefined|is not a function|JSON Parse|SyntaxError|a bug in trace|\[object/;

describe.each([
  ["show"],
  ["summary"],
  ["query"],
  ["changes"],
  ["clean", "--dry-run", "--max-size", "1"],
])("trace %s", (...command) => {
  test.each(Object.keys(FILES))("%j is refused in one line, or read", (name) => {
    const { status, stderr } = runTrace([...command, name], { cwd });
    expect(stderr).not.toMatch(FOREIGN);
    expect(stderr).not.toMatch(/[^\x20-\x7e\n]/);
    if (status === 0) return;
    expect([status, stderr.match(/^trace: .*\n$/) !== null, stderr]).toEqual([2, true, stderr]);
  });
});

test.each([
  ["show", "empty", "is empty"],
  ["summary", "empty", "is empty"],
  ["show", "other.csv", "is not a record file of trace, but CSV"],
  ["summary", "text", "is not a record of trace, but text"],
  ["summary", "other.csv", "has no column event, pid"],
  ["summary", "cells.csv", "is not a record of trace: line 2 has another number of cells"],
  ["summary", "cut.csv", "is not a record of trace: ends within a line"],
  ["summary", "cut.json", "is not a record of trace: the file is no JSON"],
  ["summary", "history", "is not a record of trace, but a history of trace watch; trace query"],
  ["summary", "good.csv.gz", "is not a record of trace, but compressed by gzip; unpack it first"],
  ["query", "good.trace", "is not a history of trace watch, but a record file; trace show"],
  ["changes", "zeros\n", "ENOENT: No such file or directory"],
  ["query", "good.csv", "is not a history of trace watch, but CSV"],
  ["clean", "text", "not a trace history; nothing was changed"],
])("trace %s %j: %s", (command, name, message) => {
  const more = command === "clean" ? ["--older", "1d"] : [];
  const { status, stderr } = runTrace([command, name, ...more], { cwd });
  expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test.each([
  [["query", "--rules", "random bytes", "history"]],
  [["syscalls", "--mode", "human", "--rules", "object.json", "true"]],
  [["watch", "--fromfile", "text"]],
  [["watch", "--rules", "other.csv", "."]],
  [["watch", "--fromfile", "."]],
])("a file that an option names is refused in one line: %j", (args) => {
  const { status, stderr } = runTrace(args, { cwd });
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^trace: [\x20-\x7e]*\n$/)]);
  expect(stderr).not.toMatch(FOREIGN);
});
