/**
 * What `trace lock --format` prints, pasted into the configuration of the real tools, and what `trace
 * check --from` says of it. The tools are installed from npm into build/task-runners, once.
 */
import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runTrace } from "../root/support/harness.ts";
import { ROOT } from "../root/support/programs.ts";

setDefaultTimeout(300_000);

const root = join(ROOT, "build/task-runners");
const app = join(root, "packages/app");
const env = {
  ...{ PATH: process.env.PATH, HOME: join(root, "home"), CI: "1", NO_COLOR: "1" },
  ...{ NX_DAEMON: "false", NX_TUI: "false", NX_NO_CLOUD: "true", TURBO_TELEMETRY_DISABLED: "1" },
};

function write(path: string, text: string): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
}

function succeed(command: readonly string[], cwd = root): string {
  const { status, stdout, stderr } = run(command, { cwd, env });
  if (status !== 0) throw new Error(`${command.join(" ")}: ${status}: ${stderr}${stdout}`);
  return stdout.toString() + stderr;
}

const tool = (name: string, ...args: string[]) =>
  succeed([join(root, "node_modules/.bin", name), ...args]);

/** What the task of each test does; `more` is what is not declared. */
const build = (more = "") => `
const fs = require("fs");
fs.mkdirSync("dist/sub", { recursive: true });
fs.writeFileSync("dist/a.js", fs.readFileSync("src/[id] (x).js"));
fs.writeFileSync("dist/sub/b.js", fs.readFileSync("../lib/src/index.js"));
fs.readFileSync("../../shared.txt");
fs.writeFileSync("report.txt", "report");
${more}
`;
const UNDECLARED = `
fs.readFileSync("notes.txt");
fs.readFileSync("../lib/notes.txt");
fs.writeFileSync("undeclared.txt", "x");
`;
const COMMAND = ["node", "build.cjs"];

const PACKAGE = { name: "app", version: "1.0.0", dependencies: { lib: "1.0.0" } };
const SCRIPTS = { build: COMMAND.join(" ") };

beforeAll(() => {
  mkdirSync(join(root, "home"), { recursive: true });
  write("packages/app/package.json", JSON.stringify(PACKAGE));
  write("packages/lib/package.json", JSON.stringify({ name: "lib", version: "1.0.0" }));
  const wanted = join(import.meta.dir, "package.json");
  const installed = join(root, "package.json");
  const isInstalled = () => readFileSync(installed).equals(readFileSync(wanted));
  if (existsSync(join(root, "node_modules/.bin/nx")) && isInstalled()) return;
  rmSync(join(root, "node_modules"), { recursive: true, force: true });
  cpSync(wanted, installed);
  // Without a lock file: that of one machine lacks optional packages of others.
  const install = ["npm", "install", "--ignore-scripts", "--no-package-lock"];
  const { status, stderr } = run([...install, "--no-audit", "--no-fund", "--prefer-offline"], {
    cwd: root,
  });
  if (status !== 0) throw new Error(stderr);
});

/** Removes what a task has written. */
function clean(): void {
  for (const path of ["dist", "report.txt", "undeclared.txt", "package.json"])
    rmSync(join(app, path), { recursive: true, force: true });
  write("packages/app/package.json", JSON.stringify(PACKAGE));
}

beforeEach(() => {
  for (const path of ["packages/app", "packages/lib/src", "nx.json", "turbo.json", ".nx", ".turbo"])
    rmSync(join(root, path), { recursive: true, force: true });
  clean();
  write(".gitignore", "node_modules\ndist\n.nx\n.turbo\nhome\n");
  write("shared.txt", "3\n");
  write("packages/app/build.cjs", build());
  write("packages/app/src/[id] (x).js", "1\n");
  write("packages/app/notes.txt", "app\n");
  write("packages/lib/src/index.js", "2\n");
  write("packages/lib/notes.txt", "lib\n");
  if (!existsSync(join(root, ".git"))) succeed(["git", "init", "-q"]);
  succeed(["git", "add", "-A"]);
});

function trace(...args: string[]) {
  const { status, stdout, stderr } = runTrace(args, { cwd: app, env });
  return { status, stdout: stdout.toString(), stderr };
}

/** Returns what a format prints for the task. */
function format(name: string): string {
  const { status, stdout, stderr } = trace("lock", "-q", "--format", name, "--", ...COMMAND);
  if (status !== 0) throw new Error(stderr);
  clean();
  return stdout;
}

