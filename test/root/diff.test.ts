/** `trace diff` of records of real commands. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import diffSchema from "../../docs/schema/diff.schema.json";
import { JsonSchema } from "../json-schema.ts";
import { runTrace } from "./support/harness.ts";

setDefaultTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), "trace-diff-"));
afterAll(() => rmSync(scratch, { recursive: true }));

type Environment = Readonly<Record<string, string>>;

/** Records a command. @returns the record's path */
function record(
  name: string,
  command: readonly string[],
  {
    cwd = scratch,
    env = {},
    args = [],
  }: { cwd?: string; env?: Environment; args?: readonly string[] } = {},
): string {
  const path = join(scratch, name);
  const { PATH = "" } = process.env;
  const run = runTrace(["exec", "-q", "-o", path, ...args, "--", ...command], {
    cwd,
    env: { PATH, HOME: scratch, ...env },
  });
  expect(run.stderr).not.toContain("INCOMPLETE");
  return path;
}

const SAME =
  "trace: no differences; contents of files were not compared: record both with --digest all\n";

function diff(...args: string[]) {
  const { status, stdout, stderr } = runTrace(["diff", ...args], { cwd: scratch });
  return { status, lines: stdout.toString().split("\n").slice(0, -1), stderr };
}

const project = join(scratch, "project");
mkdirSync(project);
// As compilers do: temporary files with random names, in a directory that whoever comes first makes.
writeFileSync(
  join(project, "Makefile"),
  `all: a.o b.o c.o d.o
	cat $^ > app
%.o: %.c
	mkdir -p out && t=$$(mktemp) && cat $< > $$t && cp $$t out/$@ && mv $$t $@
clean:
	rm -rf out app *.o
`,
);
for (const name of "abcd") writeFileSync(join(project, `${name}.c`), `${name}\n`);

function build(name: string, backend: string): string {
  runTrace(["exec", "-q", "-o", "/dev/null", "--", "make", "clean"], { cwd: project });
  return record(name, ["make", "-j2"], { cwd: project, args: ["--backend", backend] });
}

describe.each(["bpf", "ptrace"])("by %s", (backend) => {
  test("two parallel builds do not differ", () => {
    const records = [1, 2].map((run) => build(`make-${backend}-${run}.trace`, backend));
    expect(diff(...records)).toEqual({ status: 0, lines: [], stderr: SAME });
  });
});

test("a library that is missing is the first difference", () => {
  const library = join(scratch, "libx.so");
  const [libm] = new Bun.Glob("/lib/*-linux-gnu/libm.so.6").scanSync("/");
  copyFileSync(libm, library);
  const env = { LD_PRELOAD: library };
  const command = ["sh", "-c", "env true; cat /dev/null"];
  const good = record("good.trace", command, { env });
  rmSync(library);
  const bad = record("bad.trace", command, { env });
  const { status, lines } = diff(good, bad);
  expect([status, lines[0]]).toEqual([1, `read ${library}: 3 in A, ENOENT in B`]);
  expect(lines.at(-3)).toMatch(/^\d+ differences$/);
});

describe("an environment variable that is changed is the first difference", () => {
  const command = ["sh", "-c", 'cat "$NAME"; exit 3'];

  test.each(["trace", "ndjson"])("of a %s file", (type) => {
    const args = type === "trace" ? [] : ["--format", "ndjson", "--header", ...ALL];
    const of = (name: string) =>
      record(`env-${name}.${type}`, command, { env: { NAME: name }, args });
    const { status, lines } = diff(of("one"), of("two"));
    expect([status, lines[0]]).toEqual([1, "environment variable NAME: differs"]);
    expect(lines).toContain("arguments of cat: one in A, two in B");
  });
});

test("a file whose content changed is the first difference, if the records have digests", () => {
  const cwd = join(scratch, "content");
  mkdirSync(cwd);
  const of = (name: string, text: string) => {
    writeFileSync(join(cwd, "in"), text);
    rmSync(join(cwd, "out"), { force: true });
    return record(name, ["cp", "in", "out"], { cwd, args: ["--digest", "all"] });
  };
  const { status, lines } = diff(of("one.trace", "1"), of("three.trace", "333"));
  expect(status).toBe(1);
  expect(lines[0]).toBe(`content of ${cwd}/in: 1 byte in A, 3 in B`);
  expect(lines).toContain(`content of ${cwd}/out: 1 byte in A, 3 in B`);
});

