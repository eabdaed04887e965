/** `trace why` of real builds: what files were made from, by both backends. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import whySchema from "../../docs/schema/why.schema.json";
import { JsonSchema } from "../json-schema.ts";
import { run, runTrace, TRACE } from "./support/harness.ts";
import { besideWatch } from "./support/watch.ts";

setDefaultTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), "trace-why-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function project(name: string, files: Readonly<Record<string, string>>): string {
  const directory = join(scratch, name);
  mkdirSync(join(directory, "inc"), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
  return directory;
}

const SOURCES = {
  "main.c": '#include "a.h"\n#include <stdio.h>\nint main(void) { puts(A); return util(); }\n',
  "util.c": '#include "b.h"\nint util(void) { return B; }\n',
  "inc/a.h": '#include "b.h"\n#define A "a"\n',
  "inc/b.h": "#define B 1\nint util(void);\n",
  Makefile: [
    "CFLAGS = -MMD -Iinc $(EXTRA)",
    "app: main.o util.o\n\t$(CC) -o $@ $^",
    "-include main.d util.d\n",
  ].join("\n"),
};

const NINJA = `rule cc
  command = gcc -MMD -MF $out.d -Iinc -c $in -o $out
  depfile = $out.d
  deps = gcc
rule gen
  command = sh $in > $out
rule link
  command = gcc -o $out $in
build inc/gen.h: gen gen.sh
build main.o: cc main.c || inc/gen.h
build util.o: cc util.c || inc/gen.h
build app: link main.o util.o
`;

interface Why {
  readonly file: { readonly path: string; readonly gone: boolean } | null;
  readonly inputs: readonly string[] | null;
  readonly outputs: readonly string[] | null;
  readonly removed: readonly { readonly processes: readonly { readonly argv: string[] }[] }[];
  readonly lookups: readonly {
    readonly order: readonly { path: string; errno: string | null }[];
  }[];
}

const schema = new JsonSchema(whySchema, true);

function why(cwd: string, ...args: string[]): Why {
  const { status, stdout, stderr } = runTrace(["why", "--format", "json", ...args], { cwd });
  if (status !== 0) throw new Error(stderr);
  const json = JSON.parse(stdout.toString());
  expect(schema.errors(json)).toEqual([]);
  return json;
}

function record(cwd: string, backend: string, command: readonly string[]): void {
  const args = ["exec", "-q", "--backend", backend, "-o", "run.trace", "--", ...command];
  const { status, stderr } = runTrace(args, { cwd });
  if (status !== 0) throw new Error(stderr);
}

/** Returns the files that gcc -MM names for a source, without those of the system, as absolute paths. */
function dependencies(cwd: string, source: string): string[] {
  const text = run(["gcc", "-MM", "-Iinc", source], { cwd }).stdout.toString();
  const files = text
    .replace(/^[^:]*:/, "")
    .replaceAll("\\\n", " ")
    .trim()
    .split(/\s+/);
  return files.map((file) => join(cwd, file)).sort();
}

