/**
 * `trace lock --format` for other tools, and `trace check --from` with what stands for a task runner:
 * it prints what Nx 24 and Turborepo 2.11 print. `make task-runners` tests the tools themselves.
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, runTrace } from "./support/harness.ts";

setDefaultTimeout(60_000);

const root = mkdtempSync(join(tmpdir(), "trace-workspace-"));
afterAll(() => rmSync(root, { recursive: true }));
const app = join(root, "packages/app");
const env = { PATH: process.env.PATH, HOME: root };

function write(path: string, text = "x\n"): void {
  const file = join(root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

const HOSTILE = 'a"b\n# c\\[d]*?! ';
for (const path of ["nx.json", "turbo.json", "package-lock.json", "MODULE.bazel"])
  write(path, "{}");
for (const path of ["package.json", "BUILD", "src/main.js", "src/[id] (x).js", "notes.txt"])
  write(`packages/app/${path}`);
for (let index = 0; index < 12; index++) write(`packages/app/pages/${index}.js`);
for (const path of ["package.json", "BUILD", "src/index.js"]) write(`packages/lib/${path}`);
write("tsconfig.json");
write("package.json", '{"workspaces":["packages/*"]}');

const BUILD = `
cat src/main.js "src/[id] (x).js" pages/*.js ../lib/src/index.js ../../tsconfig.json >/dev/null
cat ../../package-lock.json >/dev/null
mkdir -p dist/sub; echo 1 >dist/a.js; echo 2 >dist/sub/b.js
echo 3 >report.txt; echo 4 >>notes.txt
echo 5 >scratch; rm scratch
printf x >"$1"
`;
const COMMAND = ["sh", "-c", BUILD, "sh", HOSTILE];

function clean(): void {
  for (const path of ["dist", "report.txt", HOSTILE])
    rmSync(join(app, path), { recursive: true, force: true });
}

function trace(...args: string[]) {
  const { status, stdout, stderr } = runTrace(args, { cwd: app, env });
  return { status, stdout: stdout.toString(), stderr };
}
const recorded = trace("exec", "-q", "--backend", "bpf", "-o", "run.trace", "--", ...COMMAND);
if (recorded.status !== 0) throw new Error(recorded.stderr);

/** Returns what a format prints for the record. */
function format(name: string): string {
  const { status, stdout, stderr } = trace("lock", "--format", name, "run.trace");
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

describe("trace lock --format", () => {
  test("nx names files by the roots of the project and the workspace", () => {
    expect(JSON.parse(format("nx"))).toEqual({
      inputs: [
        "{projectRoot}/pages/**/*",
        "{projectRoot}/src/?id? ?x?.js",
        "{projectRoot}/src/main.js",
        "{workspaceRoot}/packages/lib/src/index.js",
        "{workspaceRoot}/tsconfig.json",
      ],
      outputs: [
        '{projectRoot}/a"b?# c??d???? ',
        "{projectRoot}/dist",
        "{projectRoot}/notes.txt",
        "{projectRoot}/report.txt",
      ],
    });
  });

  test("turbo is the same for a command that is run, by ptrace", () => {
    const expected = format("turbo");
    clean();
    const args = ["lock", "-q", "--format", "turbo", "--backend", "ptrace", "--", ...COMMAND];
    expect(trace(...args).stdout).toBe(expected);
    expect(JSON.parse(expected).inputs).toEqual([
      "pages/**",
      "src/?id? ?x?.js",
      "src/main.js",
      "$TURBO_ROOT$/packages/lib/src/index.js",
      "$TURBO_ROOT$/tsconfig.json",
    ]);
    expect(JSON.parse(expected).outputs).toContain("dist/**");
  });

  test("vite-task is the cache of a task, in TypeScript", () => {
    const module = new Bun.Transpiler({ loader: "ts" }).transformSync(
      `x = { ${format("vite-task")} }`,
    );
    expect(module).toContain('pattern: "packages/lib/src/index.js"');
    expect(module).toContain('"dist/**"');
  });

  test("gitignore is accepted by git: it ignores what was created, and nothing else", () => {
    write("packages/app/.gitignore", format("gitignore"));
    const git = (...args: string[]) => run(["git", "-C", root, ...args], { env });
    git("init", "-q");
    const ignored = git(
      "ls-files",
      "-z",
      "--others",
      "--ignored",
      "--exclude-standard",
    ).stdout.toString();
    const names = ignored
      .split("\0")
      .filter(Boolean)
      .map((path) => path.slice("packages/app/".length));
    expect(names.sort()).toEqual([HOSTILE, "dist/a.js", "dist/sub/b.js", "report.txt"].sort());
    rmSync(join(app, ".gitignore"));
  });

  test("bazel is what a call may have as arguments, with labels of other packages", () => {
    const text = format("bazel");
    const parse = "import ast,sys; ast.parse('genrule(' + sys.stdin.read() + ')')";
    const { status } = run(["python3", "-c", parse], { env, stdin: text });
    expect(status).toBe(0);
    for (const word of [
      '"//packages/lib:src/index.js"',
      'glob([\n    "pages/**",\n])',
      '"dist/sub/b.js"',
    ])
      expect(text).toContain(word);
    expect(text).not.toContain('a\\"b');
  });

  test("is refused for a record that is incomplete", () => {
    const bytes = readFileSync(join(app, "run.trace"));
    writeFileSync(join(app, "cut.trace"), bytes.subarray(0, bytes.length - 20));
    const { status, stdout } = trace("lock", "--format", "nx", "cut.trace");
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
  });
});

/** Puts a program in the place of a task runner, which answers by the words of its command line. */
function runner(name: string, answers: Readonly<Record<string, unknown>>): void {
  const cases = Object.entries(answers).map(
    ([words, answer]) => `"${words}") cat <<'END'\n${JSON.stringify(answer)}\nEND\n;;\n`,
  );
  write(
    `node_modules/.bin/${name}`,
    `#!/bin/sh\ncase "$*" in\n${cases.join("")}*) echo "no task: $*" >&2; exit 1;;\nesac\n`,
  );
  chmodSync(join(root, `node_modules/.bin/${name}`), 0o755);
}

/** What a check found, by kind and path in the workspace. */
function violations(...args: string[]): { status: number | null; found: string[] } {
  const { status, stdout, stderr } = trace("check", "--format", "json", ...args, "run.trace");
  if (stdout === "") throw new Error(stderr);
  const report = JSON.parse(stdout) as { violations: { kind: string; entry: string }[] };
  return { status, found: report.violations.map(({ kind, entry }) => `${kind} ${entry}`).sort() };
}

describe("trace check --from", () => {
  const files = ["tsconfig.json", "packages/app/src/main.js", "packages/app/src/[id] (x).js"];
  const pages = Array.from({ length: 12 }, (_, index) => `packages/app/pages/${index}.js`);

  test("nx reports undeclared inputs, outputs and reads across projects", () => {
    runner("nx", {
      "show target inputs app:build --json": {
        files: [...files.slice(1), ...pages],
        depOutputs: [],
      },
      "show target outputs app:build --json": {
        outputPaths: ["packages/app/dist", "packages/app/{a*,notes.txt}"],
      },
    });
    expect(violations("--from", "nx", "app:build")).toEqual({
      status: 4,
      found: [
        "read packages/lib/src/index.js",
        "read tsconfig.json",
        "write packages/app/report.txt",
      ],
    });
    const { stdout } = trace("check", "--from", "nx", "app:build", "run.trace");
    expect(stdout).toStartWith("3 violations of nx app:build\n");
    expect(stdout).toContain('      "{workspaceRoot}/packages/lib/src/index.js",\n');
  });

  test("turbo allows outputs of other tasks to be read, and what all tasks depend on", () => {
    runner("turbo", {
      "run app#build --dry=json": {
        tasks: [
          {
            ...{ taskId: "app#build", task: "build", directory: "packages/app" },
            inputs: { "src/main.js": "1", "src/[id] (x).js": "2" },
            outputs: ["dist/*.js", "report.txt", "notes.txt", "a*"],
          },
          {
            ...{ taskId: "lib#build", task: "build", directory: "packages/lib" },
            ...{ inputs: {}, outputs: ["src/**"] },
          },
        ],
        globalCacheInputs: { files: { "tsconfig.json": "3" } },
      },
    });
    expect(violations("--from", "turbo", "app#build")).toEqual({
      status: 4,
      found: [...pages.map((path) => `read ${path}`).sort(), "write packages/app/dist/sub/b.js"],
    });
  });

  test("turbo is told of what is not declared relative to the package of the task", () => {
    const { stdout } = trace("check", "--from", "turbo", "app#build", "run.trace");
    expect(stdout).toContain('    "outputs": [\n      "dist/sub/b.js"\n    ]\n');
  });

  test("says what the task runner says of a task that it does not know", () => {
    const { status, stderr } = trace("check", "--from", "nx", "app:none", "run.trace");
    expect(status).toBe(2);
    expect(stderr).toBe(
      "trace: nx show target inputs app:none --json: exited with status 1\nno task: show target inputs app:none --json\n",
    );
  });

  test("needs a task, and a runner in the workspace", () => {
    const problem = (...args: string[]) => {
      const { status, stderr } = trace("check", "--from", ...args);
      expect(status).toBe(2);
      return stderr;
    };
    expect(problem("nx")).toContain("no task given; try: --from nx PROJECT:TARGET");
    expect(problem("ninja", "x")).toContain("no such task runner");
    rmSync(join(root, "node_modules"), { recursive: true });
    expect(problem("turbo", "build", "run.trace")).toContain("install the packages");
  });
});
