/** The `--summary` of real commands, live and of a recorded file. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

test("the summary of a recorded file equals that of the run, in each format", () => {
  using directory = temporaryDirectory();
  project(directory.path);
  chmodSync(directory.path, 0o755);
  const columns = "event,pid,comm,flags,filename,return,path,path2,ftype,argv,note";
  for (const format of ["csv", "json", "ndjson"]) {
    runTrace(
      ["exec", "--summary=json:live", "-o", "record", "--format", format]
        .concat(["--events", "all", "--columns", columns])
        .concat(["--", "sh", "-c", "make; mv app 'my app'; make clean"]),
      { cwd: directory.path },
    );
    const live = readFileSync(join(directory.path, "live"), "utf8");
    const { stdout, stderr } = run(
      [
        "setpriv",
        "--reuid=65534",
        "--clear-groups",
        TRACE,
        "summary",
        "--format",
        "json",
        "record",
      ],
      { cwd: directory.path },
    );
    expect(stderr).toBe("");
    expect(stdout.toString()).toBe(live);
    expect(below(JSON.parse(live).outputs, directory.path)).toContain("my app");
  }
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
