/** `trace lock` and `trace check` of real commands. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunOptions, run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

const scratch = mkdtempSync(join(tmpdir(), "trace-lock-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A home directory with a key, which no command may read. */
function madeUpHome(name: string): string {
  const home = join(scratch, name);
  mkdirSync(join(home, ".ssh"), { recursive: true });
  writeFileSync(join(home, ".ssh/id_rsa"), "not a key\n");
  return home;
}

const HOME = madeUpHome("home");

/** Where users of all kinds write reports. */
const reports = join(scratch, "reports");
mkdirSync(reports);
chmodSync(reports, 0o777);
let reportCount = 0;

function options(cwd: string, home = HOME): RunOptions {
  // Without variables that name other files: of npm, which may run the tests.
  const { PATH } = process.env;
  return { cwd, env: { PATH, HOME: home } };
}

function lock(cwd: string, command: readonly string[], args: readonly string[] = [], home = HOME) {
  const { status, stderr } = runTrace(["lock", ...args, "--", ...command], options(cwd, home));
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  return readFileSync(join(cwd, "trace.lock"), "utf8");
}

interface Violation {
  readonly kind: string;
  readonly path: string;
  readonly entry: string;
  readonly secret: boolean;
  readonly processes: readonly { readonly argv: readonly string[] }[];
}

/** Checks a command. @returns the status, and the violations without those of programs and lookups */
function check(cwd: string, command: readonly string[], args: readonly string[] = [], home = HOME) {
  const report = join(reports, `${++reportCount}.json`);
  const all = ["check", "--format", "json", "-o", report, ...args, "--", ...command];
  const { status, stderr } = runTrace(all, options(cwd, home));
  const { violations } = JSON.parse(readFileSync(report, "utf8")) as { violations: Violation[] };
  return { status, stderr, violations };
}

function script(text: string): string[] {
  return ["sh", "-c", text];
}

const BACKENDS = ["bpf", "ptrace"];