describe.each(["bpf", "ptrace"])("by %s", (backend) => {
  test.each([
    ["", "an assembler that reads a file"],
    ["-pipe", "an assembler that reads a pipe"],
  ])("each object is made from what gcc -MM names (%s): %s", (extra) => {
    const cwd = project(`make-${backend}${extra}`, SOURCES);
    record(cwd, backend, ["make", "-j2", `EXTRA=${extra}`]);
    const sources = ["main.c", "util.c"].map((file) => dependencies(cwd, file));
    expect(why(cwd, "main.o", "run.trace").inputs).toEqual(sources[0]);
    expect(why(cwd, "util.o", "run.trace").inputs).toEqual(sources[1]);
    const all = [...new Set(sources.flat())].sort();
    expect(why(cwd, "--up", "app", "run.trace").inputs).toEqual(all);
    const { inputs, outputs } = why(cwd, "--down", "inc/a.h", "run.trace");
    const names = outputs?.filter((path) => path.startsWith(cwd));
    expect([inputs, names]).toEqual([null, ["app", "main.d", "main.o"].map((n) => join(cwd, n))]);
  });

  test("each object of ninja is made from what gcc -MM names, and what made its headers", () => {
    const cwd = project(`ninja-${backend}`, {
      ...SOURCES,
      "inc/b.h": '#include "gen.h"\nint util(void);\n',
      "gen.sh": 'for n in $(cat numbers); do echo "#define B $n"; done\n',
      numbers: "1\n",
      "build.ninja": NINJA,
    });
    record(cwd, backend, ["ninja", "-j2"]);
    const [main, util] = ["main.c", "util.c"].map((file) =>
      [...dependencies(cwd, file), join(cwd, "gen.sh"), join(cwd, "numbers")]
        .filter((path) => path !== join(cwd, "inc/gen.h"))
        .sort(),
    );
    expect(why(cwd, "main.o", "run.trace").inputs).toEqual(main);
    expect(why(cwd, "util.o", "run.trace").inputs).toEqual(util);
    expect(why(cwd, "--up", "--depth", "1", "app", "run.trace").inputs).toEqual([]);
  });

  test("a file is followed through a pipeline, a copy and renames, and who removed it is said", () => {
    const cwd = project(`pipe-${backend}`, { in: "b\na\n", other: "c\n" });
    const script = [
      "cat other >/dev/null",
      "cat in | sort | tr a-z A-Z > sorted.tmp",
      "mv sorted.tmp sorted",
      "cp sorted copy",
      "rm sorted",
    ];
    record(cwd, backend, ["sh", "-c", script.join("; ")]);
    expect(why(cwd, "copy", "run.trace").inputs).toEqual([join(cwd, "in")]);
    const { removed, outputs } = why(cwd, "sorted", "run.trace");
    expect(removed.map(({ processes }) => processes[0].argv)).toEqual([["rm", "sorted"]]);
    expect(outputs).toEqual([join(cwd, "copy")]);
    const { stdout } = runTrace(["why", "sorted", "run.trace"], { cwd });
    expect(stdout.toString()).toContain(`${join(cwd, "sorted")} is gone\n`);
  });

  test("a file is found by the names that it had, and is shown by the one that was asked for", () => {
    const cwd = project(`names-${backend}`, { in: "1\n" });
    const script = "mkdir d; cp in d/a; mv d/a d/b; mv d e; ln e/b e/c; ln e/b z; rm z; cat e/c";
    record(cwd, backend, ["sh", "-c", script]);
    const lines = (name: string) =>
      runTrace(["why", name, "run.trace"], { cwd }).stdout.toString().split("\n");
    const path = (name: string) => join(cwd, name);
    for (const name of ["d/a", "d/b"]) {
      const file = why(cwd, name, "run.trace").file;
      expect(file).toMatchObject({ path: path("e/c"), gone: false });
      expect(lines(name)[0]).toBe(`${path(name)} was made by the run; it is now ${path("e/c")}`);
    }
    for (const name of ["e/b", "e/c"]) {
      expect(why(cwd, name, "run.trace").file?.path).toBe(path(name));
      const shown = lines(name);
      expect(shown[shown.indexOf("Made from:") + 1].trim()).toBe(path(name));
      expect(shown[1]).toContain(`; before: ${path("d/a")}`);
    }
    // Another name of the file was removed.
    expect(lines("z")[0]).toBe(`${path("z")} was made by the run; it is now ${path("e/c")}`);
    record(cwd, backend, ["perl", "-e", 'rename "in", "x"; rename "x", "y"']);
    expect(lines("in")[0]).toBe(`${path("in")} was there before; it is now ${path("y")}`);
    expect(lines("in")[1]).toContain(`; before: ${path("x")}`);
  });

  test("of a failed lookup the order of the search path and what was found are said", () => {
    const cwd = project(`search-${backend}`, SOURCES);
    record(cwd, backend, ["gcc", "-c", "-I.", "-Iinc", "util.c"]);
    const [{ order }] = why(cwd, "b.h", "run.trace").lookups;
    const found = order.map(({ path, errno }) => [path, errno]);
    expect(found.at(-1)).toEqual([join(cwd, "inc/b.h"), null]);
    expect(found).toContainEqual([join(cwd, "b.h"), "ENOENT"]);
  });
});

