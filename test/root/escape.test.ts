/** `--escape`: outputs with hostile names as readers that take only valid UTF-8 see them. */

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { SUMMARY_COLUMNS } from "../../src/sinks/reports/summary/from-record.ts";
import { backslashUnescape } from "../../src/text/backslash-escape.ts";
import { textToLatin1 } from "../../src/text/latin1.ts";
import { runTrace, temporaryDirectory } from "./support/harness.ts";
import { besideWatch } from "./support/watch.ts";

setDefaultTimeout(60_000);

/** One character per byte: not UTF-8, a surrogate as bytes, what looks like an escape, controls. */
const NAMES = [
  ...["\xff\xfe", "a\xc3", "\xed\xa0\x80", "\\xff", "back\\slash\\", "\\"],
  ...["caf\xc3\xa9", 'quo"te, ', "line\nbreak\t", "\xe2\x80\xa8\x1b[m", "\x80\\\x80"],
].toSorted();

function workspace() {
  const directory = temporaryDirectory();
  mkdirSync(join(directory.path, "in"));
  for (const name of NAMES)
    writeFileSync(Buffer.from(`${directory.path}/in/${name}`, "latin1"), "");
  return directory;
}

/** Each is opened, an argument and the target of a rename. */
const SCRIPT =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell script
  'cat in/*; for f in in/*; do mv "$f" "$f+"; done; for f in in/*; do mv "$f" "${f%+}"; done';

