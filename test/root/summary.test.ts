/** The `--summary` of real commands, live and of a recorded file. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SUMMARY_COLUMNS } from "../../src/sinks/reports/summary/from-record.ts";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

setDefaultTimeout(120_000);

const MAKEFILE = `app: main.o util.o
\tgcc -o $@ $^
main.o util.o: %.o: src/%.c src/util.h
\tgcc -c -o $@ $<
clean:
\trm -f app *.o
`;

/** Creates a small C project of two sources and a header. */
function project(directory: string): void {
  mkdirSync(join(directory, "src"));
  writeFileSync(join(directory, "Makefile"), MAKEFILE);
  writeFileSync(join(directory, "src/util.h"), "int twice(int);\n");
  writeFileSync(
    join(directory, "src/util.c"),
    '#include "util.h"\nint twice(int x) { return 2 * x; }\n',
  );
  writeFileSync(
    join(directory, "src/main.c"),
    '#include "util.h"\nint main(void) { return twice(21); }\n',
  );
}

interface Listed {
  readonly path: string;
}

/** Returns the paths of a list that are below a directory, relative to it. */
function below(list: readonly Listed[], directory: string): string[] {
  const prefix = `${directory}/`;
  return list
    .filter(({ path }) => path.startsWith(prefix))
    .map(({ path }) => path.slice(prefix.length));
}