describe("a lock", () => {
  test("of several runs allows what any of them did, and --merge adds to it", () => {
    using directory = temporaryDirectory();
    const { path } = directory;
    // Each run writes a file of its own.
    const next = script("for n in 1 2 3; do [ -e out$n ] || exec touch out$n; done");
    const writes = (text: string) => text.match(/^out\d$/gm);
    expect(writes(lock(path, next, ["--runs", "2"]).split("[removes]")[0])).toEqual([
      "out1",
      "out2",
    ]);
    const merged = lock(path, next, ["--merge"]).split("[removes]")[0];
    expect(writes(merged)).toEqual(["out1", "out2", "out3"]);
  });

  test("of make holds for the next run, on both backends", () => {
    using directory = temporaryDirectory();
    const { path } = directory;
    mkdirSync(join(path, "src"));
    writeFileSync(
      join(path, "Makefile"),
      "app: main.o util.o\n\tgcc -o $@ $^\n%.o: src/%.c\n\tgcc -c -o $@ $<\nclean:\n\trm -f app *.o\n",
    );
    writeFileSync(join(path, "src/main.c"), "int main(void) { return 0; }\n");
    writeFileSync(join(path, "src/util.c"), "int twice(int x) { return 2 * x; }\n");
    const clean = () => ["app", "main.o", "util.o"].map((name) => rmSync(join(path, name)));
    const make = ["make", "-j2"];
    const first = lock(path, make);
    expect(first).toStartWith("format 1\ncommand make -j2\n");
    for (const entry of ["src/main.c", "app", "tmp:cc??????.s", "system:libraries", "."])
      expect(first.split("\n")).toContain(entry);
    for (const backend of BACKENDS) {
      clean();
      const { status, violations } = check(path, make, ["--backend", backend]);
      expect(violations).toEqual([]);
      expect(status).toBe(0);
    }
  });

  test("holds in another directory, for another user with another home", () => {
    using one = temporaryDirectory();
    using other = temporaryDirectory();
    const home = madeUpHome("another-home");
    const write = (directory: string, at: string) => {
      writeFileSync(join(directory, "a.txt"), "a\n");
      mkdirSync(join(at, ".cache/tool"), { recursive: true });
      writeFileSync(join(at, ".toolrc"), "x\n");
    };
    write(one.path, HOME);
    write(other.path, home);
    const command = script(
      "cat a.txt ~/.toolrc >out.txt; echo x >~/.cache/tool/state; ls ~/.cache >/dev/null; " +
        "mktemp >/dev/null; cat ~/.absent missing 2>/dev/null || true",
    );
    lock(one.path, command);
    cpSync(join(one.path, "trace.lock"), join(other.path, "trace.lock"));
    const own = [other.path, home, join(home, ".cache"), join(home, ".cache/tool")];
    for (const path of own) chownSync(path, 54321, 54321);
    chmodSync(scratch, 0o755);
    const user = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"];
    const args = ["check", "--backend", "ptrace", "--", ...command];
    const { status, stderr } = run([...user, TRACE, ...args], options(other.path, home));
    expect(stderr).toEndWith("trace: no violations of trace.lock\n");
    expect(status).toBe(0);
  });

  test("is updated with its comments and its order", () => {
    using directory = temporaryDirectory();
    const { path } = directory;
    for (const name of ["a", "b", "c"]) writeFileSync(join(path, name), name);
    lock(path, script("cat a c >/dev/null"));
    const file = join(path, "trace.lock");
    const edited = readFileSync(file, "utf8")
      .replace("\na\n", "\n# the first letter\na  # needed\n")
      .replace("[hosts]\n", "[hosts]\n# none\n");
    writeFileSync(file, edited);
    const { status, stderr } = runTrace(
      ["check", "--update", "--", ...script("cat a b c >/dev/null")],
      options(path),
    );
    expect(status).toBe(0);
    expect(stderr).toContain("read    b");
    expect(readFileSync(file, "utf8")).toBe(edited.replace("\nc\n", "\nb\nc\n"));
  });

  test("is not written by an incomplete record", () => {
    using directory = temporaryDirectory();
    const { status, stderr } = runTrace(
      ["lock", "--", ...script("sleep 30 >/dev/null 2>&1 & echo $! >pid")],
      options(directory.path),
    );
    process.kill(Number(readFileSync(join(directory.path, "pid"), "utf8")));
    expect(status).toBe(3);
    expect(stderr).toContain("no lock was written");
    expect(readFileSync(join(directory.path, "trace.lock"), "utf8")).toBe("");
  });

  test("that is faulty is shown with the line and a caret", () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, "trace.lock"), "format 1\n[reads]\nsrc/[a\n");
    const { status, stderr } = runTrace(["check", "--", "touch", "made"], options(directory.path));
    expect(status).toBe(2);
    expect(stderr).toBe("trace: trace.lock: line 3: [ without ]\n  src/[a\n      ^\n");
    expect(existsSync(join(directory.path, "made"))).toBe(false);
  });

  test("is made and judged of a record, without root, as of the run itself", () => {
    using directory = temporaryDirectory();
    const { path } = directory;
    writeFileSync(join(path, "a"), "a");
    const command = script("cat a >b; mktemp >/dev/null; ls >/dev/null");
    const recorded = runTrace(["exec", "-o", "run.trace", "--", ...command], options(path));
    expect(recorded.status).toBe(0);
    const made = runTrace(["lock", "run.trace"], options(path));
    expect(made.status).toBe(0);
    const ofRecord = readFileSync(join(path, "trace.lock"), "utf8");
    rmSync(join(path, "b"));
    expect(lock(path, command)).toBe(ofRecord);
    const judged = runTrace(["check", "run.trace"], options(path));
    expect([judged.status, judged.stdout.toString()]).toEqual([0, ""]);
  });
});

/** Ways to read a secret, by the name of the file in ~/.ssh that each one reads. */
const WAYS: Readonly<Record<string, string>> = {
  link: "ln -s ~/.ssh/link l; cat l",
  dots: "cat ~//.ssh/../.ssh//dots",
  proc: "(cd ~/.ssh; cat /proc/self/cwd/proc)",
  "hard-link": "ln ~/.ssh/hard-link allowed/b; cat allowed/b",
  rename: "mv ~/.ssh/rename allowed/a; cat allowed/a",
  directory: "mv ~/.ssh allowed/d; cat allowed/d/directory; mv allowed/d ~/.ssh",
  script: "sh ~/.ssh/script",
  ring: `${program("uringcopy")} ~/.ssh/ring allowed/c`,
};

test.each(BACKENDS)("with %s, a secret is a violation however it is read", (backend) => {
  using directory = temporaryDirectory();
  const { path } = directory;
  const home = madeUpHome(`ways-${backend}`);
  mkdirSync(join(path, "allowed"));
  for (const name of Object.keys(WAYS)) writeFileSync(join(home, ".ssh", name), "true\n");
  writeFileSync(
    join(path, "trace.lock"),
    "format 1\n[reads]\nallowed/*\nhome:*\n[writes]\nallowed/*\n",
  );
  const all = [
    ...Object.values(WAYS),
    "echo x >~/planted; rm ~/planted",
    "chmod 600 ~/.ssh/id_rsa",
  ].join("\n");
  const { status, violations } = check(
    path,
    script(`{ ${all}\n} >/dev/null`),
    ["--backend", backend],
    home,
  );
  expect(status).toBe(4);
  const found = violations.map(({ kind, entry }) => `${kind} ${entry}`);
  for (const name of Object.keys(WAYS)) expect(found).toContain(`read home:.ssh/${name}`);
  for (const name of ["planted", ".ssh/id_rsa"]) expect(found).toContain(`write home:${name}`);
  for (const name of [".ssh/rename"]) expect(found).toContain(`remove home:${name}`);
});

