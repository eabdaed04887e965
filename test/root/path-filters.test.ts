/** `--path`, `--exclude` and `--failed` of every command that has them. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTrace, temporaryDirectory } from "./support/harness.ts";

setDefaultTimeout(60_000);

const COLUMNS = ["--columns", "kind,filename,return,path,path2"];

/** Creates a directory with files in two directories, one of which has a link to it. */
function tree() {
  const directory = temporaryDirectory();
  for (const name of ["src", "src/a", "lib"]) mkdirSync(join(directory.path, name));
  for (const name of ["src/x.c", "src/a/y.c", "lib/z.c", "top.c"])
    writeFileSync(join(directory.path, name), name);
  symlinkSync("src", join(directory.path, "link"));
  return directory;
}

const READ = "cat src/x.c src/a/y.c lib/z.c top.c link/x.c nope.c; :";

type Line = Record<"kind" | "fname" | "path" | "path2", string | null> & { return: number };

const lines = (text: string): Line[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));

/** Returns the names of the files that are shown, without those of the system's directories. */
const names = (shown: readonly Line[]) =>
  shown.map(({ fname }) => fname).filter((name) => !name?.startsWith("/"));

describe.each(["bpf", "ptrace"])("by %s", (backend) => {
  /** Runs a script with options. Only opens are recorded unless `--events` is among them. */
  const shown = (cwd: string, options: readonly string[], script = READ) => {
    const file = join(cwd, "out.ndjson");
    const output = ["--format", "ndjson", "-o", file, ...COLUMNS];
    const command = ["--", "sh", "-c", script];
    const run = runTrace(["exec", "--backend", backend, ...output, ...options, ...command], {
      cwd,
    });
    expect(run.status).toBe(0);
    return lines(readFileSync(file, "utf8"));
  };

  test("--path takes directories and globs, --exclude wins, and repeated options add", () => {
    using directory = tree();
    const of = (...options: string[]) => names(shown(directory.path, options));
    expect(of("--path", "link/*.c", "--path", "top.c")).toEqual([
      "src/x.c",
      "src/a/y.c",
      "top.c",
      "link/x.c",
    ]);
    expect(of("--path", "*.c", "--exclude", "src", "--exclude", "top.c")).toEqual([
      "lib/z.c",
      "nope.c",
    ]);
    expect(of("--path", "src/**/y.c", "--path", "./n*", "--path", "re:/z\\.c$")).toEqual([
      "src/a/y.c",
      "lib/z.c",
      "nope.c",
    ]);
  });

  // What follows does not depend on the backend.
  if (backend === "ptrace") return;

  test("a file counts by the name that was passed, if that is absolute, and by its path", () => {
    using directory = tree();
    const { path } = directory;
    const script = `cat ${path}/link/x.c`;
    // The directory of a pattern is resolved; that of a regular expression is not.
    for (const pattern of [`re:^${path}/link/`, "src"])
      expect(shown(path, ["--path", pattern], script).length).toBe(1);
    expect(shown(path, ["--path", path, "--exclude", "link"], script)).toEqual([]);
  });

  test("both names of a rename and a link count", () => {
    using directory = tree();
    const script = "mv top.c src/top.c; ln src/top.c lib/l.c; mv src/top.c src/t.c";
    const of = (...options: string[]) =>
      shown(directory.path, ["--events", "rename,link", ...options], script).map(
        ({ path, path2 }) => [path, path2].map((each) => each?.slice(directory.path.length)),
      );
    expect(of("--path", "top.c", "--path", "lib")).toEqual([
      ["/top.c", "/src/top.c"],
      ["/src/top.c", "/lib/l.c"],
    ]);
  });

  test("--failed shows the calls that failed, with any other choice", () => {
    using directory = tree();
    const failed = shown(directory.path, ["--failed"]);
    expect(names(failed)).toEqual(["nope.c"]);
    expect(failed.every((line) => line.return < 0)).toBe(true);
    expect(names(shown(directory.path, ["--failed", "--events", "all"], "rmdir src; :"))).toEqual([
      "src",
    ]);
  });

  test("events without a path are shown unless a path is asked for", () => {
    using directory = tree();
    const kinds = (...options: string[]) =>
      shown(directory.path, ["--events", "fork,rename", ...options], "(:); :").map(
        ({ kind }) => kind,
      );
    expect(kinds("--exclude", "src")).not.toEqual([]);
    expect(kinds("--path", "src")).toEqual([]);
  });

  test("a summary is made of all events, and shows those that were chosen", () => {
    using directory = tree();
    const script = "mv lib moved; cat moved/z.c src/x.c > src/out; mv moved lib; cat src/no; :";
    const of = (...options: string[]) => {
      const args = ["exec", "--backend", backend, "--summary=json:s.json", ...options];
      const run = runTrace([...args, "--", "sh", "-c", script], { cwd: directory.path });
      expect(run.stderr).toMatch(/\d+ events, complete/);
      return JSON.parse(readFileSync(join(directory.path, "s.json"), "utf8"));
    };
    const paths = (entries: { path: string }[]) =>
      entries.map(({ path }) => path.slice(directory.path.length));
    const all = of();
    const chosen = of("--path", "lib/**", "--path", "src", "--exclude", "x.c");
    expect(paths(chosen.inputs)).toEqual(["/lib/z.c"]);
    expect(paths(chosen.outputs)).toEqual(["/src/out"]);
    expect(paths(chosen.probes)).toEqual(["/src/no"]);
    expect(chosen.shown).toEqual({ path: ["lib/**", "src"], exclude: ["x.c"] });
    expect(chosen.processes).toBe(all.processes);
    expect(Object.keys(all)).not.toContain("shown");
  });
});