test("make in a C project has exactly its sources, headers and products", () => {
  using directory = temporaryDirectory();
  project(directory.path);
  const { status } = runTrace(["exec", "--summary=json:summary.json", "--", "make"], {
    cwd: directory.path,
  });
  expect(status).toBe(0);
  const found = JSON.parse(readFileSync(join(directory.path, "summary.json"), "utf8"));
  expect(below(found.inputs, directory.path)).toEqual([
    "Makefile",
    "src/main.c",
    "src/util.c",
    "src/util.h",
  ]);
  expect(below(found.outputs, directory.path)).toEqual(["app", "main.o", "util.o"]);
  expect(found.outputs.length).toBe(3);
  expect(found.removed).toEqual([]);
  const programs = found.programs.map(({ path }: Listed) => path.replace(/.*\//, ""));
  expect(programs).toEqual(expect.arrayContaining(["make", "cc1"]));
});

test("a summary on stderr is followed by the completeness report, and nothing is recorded", () => {
  using directory = temporaryDirectory();
  const { stderr, stdout } = runTrace(["exec", "--summary", "--", "sh", "-c", "echo out; : >new"], {
    cwd: directory.path,
  });
  expect(stdout.toString()).toBe("out\n");
  expect(stderr).toMatch(
    /^Inputs: \d+ files?\n[\s\S]*\nOutputs: 1 file\n {2}new +sh\[\d+\]\n[\s\S]*\ntrace: \d+ events, complete\n$/,
  );
  expect(run(["ls"], { cwd: directory.path }).stdout.toString()).toBe("new\n");
});

const RUN_KEYS = "command cwd host kernel started ended status complete losses".split(" ");

describe.each(["bpf", "ptrace"])(
  "by %s, the summary of a recorded file equals that of the run",
  (backend) => {
    test.each([
      ["csv", []],
      ["json", []],
      ["ndjson", []],
      ["ndjson", ["--header"]],
      ["trace", []],
    ])("in %s %j", (format, header) => {
      using directory = temporaryDirectory();
      const cwd = directory.path;
      project(cwd);
      chmodSync(cwd, 0o755);
      const columns = format === "trace" ? [] : ["--columns", SUMMARY_COLUMNS];
      const script = "make; mv app 'my app'; make clean; exit 3";
      runTrace(
        ["exec", "--backend", backend, "--summary=json:live", "-o", "record", "--format", format]
          .concat(header, ["--events", "all"], columns)
          .concat(["--", "sh", "-c", script]),
        { cwd },
      );
      const live = JSON.parse(readFileSync(join(cwd, "live"), "utf8"));
      const asNobody = ["setpriv", "--reuid=65534", "--clear-groups"];
      const { stdout, stderr, status } = run(
        [...asNobody, TRACE, "summary", "--format", "json", "--require-complete", "record"],
        { cwd },
      );
      const later = JSON.parse(stdout.toString());
      expect(Object.keys(later).slice(0, RUN_KEYS.length)).toEqual(RUN_KEYS);
      expect(Object.keys(live).slice(0, RUN_KEYS.length)).toEqual(RUN_KEYS);
      expect(live).toMatchObject({ command: ["sh", "-c", script], cwd, status: 3, complete: true });
      expect(below(live.outputs, cwd)).toContain("my app");
      const saysSo = format === "trace" || header.length > 0;
      const unknown = Object.fromEntries(RUN_KEYS.map((key) => [key, null]));
      expect(later).toEqual(saysSo ? live : { ...live, ...unknown });
      expect(status).toBe(saysSo ? 0 : 3);
      expect(stderr).toMatch(
        saysSo ? /^$/ : /^trace: record: \d+ events, not known whether complete: [^\n]+\n$/,
      );
    });
  },
);

test("a record with losses is never summarized without a word of them", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const script = "sleep 1 >/dev/null 2>&1 & : >made";
  const said = "INCOMPLETE: 1 process of the command still running";
  const options = ["--summary=markdown:page.md", "-o", "run.trace"];
  runTrace(["exec", ...options, "--", "sh", "-c", script], { cwd });
  expect(readFileSync(join(cwd, "page.md"), "utf8")).toContain(`<code>${said}</code>`);
  const text = runTrace(["summary", "run.trace"], { cwd });
  expect(text.stdout.toString()).toEndWith(`${said}\n`);
  expect([text.status, text.stderr]).toEqual([0, expect.stringContaining(`run.trace: `)]);
  expect(text.stderr).toContain(said);
  expect(runTrace(["summary", "--require-complete", "run.trace"], { cwd }).status).toBe(3);
});

test("several records are summarized together, each with its run", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  runTrace(["exec", "-q", "-o", "a.trace", "--", "touch", "a"], { cwd });
  runTrace(["exec", "-q", "-o", "b.trace", "--", "touch", "b"], { cwd });
  const { stdout } = runTrace(["summary", "--format", "json", "a.trace", "b.trace"], { cwd });
  const { command, complete, losses, runs, outputs } = JSON.parse(stdout.toString());
  expect([command, complete, losses]).toEqual([null, true, []]);
  expect(runs.map((each: { command: string[] }) => each.command)).toEqual([
    ["touch", "a"],
    ["touch", "b"],
  ]);
  expect(below(outputs, cwd)).toEqual(["a", "b"]);
});

test("github: markdown is appended to the job summary", () => {
  using directory = temporaryDirectory();
  const page = join(directory.path, "page.md");
  writeFileSync(page, "before\n");
  const env = { ...process.env, GITHUB_STEP_SUMMARY: page };
  runTrace(["exec", "--summary=github", "--", "touch", "made"], { cwd: directory.path, env });
  const text = readFileSync(page, "utf8");
  expect(text).toStartWith("before\n### ");
  expect(text).toContain("<code>made</code>");
});

test("a file that is not a recording is reported in one line", () => {
  using directory = temporaryDirectory();
  const broken: Record<string, string> = {
    "few.csv": 'pid,comm\n1,"sh"\n',
    "half.csv": "pid,co",
    "bad.json": "[{",
    "other.json": "[1]\n",
  };
  for (const [name, text] of Object.entries(broken)) {
    writeFileSync(join(directory.path, name), text);
    const { status, stderr, stdout } = runTrace(["summary", name], { cwd: directory.path });
    expect([status, stdout.toString()]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`^trace: ${name}: [^\n]+\n$`));
  }
});