test("a glob does not allow a secret", () => {
  using directory = temporaryDirectory();
  const { path } = directory;
  mkdirSync(join(path, "src"));
  writeFileSync(join(path, "src/.env"), "TOKEN=1\n");
  writeFileSync(join(path, "src/a"), "a\n");
  const args = ["--inputs", "src/**"];
  const { status, violations } = check(path, ["cat", "src/a", "src/.env"], args);
  expect(status).toBe(4);
  expect(violations.map(({ entry, secret }) => [entry, secret])).toEqual([["src/.env", true]]);
  expect(check(path, ["cat", "src/a"], args).status).toBe(0);
});

test("--inputs, --outputs and --network judge without a file", () => {
  using directory = temporaryDirectory();
  const { path } = directory;
  mkdirSync(join(path, "src"));
  for (const name of ["src/a", "b"]) writeFileSync(join(path, name), "a\n");
  const args = ["--inputs", "src", "--outputs", "dist/**", "--network", "none"];
  const build = (more: string) => script(`mkdir -p dist; cat src/a >dist/a; ${more}`);
  expect(check(path, build("true"), args).violations).toEqual([]);
  const connect = "exec 3<>/dev/tcp/127.0.0.1/9";
  const { violations } = check(
    path,
    ["bash", "-c", `cat b >c; mkdir -p dist; ${connect} 2>/dev/null; true`],
    args,
  );
  expect(violations.map(({ kind, entry }) => `${kind} ${entry}`).sort()).toEqual([
    "connect 127.0.0.1:9",
    "read b",
    "write c",
  ]);
});

test("the status is that of the command, or 4 unless --report-only", () => {
  using directory = temporaryDirectory();
  const { path } = directory;
  writeFileSync(join(path, "a"), "a\n");
  lock(path, script("true"));
  const inputs = ["--inputs", "x"];
  expect(check(path, script("exit 7"), inputs).status).toBe(7);
  expect(check(path, script("cat a; exit 7"), inputs).status).toBe(4);
  expect(check(path, script("cat a; exit 7"), [...inputs, "--report-only"]).status).toBe(7);
});

// ---- a dependency that reads what it should not ----

const POSTINSTALL = `
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
if (fs.existsSync(__dirname + "/evil"))
  execFileSync("sh", ["-c", fs.readFileSync(__dirname + "/evil", "utf8")], { stdio: "inherit" });
`;

/** Makes a package with a dependency that has a script, and an empty registry. */
function makePackage(path: string): void {
  const dependency = join(path, "dependency");
  mkdirSync(dependency);
  const write = (name: string, json: object) =>
    writeFileSync(join(path, name), JSON.stringify(json));
  write("package.json", {
    name: "app",
    version: "1.0.0",
    dependencies: { dependency: "file:dependency" },
  });
  write("dependency/package.json", {
    name: "dependency",
    version: "1.0.0",
    scripts: { postinstall: "node postinstall.js" },
  });
  writeFileSync(join(dependency, "postinstall.js"), POSTINSTALL);
}

test("a dependency whose new script reads keys and writes outside is named, with its chain", () => {
  using directory = temporaryDirectory();
  using outside = temporaryDirectory();
  const { path } = directory;
  const home = madeUpHome("npm-home");
  writeFileSync(join(home, ".ssh/config"), "Host *\n");
  makePackage(path);
  const command = "npm install --offline --no-audit --no-fund --no-update-notifier".split(" ");
  lock(path, command, ["--wait"], home);
  writeFileSync(
    join(path, "dependency/evil"),
    `cat ~/.ssh/id_rsa >${outside.path}/stolen
${program("uringcopy")} ~/.ssh/config ${outside.path}/by-ring`,
  );
  for (const backend of BACKENDS) {
    rmSync(join(path, "node_modules"), { recursive: true });
    const { status, violations } = check(path, command, ["--backend", backend, "--wait"], home);
    expect(status).toBe(4);
    for (const entry of ["home:.ssh/id_rsa", "home:.ssh/config"]) {
      const key = violations.find((each) => each.kind === "read" && each.entry === entry);
      expect(key?.secret).toBe(true);
      const chain = key?.processes.map(({ argv }) => argv.join(" ")).join(" ← ");
      expect(chain).toContain("node postinstall.js");
      expect(chain).toContain("npm install --offline");
    }
    const written = violations.filter(({ kind }) => kind === "write").map((each) => each.path);
    for (const name of ["stolen", "by-ring"]) expect(written).toContain(join(outside.path, name));
  }
});
