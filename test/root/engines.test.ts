/** Records for engines: Parquet as DuckDB reads it, and SQLite databases as Python's sqlite3 does. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duck, metadataOf } from "../sinks/formats/parquet/duck.ts";
import { run, runTrace, TRACE } from "./support/harness.ts";

setDefaultTimeout(60_000);

const BACKENDS = ["bpf", "ptrace"];
const scratch = mkdtempSync(join(tmpdir(), "trace-engines-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** One character per byte: not UTF-8, what looks like an escape, quotes, controls. */
const NAMES = ["\xff\xfe", "\\xff", 'quo"te', "it's", "line\nbreak\t", "::error::", "\x1b[m"];
const SCRIPT = `cat in/* >all; sort data >sorted; cp sorted copy; rm data
test -e missing; sh -c 'exit 3'; (sleep 0.01 & kill -9 $!)
exit 0`;

const places: Record<string, string> = {};

beforeAll(() => {
  for (const backend of BACKENDS) {
    const cwd = join(scratch, backend);
    mkdirSync(join(cwd, "in"), { recursive: true });
    for (const name of NAMES) writeFileSync(Buffer.from(`${cwd}/in/${name}`, "latin1"), "");
    writeFileSync(join(cwd, "data"), "2\n1\n");
    const command = ["--", "sh", "-c", SCRIPT];
    const { status, stderr } = runTrace(
      ["exec", "--backend", backend, "-o", "run.trace", ...command],
      { cwd },
    );
    if (status !== 0) throw new Error(stderr);
    places[backend] = cwd;
  }
});

/** Parses a line of NDJSON; times and integers that doubles round are text. */
function parseLine(line: string): Record<string, unknown> {
  return JSON.parse(line.replace(/":(-?\d+\.\d{9}|\d{16,})(?=[,}])/g, '":"$1"'));
}

/** Returns a row in a form that both readers have. */
function comparable(row: Record<string, unknown>): Record<string, unknown> {
  const text = (key: string, value: unknown) => {
    if (key === "ancestors" && typeof value === "string") return JSON.parse(value);
    return typeof value === "number" ? String(value) : value;
  };
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, text(key, value)]));
}

describe.each(BACKENDS)("by %s", (backend) => {
  test("Parquet of a record has the rows, header and result of its NDJSON", async () => {
    const cwd = places[backend];
    const columns = ["--columns", "all"];
    const shown = ["show", "run.trace", ...columns];
    const ndjson = ["--format", "ndjson", "--header", "--escape", "-o", "run.ndjson"];
    expect(runTrace([...shown, "-o", "run.parquet"], { cwd }).stderr).toContain("complete");
    runTrace([...shown, ...ndjson], { cwd });
    const lines = readFileSync(join(cwd, "run.ndjson"), "utf8").trim().split("\n");
    const file = join(cwd, "run.parquet");
    const time = "epoch_ns(time)::varchar as time";
    const rows = await duck(`select * replace (${time}) from '${file}'`);
    const expected = lines.slice(1, -1).map((line) => {
      const { escaped, ...row } = parseLine(line);
      return comparable({ ...row, time: String(row.time).replace(".", "") });
    });
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.map(comparable)).toEqual(expected);
    const { header } = JSON.parse(lines[0]);
    const { result } = JSON.parse(lines.at(-1)!);
    const metadata = await metadataOf(file);
    const keys = header.columns.filter((key: string) => key !== "escaped");
    expect(metadata).toEqual({
      "trace.header": { ...header, columns: keys },
      "trace.result": result,
    });
    const counts = "select event, count(*)::int as n from";
    const by = "group by event order by event";
    expect(await duck(`${counts} '${file}' ${by}`)).toEqual(
      await duck(`${counts} read_json('${cwd}/run.ndjson') where event is not null ${by}`),
    );
  });

  test("exec writes Parquet of all events by the name of the file", async () => {
    const cwd = places[backend];
    const command = ["--", "sh", "-c", "cat sorted; exit 3"];
    const args = ["exec", "--backend", backend, "-o", "exec.parquet", ...command];
    expect(runTrace(args, { cwd }).status).toBe(3);
    const file = join(cwd, "exec.parquet");
    const [row] = await duck(
      `select status, wall > 0 as took from '${file}' where event = 'exit' order by time desc`,
    );
    expect(row).toEqual({ status: 3, took: true });
    const metadata = await metadataOf(file);
    expect(metadata["trace.header"]).toMatchObject({ command: command.slice(1), cwd, backend });
    expect(metadata["trace.result"]).toMatchObject({ status: 3, complete: true, losses: [] });
  });

  test("exec writes a database that answers who made what from what", () => {
    const cwd = join(scratch, `${backend}-database`);
    mkdirSync(cwd);
    writeFileSync(join(cwd, "data"), "2\n1\n");
    const script = "sort data >sorted; cp sorted copy; rm data; cat missing";
    const args = ["exec", "--backend", backend, "-o", "run.db", "--", "sh", "-c", script];
    expect(runTrace(args, { cwd }).status).toBe(1);
    const sum = new Bun.CryptoHasher("sha256").update("1\n2\n").digest("hex");
    const made = "accesses JOIN files ON files.id = file JOIN programs ON programs.id = program";
    expectAnswers(cwd, "run.db", {
      "SELECT status, complete, backend, cwd FROM run": [[1, 1, backend, cwd]],
      "SELECT name, sha256 FROM outputs ORDER BY name": [
        ["copy", sum],
        ["sorted", sum],
      ],
      [`SELECT command FROM ${made} WHERE name = 'copy' AND access = 'write'`]: [
        ["cp sorted copy"],
      ],
      "SELECT name FROM removed": [["data"]],
      "SELECT error FROM absent WHERE path LIKE '%/missing'": [["ENOENT"]],
    });
  });
});