const COLUMNS =
  "event,kind,pid,comm,flags,filename,return,fname2,path,path2,argv,note,time,cwd,status,signal";
const ALL = ["--events", "all", "--columns", COLUMNS];

test("CSV is compared with a record file; a missing column is named", () => {
  const command = ["cat", "/etc/hostname"];
  const csv = record("cat.csv", command, { args: ALL });
  const file = record("cat.trace", command);
  const { status, lines, stderr } = diff(csv, file);
  expect([status, lines]).toEqual([0, []]);
  expect(stderr).toContain("cat.csv: ");
  expect(stderr).toContain(`environment variables were not compared: ${csv} has none\n`);
  expect(diff("--require-complete", csv, file).status).toBe(3);
  const columns = COLUMNS.replace(",argv", "").replace(",status", "");
  const partial = record("partial.csv", command, {
    args: ["--events", "all", "--columns", columns],
  });
  const refused = diff(partial, file);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain(
    `has no column argv, status; record with --events all --columns ${COLUMNS}`,
  );
});

test("a directory of one run is taken for that of the other", () => {
  const paths = ["here", "there"].map((name) => {
    const cwd = join(scratch, name);
    mkdirSync(cwd);
    writeFileSync(join(cwd, "in"), "");
    const copy = ["sh", "-c", `cp ${cwd}/in out`];
    return { cwd, record: record(`${name}.trace`, copy, { cwd }) };
  });
  const [here, there] = paths;
  const map = `${here.cwd}=${there.cwd}`;
  expect(diff(here.record, there.record).stderr).toContain(`--map ${map}`);
  expect(diff("--map", map, here.record, there.record)).toEqual({
    ...{ status: 0, lines: [], stderr: SAME },
  });
  expect(diff("--map", "here=there", here.record, there.record).status).toBe(2);
});

test("hostile names are no commands of a runner, and JSON is as its schema says", () => {
  const name = "::error::\n##[error]\u202ex";
  const a = record("hostile-a.trace", ["sh", "-c", "exit 1"]);
  const b = record("hostile-b.trace", ["sh", "-c", 'cat "$0"; exit 1', name]);
  const text = diff(a, b);
  expect(text.status).toBe(1);
  expect(text.lines.join("\n")).toContain("::error::\\x0a\\x23#[error]\\u202ex");
  for (const line of text.lines) expect(line).not.toMatch(/^\s*::/);
  const page = join(scratch, "page.md");
  const github = runTrace(["diff", "--format", "github", a, b], {
    cwd: scratch,
    env: { ...process.env, GITHUB_STEP_SUMMARY: page },
  });
  const commands = github.stdout.toString().split("\n").slice(0, -1);
  expect(commands.filter((line) => !/^::(error|warning) title=trace diff%3A /.test(line))).toEqual(
    [],
  );
  expect(commands[0]).toStartWith("::error ");
  expect(readFileSync(page, "utf8")).toStartWith("### trace diff: ");
  const json = JSON.parse(diff("--format", "json", a, b).lines.join("\n"));
  expect(new JsonSchema(diffSchema, true).errors(json)).toEqual([]);
  expect([json.same, json.a.command]).toEqual([false, ["sh", "-c", "exit 1"]]);
  expect(JSON.stringify(json)).toContain(JSON.stringify(name).slice(1, -1));
});

test("a record that is cut off is said to be incomplete", () => {
  const whole = record("whole.trace", ["true"]);
  const cut = join(scratch, "cut.trace");
  writeFileSync(cut, readFileSync(whole).subarray(0, -40));
  const { status, lines, stderr } = diff(whole, cut);
  expect(status).toBe(0);
  expect(lines).toEqual([expect.stringMatching(/^B is INCOMPLETE: .*: not all that differs/)]);
  expect(stderr).toContain("INCOMPLETE");
  expect(diff("--require-complete", whole, cut).status).toBe(3);
});

test("anything but two records is refused", () => {
  const file = record("only.trace", ["true"]);
  expect(diff(file)).toEqual({
    ...{ status: 2, lines: [] },
    stderr: "trace: diff: expected two records; try: trace diff a.trace b.trace\n",
  });
  const opens = record("opens.trace", ["true"], { args: ["--events", "open,process"] });
  const refused = diff(file, opens);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("opens.trace: was recorded without the events rename,");
  expect(diff(opens, opens).status).toBe(0);
  expect(diff(file, "/etc/passwd").status).toBe(2);
  expect(diff(file, "nope").stderr).toContain("nope");
});