describe("a record of another kind", () => {
  const cwd = project("kinds", { in: "1\n" });
  const command = ["--", "sh", "-c", "cat in | tr 1 2 > out"];
  const exec = (...args: string[]) =>
    expect(runTrace(["exec", "-q", "--events", "all", ...args, ...command], { cwd }).status).toBe(
      0,
    );

  test.each(["csv", "json", "ndjson"])("that is %s says the same", (format) => {
    exec("--format", format, "-o", `r.${format}`, "--columns", "all");
    expect(why(cwd, "out", `r.${format}`).inputs).toEqual([join(cwd, "in")]);
  });

  test("without columns that are needed is refused, and they are named", () => {
    exec("-o", "few.csv", "--columns", "event,pid,comm,flags,filename,return,path,time");
    const { status, stderr } = runTrace(["why", "out", "few.csv"], { cwd });
    expect(status).toBe(2);
    expect(stderr).toStartWith("trace: few.csv: has no column path2, argv, note; record with");
  });

  test("that was cut off, or made without some events, is called so in every format", () => {
    exec("-o", "whole.trace");
    const bytes = readFileSync(join(cwd, "whole.trace"));
    writeFileSync(join(cwd, "cut.trace"), bytes.subarray(0, bytes.length - 20));
    runTrace(["exec", "-q", "--events", "open", "-o", "opens.trace", ...command], { cwd });
    for (const format of ["text", "json", "dot", "mermaid"]) {
      const shown = (file: string) =>
        runTrace(["why", "--format", format, "out", file], { cwd }).stdout.toString();
      expect(shown("cut.trace")).toMatch(/INCOMPLETE|"complete": false/);
      expect(shown("opens.trace")).toContain("was made without the events exec, interp, fork");
    }
    const required = ["why", "--require-complete", "out"];
    expect(runTrace([...required, "cut.trace"], { cwd }).status).toBe(3);
    expect(runTrace([...required, "whole.trace"], { cwd }).status).toBe(0);
  });
});

test("names cannot be taken for markup, commands or control characters", () => {
  const cwd = project("hostile", { in: "1\n" });
  const name = 'a"]; x -->\u202e::error::\x1b[31m\\\n|<b>';
  record(cwd, "bpf", ["sh", "-c", 'cat in > "$1"', "sh", name]);
  for (const format of ["text", "dot", "mermaid", "json"]) {
    const { status, stdout } = runTrace(["why", "--format", format, name, "run.trace"], { cwd });
    expect(status).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(stdout.toString()).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]|^\s*::/m);
  }
  const dot = runTrace(["why", "--format", "dot", name, "run.trace"], { cwd }).stdout.toString();
  expect(dot).toContain('a\\"]; x -->');
  const shown = runTrace(["why", "--format", "mermaid", name, "run.trace"], { cwd });
  expect(shown.stdout.toString()).toContain("a#34;#93;#59; x --#62;");
});

test("of a path that the record does not have, similar ones are named", () => {
  const cwd = join(scratch, "search-bpf");
  const { status, stderr } = runTrace(["why", "nowhere/util.c", "run.trace"], { cwd });
  expect([status, stderr]).toEqual([
    2,
    `trace: nowhere/util.c: nothing about it is in run.trace; did you mean ${join(cwd, "util.c")}?\n`,
  ]);
});

test("of a history the last change, its process and what led to it are said", async () => {
  const cwd = project("watched", { file: "1\n" });
  const log = join(scratch, "history.ndjson");
  await besideWatch(["-r", "--format", "ndjson", "-o", log, cwd], async () => {
    const { status } = run(["sh", "-c", "sh -c 'echo 2 > file; chmod 600 file; cat in'; true"], {
      cwd,
    });
    expect(status).toBe(0);
  });
  const { stdout } = runTrace(["why", "file", log], { cwd });
  expect(stdout.toString()).toContain("ATTRIB by user root\n");
  expect(stdout.toString()).toMatch(/\] chmod 600 file\n {2}└─ started by \[\d+\] sh -c/);
  const json = JSON.parse(
    runTrace(["why", "--format", "json", "file", log], { cwd }).stdout.toString(),
  );
  expect(schema.errors(json)).toEqual([]);
  expect(json.change.type).toBe("ATTRIB");
});

test("a history has no graph, and no options of one", () => {
  const log = join(scratch, "history.ndjson");
  const { status, stderr } = runTrace(["why", "--format", "dot", "x", log]);
  expect([status, stderr.includes("a history has no graph")]).toEqual([2, true]);
  expect(TRACE).not.toBe("");
});