/** Prints the rows of queries as JSON. */
const QUERY = `import json, sqlite3, sys
database = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
print(json.dumps([database.execute(sql).fetchall() for sql in sys.argv[2:]]))`;

/** @param answers the expected rows of each query */
function expectAnswers(cwd: string, file: string, answers: Record<string, unknown>): void {
  const queries = Object.keys(answers);
  const { stdout, stderr } = run(["python3", "-c", QUERY, file, ...queries], { cwd });
  expect(stderr).toBe("");
  const rows: unknown[] = JSON.parse(stdout.toString());
  expect(Object.fromEntries(queries.map((sql, i) => [sql, rows[i]]))).toEqual(answers);
}

test("records of a run that is not complete say so", async () => {
  // The process that is left ends by itself.
  const command = ["--", "sh", "-c", "sleep 0.5 >/dev/null 2>&1 &"];
  const options = { cwd: scratch };
  runTrace(["exec", "--backend", "bpf", "-o", "cut.parquet", ...command], options);
  runTrace(["exec", "--backend", "bpf", "-o", "cut.db", ...command], options);
  const { "trace.result": result } = await metadataOf(join(scratch, "cut.parquet"));
  expect(result).toMatchObject({ complete: false, losses: [{ count: 1 }] });
  expectAnswers(scratch, "cut.db", { "SELECT complete, count FROM run, losses": [[0, 1]] });
});

test("a database of a record is that of its export", () => {
  const cwd = places.bpf;
  runTrace(["show", "run.trace", "-o", "shown.db"], { cwd });
  runTrace(["export", "--format", "sqlite", "-o", "exported.db", "run.trace"], { cwd });
  const [shown, exported] = ["shown.db", "exported.db"].map((name) =>
    readFileSync(join(cwd, name)),
  );
  expect(shown.length).toBeGreaterThan(10_000);
  expect(shown.equals(exported)).toBe(true);
});

test("a database is not made of a record of some events, nor taken for a whole one if it is cut", () => {
  const cwd = places.bpf;
  runTrace(["show", "run.trace", "--path", "in", "-o", "some.trace"], { cwd });
  const { status, stderr } = runTrace(["show", "some.trace", "-o", "some.db"], { cwd });
  expect(stderr).toContain("some.trace: has only some of the events: only in");
  expect(status).toBe(2);
  expect(existsSync(join(cwd, "some.db"))).toBe(false);
  const whole = readFileSync(join(cwd, "run.trace"));
  writeFileSync(join(cwd, "cut.trace"), whole.subarray(0, whole.length - 40));
  runTrace(["show", "cut.trace", "-o", "cut.db"], { cwd });
  expectAnswers(cwd, "cut.db", { "SELECT complete, ended, status FROM run": [[0, null, null]] });
});