/** Checks the task. @returns the status, and what was found, by kind and path in the workspace */
function check(runner: string, task: string, backend = "bpf") {
  const report = join(root, "home/report.json");
  const args = ["--format", "json", "-o", report, "--backend", backend, "--from", runner, task];
  const { status, stderr } = trace("check", ...args, "--", ...COMMAND);
  if (status !== 0 && status !== 4) throw new Error(stderr);
  const { violations } = JSON.parse(readFileSync(report, "utf8")) as {
    violations: { kind: string; entry: string }[];
  };
  return { status, found: violations.map(({ kind, entry }) => `${kind} ${entry}`).sort() };
}

/** Whether the outputs are there. */
const hasOutputs = () =>
  ["dist/a.js", "dist/sub/b.js", "report.txt"].map((path) => existsSync(join(app, path)));
const ALL = [true, true, true];
const FOUND = [
  "read packages/app/notes.txt",
  "read packages/lib/notes.txt",
  "write packages/app/undeclared.txt",
];

/**
 * Runs a task twice, and changes each input: it is restored when nothing has changed, and is run again
 * otherwise.
 */
function testCache(runTask: () => string, hit: RegExp): void {
  expect(runTask()).not.toMatch(hit);
  for (const path of ["dist", "report.txt"]) rmSync(join(app, path), { recursive: true });
  expect(runTask()).toMatch(hit);
  expect(hasOutputs()).toEqual(ALL);
  for (const path of ["packages/app/src/[id] (x).js", "packages/lib/src/index.js", "shared.txt"]) {
    write(path, `${path}\n`);
    const text = runTask();
    if (hit.test(text)) throw new Error(`${path}: ${text}`);
  }
  write("packages/lib/notes.txt", "changed\n");
  expect(runTask()).toMatch(hit);
}

describe("Nx", () => {
  /** Pastes what is printed as a target. */
  function declare(): void {
    const target = { ...JSON.parse(format("nx")), cache: true };
    const nx = { targets: { build: target } };
    write("packages/app/package.json", JSON.stringify({ ...PACKAGE, scripts: SCRIPTS, nx }));
  }

  beforeEach(() => write("nx.json", JSON.stringify({ analytics: false })));

  test("caches a task by what trace lock prints", () => {
    declare();
    testCache(() => tool("nx", "run", "app:build"), /from the cache|matches the cache|local cache/);
  });

  test("declares what trace check judges by", () => {
    declare();
    expect(check("nx", "app:build")).toEqual({ status: 0, found: [] });
    write("packages/app/build.cjs", build(UNDECLARED));
    for (const backend of ["bpf", "ptrace"])
      expect(check("nx", "app:build", backend)).toEqual({ status: 4, found: FOUND });
  });
});

describe("Turborepo", () => {
  function declare(): void {
    write("turbo.json", JSON.stringify({ tasks: {} }));
    const tasks = { build: JSON.parse(format("turbo")) };
    write("packages/app/turbo.json", JSON.stringify({ extends: ["//"], tasks }));
    write("turbo.json", JSON.stringify({ tasks: { build: {} } }));
    write("packages/app/package.json", JSON.stringify({ ...PACKAGE, scripts: SCRIPTS }));
  }

  test("caches a task by what trace lock prints", () => {
    declare();
    testCache(() => tool("turbo", "run", "app#build"), /1 cached, 1 total/);
  });

  test("declares what trace check judges by", () => {
    declare();
    expect(check("turbo", "app#build")).toEqual({ status: 0, found: [] });
    write("packages/app/build.cjs", build(UNDECLARED));
    for (const backend of ["bpf", "ptrace"])
      expect(check("turbo", "app#build", backend)).toEqual({ status: 4, found: FOUND });
  });
});

describe("Vite Task", () => {
  test("caches a task by what trace lock prints", () => {
    const task = `command: ${JSON.stringify(SCRIPTS.build)}, ${format("vite-task")}`;
    write(
      "packages/app/vite.config.ts",
      `export default { run: { tasks: { build: { ${task} } } } };\n`,
    );
    testCache(() => tool("vp", "run", "app#build"), /cache hit/);
  });
});

describe("Bazel", () => {
  test("has what trace lock prints in the form that buildifier writes", () => {
    write("MODULE.bazel", "");
    write("packages/lib/BUILD.bazel", "");
    const attributes = format("bazel").replaceAll(/^/gm, "    ").trimEnd();
    const text = `genrule(\n    name = "build",\n${attributes}\n    cmd = "node build.cjs",\n)\n`;
    write("packages/app/BUILD.bazel", text);
    tool("buildifier", "-mode=check", "-type=build", join(app, "BUILD.bazel"));
    expect(text).toContain('"//packages/lib:src/index.js"');
    for (const path of ["MODULE.bazel", "packages/lib/BUILD.bazel"]) rmSync(join(root, path));
  });
});