test("a summary and a record at once: only the record leaves events out", () => {
  using directory = tree();
  const options = ["--summary=json:s.json", "-o", "r.trace", "--path", "src/x.c"];
  const run = (args: readonly string[]) => runTrace(args, { cwd: directory.path });
  run(["exec", ...options, "--", "sh", "-c", "cat src/x.c lib/z.c; :"]);
  const live = JSON.parse(readFileSync(join(directory.path, "s.json"), "utf8"));
  expect(live.processes).toBe(2);
  expect(live.inputs.length).toBe(1);
  const shown = run(["show", "--format", "ndjson", "--header", ...COLUMNS, "r.trace"]);
  const [head, ...rest] = lines(shown.stdout.toString()) as unknown as Record<string, never>[];
  expect((head.header as { filters: unknown }).filters).toEqual([{ path: ["src/x.c"] }]);
  const shownNames = names(rest.slice(0, -1) as never);
  expect(shownNames.every((name) => name === "src/x.c" || name === "")).toBe(true);
  expect(rest.at(-1)?.result).toMatchObject({ events: rest.length - 1, complete: true } as never);
  const later = run(["summary", "--format", "json", "r.trace"]);
  const recorded = JSON.parse(later.stdout.toString());
  expect(recorded.filters).toEqual([{ path: ["src/x.c"] }]);
  expect(recorded.processes).toBeNull();
  const failed = run(["summary", "--format", "json", "--failed", "r.trace"]).stdout.toString();
  expect(JSON.parse(failed).inputs).toEqual([]);
  const text = run(["summary", "--path", "*.c", "r.trace"]).stdout.toString();
  expect(text).toMatch(/^Shown: only '\*\.c'\nRecorded: only src\/x\.c$/m);
});

test("show filters a record in every format", () => {
  using directory = tree();
  const run = (args: readonly string[]) => runTrace(args, { cwd: directory.path });
  run(["exec", "-o", "r.trace", "--", "sh", "-c", READ]);
  for (const format of ["csv", "json", "ndjson", "text"]) {
    const shown = (...options: string[]) =>
      run([
        "show",
        "--format",
        format,
        "--events",
        "open",
        ...options,
        "r.trace",
      ]).stdout.toString();
    expect(shown("--path", "src", "--exclude", "y.c").match(/[a-z.]+\.c/g)).toEqual(["x.c", "x.c"]);
    expect(shown("--failed", "--path", "*.c").match(/[a-z]+\.c/g)).toEqual(["nope.c"]);
  }
  run(["show", "-o", "s.trace", "--path", "lib", "r.trace"]);
  run(["show", "-o", "t.trace", "--path", "lib", "--failed", "s.trace"]);
  const header = run(["show", "--format", "ndjson", "--header", "t.trace"]).stdout.toString();
  expect(JSON.parse(header.split("\n")[0]).header.filters).toEqual([
    { path: ["lib"] },
    { path: ["lib"], failed: true },
  ]);
});

test("all records chosen paths only, whatever columns are shown", () => {
  using directory = tree();
  const file = join(directory.path, "all.csv");
  const path = join(directory.path, "src");
  const script = `"$0" all --path ${path} --columns kind,filename --duration 3s --count 2 -o ${file} &
    while ! grep -q kind ${file}; do sleep 0.1; done 2>/dev/null
    for i in 1 2 3 4 5 6 7 8 9; do cat ${path}/x.c lib/z.c; sleep 0.1; done; wait`;
  Bun.spawnSync(["sh", "-c", script, join(import.meta.dir, "../../trace")], {
    cwd: directory.path,
  });
  expect(readFileSync(file, "utf8")).toBe(`kind,filename\n${`openat,"${path}/x.c"\n`.repeat(2)}`);
});