test.each(["parquet", "db"])(
  "a killed trace leaves no %s that can be taken for one",
  async (kind) => {
    const file = join(scratch, `killed.${kind}`);
    const started = join(scratch, `started-${kind}`);
    writeFileSync(file, "old");
    const child = Bun.spawn(
      [TRACE, "exec", "-o", file, "--", "sh", "-c", `echo >'${started}'; sleep 1`],
      { stdio: ["ignore", "ignore", "ignore"] },
    );
    while (!existsSync(started)) await Bun.sleep(10);
    child.kill("SIGKILL");
    await child.exited;
    expect(statSync(file).size).toBe(0);
    if (kind === "parquet") await expect(duck(`select * from '${file}'`)).rejects.toThrow();
    else {
      const { stderr } = run(["python3", "-c", QUERY, file, "SELECT * FROM run"]);
      expect(stderr).toContain("no such table: run");
    }
  },
);

test("procs writes Parquet with the status of its command", async () => {
  const file = join(scratch, "procs.parquet");
  const command = ["--", "sh", "-c", "true; sh -c 'exit 4'; exit 5"];
  expect(runTrace(["procs", "-o", file, ...command]).status).toBe(5);
  const rows = await duck(
    `select argv[1] as program, status, wall < 60 as took from '${file}' where event = 'exit' order by time`,
  );
  expect(rows).toEqual([
    { program: "sh", status: 4, took: true },
    { program: "sh", status: 5, took: true },
  ]);
  const metadata = await metadataOf(file);
  expect(metadata["trace.header"]).toMatchObject({ command: command.slice(1) });
  expect(metadata["trace.result"]).toMatchObject({ status: 5, events: expect.any(Number) });
});

test("syscalls writes Parquet of the calls that NDJSON has", async () => {
  const file = join(scratch, "syscalls.parquet");
  const calls = ["-e", "trace=openat,exit_group"];
  const command = ["--", "sh", "-c", "cat sorted; exit 6"];
  const run = (output: string, ...more: string[]) =>
    runTrace(["syscalls", "-f", ...calls, "-o", output, ...more, ...command], { cwd: places.bpf });
  expect(run(file).status).toBe(6);
  run(join(scratch, "syscalls.ndjson"), "--format", "ndjson");
  const key = "name, (args->>'$.filename') as path, result::int as result, errno";
  const where = "where event = 'call' and (args->>'$.filename') not like '/proc/%'";
  const ours = await duck(`select ${key} from '${file}' ${where}`);
  expect(ours.length).toBeGreaterThan(3);
  expect(ours).toEqual(
    await duck(`select ${key} from read_json('${scratch}/syscalls.ndjson') ${where}`),
  );
});

test("the name of a file selects no format that a command does not have", () => {
  for (const name of ["procs", "syscalls"]) {
    const file = join(scratch, `${name}.trace`);
    expect(runTrace([name, "-o", file, "--", "true"]).status).toBe(0);
    expect(readFileSync(file, "latin1")).toContain("exec");
  }
});

test("binary formats are not written to a terminal, and only to it", () => {
  for (const format of ["parquet", "sqlite"]) {
    const args = `${TRACE} exec --backend ptrace --format ${format} -o - -- true`;
    const { stdout } = run(["script", "-qc", args, "/dev/null"], { cwd: scratch });
    expect(stdout.toString()).toContain(`--format ${format}: is not for a terminal; add -o FILE.`);
  }
  const { stdout } = runTrace(["exec", "--format", "parquet", "-o", "-", "--", "true"]);
  expect(stdout.subarray(0, 4).toString()).toBe("PAR1");
  expect(stdout.subarray(-4).toString()).toBe("PAR1");
});