/** Returns valid UTF-8 as text. @throws TypeError for other bytes */
const strict = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
const unescaped = (text: string) => backslashUnescape(textToLatin1(text));
const opened = (names: readonly unknown[]) =>
  names.map((name) => unescaped(String(name)).replace(/^in\//, "")).toSorted();

/** Runs a query of DuckDB. */
async function duck(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  const rows = reader.getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const READERS: Readonly<Record<string, string>> = {
  csv: "read_csv",
  json: "read_json",
  ndjson: "read_json",
};

describe.each(["csv", "json", "ndjson"])("%s", (format) => {
  test("of files is read by DuckDB, and its names come back; a summary undoes the escapes", async () => {
    using directory = workspace();
    const run = (...args: string[]) => runTrace(args, { cwd: directory.path });
    const columns = ["--columns", `${SUMMARY_COLUMNS},ancestors,cwd,time,status,signal,wall`];
    const output = ["--events", "all", "--format", format, ...columns];
    run("exec", "-o", "run.trace", "--", "sh", "-c", SCRIPT);
    const file = join(directory.path, `shown.${format}`);
    expect(run("show", ...output, "--escape", "-o", file, "run.trace").status).toBe(0);
    strict(readFileSync(file));
    const key = format === "csv" ? "filename" : "fname";
    const rows = await duck(
      `select ${key} as name, escaped from ${READERS[format]}('${file}')
       where event = 'open' and ${key} like 'in/_%'`,
    );
    expect(opened(rows.map(({ name }) => name))).toEqual(NAMES);
    expect(rows.every(({ escaped }) => String(escaped) === "1")).toBe(true);
    const plain = join(directory.path, `plain.${format}`);
    run("show", ...output, "-o", plain, "run.trace");
    const summaryOf = (path: string) => run("summary", "--format", "json", path).stdout.toString();
    expect(JSON.parse(summaryOf(file))).toEqual(JSON.parse(summaryOf(plain)));
    expect(summaryOf(file)).toContain("caf");
  });

  // JSON is as NDJSON.
  if (format === "json") return;

  test("of system calls and of processes is read by DuckDB", async () => {
    using directory = workspace();
    const run = (...args: string[]) => runTrace(args, { cwd: directory.path });
    const command = ["--", "sh", "-c", "cat in/*"];
    for (const [name, ...args] of [
      ["syscalls", "-f", "--format", format, "-s", "200"],
      ["procs", "--format", format, "--columns", "event,argv,ancestors"],
    ]) {
      const file = join(directory.path, `${name}.${format}`);
      expect(run(name, ...args, "--escape", "-o", file, ...command).status).toBe(0);
      const text = strict(readFileSync(file));
      expect(text).toContain(format === "csv" ? "\\xff\\xfe" : "\\\\xff\\\\xfe");
      const [row] = await duck(`select count(*) as n from ${READERS[format]}('${file}')`);
      expect(Number(row.n)).toBeGreaterThan(2);
    }
  });
});

test.each(["bpf", "ptrace"])("by %s, exec and its summary write escaped names", async (backend) => {
  using directory = workspace();
  const options = ["--format", "ndjson", "--header", "--escape", "--columns", "filename,argv"];
  const outputs = ["-o", "out.ndjson", "--summary=json:s.json", "--events", "open,exec"];
  const command = ["--", "sh", "-c", "cat in/*"];
  const { status } = runTrace(["exec", "--backend", backend, ...options, ...outputs, ...command], {
    cwd: directory.path,
  });
  expect(status).toBe(0);
  const lines = strict(readFileSync(join(directory.path, "out.ndjson")))
    .trim()
    .split("\n");
  const parsed = lines.map((line) => JSON.parse(line));
  expect(parsed[0].header.columns).toEqual(["fname", "argv", "escaped"]);
  const names = parsed.flatMap(({ fname }) => (/^in\/./s.test(fname ?? "") ? [fname] : []));
  expect(opened(names)).toEqual(NAMES);
  const argv = parsed.find((line) => line.argv?.[0] === "cat").argv.slice(1);
  expect(opened(argv)).toEqual(NAMES);
  const summary = JSON.parse(strict(readFileSync(join(directory.path, "s.json"))));
  expect(summary.escaped).toBe(true);
  const inputs = summary.inputs.map(({ path }: { path: string }) => path.split("/in/")[1]);
  expect(opened(inputs.filter((path?: string) => path !== undefined))).toEqual(NAMES);
});

test("watch, its log and query write escaped names, and query undoes them", async () => {
  using directory = workspace();
  using logs = temporaryDirectory();
  const log = join(logs.path, "log.ndjson");
  const args = ["-r", "--escape", "--format", "csv", "-o", log, join(directory.path, "in")];
  const { stdout } = await besideWatch(args, async () => {
    Bun.spawnSync(["sh", "-c", SCRIPT], { cwd: directory.path });
    await Bun.sleep(300);
  });
  writeFileSync(join(logs.path, "out.csv"), stdout);
  const renamed = `type = 'MOVED_TO' and not ends_with(path, '+')`;
  const last = (rows: readonly Record<string, unknown>[]) =>
    opened(rows.map(({ path }) => String(path).split("/in/")[1]));
  expect(
    last(await duck(`select path from read_csv('${logs.path}/out.csv') where ${renamed}`)),
  ).toEqual(NAMES);
  strict(readFileSync(log));
  expect(last(await duck(`select path from read_json('${log}') where ${renamed}`))).toEqual(NAMES);
  const query = (...more: string[]) => {
    const shown = runTrace(["query", "--format", "json", "--type", "MOVED_TO", ...more, log]);
    return JSON.parse(shown.stdout.toString()) as Record<string, unknown>[];
  };
  const plain = query("--columns", "path").map(({ path }) => String(path));
  expect(plain.some((path) => path.endsWith("/\udcff\udcfe"))).toBe(true);
  expect(plain.some((path) => path.endsWith("/\\xff"))).toBe(true);
  const escaped = query("--columns", "path", "--escape").filter(
    ({ path }) => !String(path).endsWith("+"),
  );
  expect(last(escaped)).toEqual(NAMES);
  const changes = runTrace(["changes", "--format", "csv", "--escape", log]).stdout;
  expect(strict(changes)).toContain("\\xff\\xfe");
});
