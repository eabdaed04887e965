/** What build tools read: depfiles, compilation databases and lists of inputs, with the tools themselves. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunOptions, run, runTrace, TRACE } from "./support/harness.ts";

setDefaultTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), "trace-build-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A directory with files, by their names in latin1. */
function directory(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(scratch, name);
  mkdirSync(path);
  for (const [file, text] of Object.entries(files)) {
    const parts = file.split("/").slice(0, -1);
    if (parts.length) mkdirSync(join(path, ...parts), { recursive: true });
    writeFileSync(Buffer.from(`${path}/${file}`, "latin1"), text);
  }
  return path;
}

function output(command: readonly string[], options: RunOptions): string {
  const { status, stdout, stderr } = run(command, options);
  if (status !== 0) throw new Error(`${command[0]}: status ${status}: ${stdout}${stderr}`);
  return stdout.toString();
}

/** Records a command to a file. */
function recorded(cwd: string, command: readonly string[], backend: string, env = {}): string {
  const args = ["exec", "-q", "--backend", backend, "-o", "run.trace", "--", ...command];
  const { status, stderr } = runTrace(args, { cwd, env: { PATH: process.env.PATH, ...env } });
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  return join(cwd, "run.trace");
}

function shown(file: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = runTrace(["show", "-q", file, ...args]);
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  return stdout.toString("latin1");
}

/** Names that make and ninja read, each escaped where it must be. */
const BOTH = ["plain", "with space", "dollar$x", "hash#x", "colon:x", "back\\slash", "a=b", "p%x"];
const READ_BY_BOTH = [...BOTH, "\xc3\xa9", "\xff", "at@x", "brac[k]et", "~home", "(group)x", "$$"];
/** Names that only make reads. */
const READ_BY_MAKE = ["tab\tx", "quo'te\"", "amp&x", "<x>", "star*x", "trail ", "trail\\", "b\\ s"];

describe("a depfile", () => {
  const SCRIPT = 'cat in/* > out\necho "$(cat out)" > out\n';
  const traced = (backend: string) =>
    `${TRACE} exec -q --backend ${backend} --depfile out.d --target out -- sh cat.sh`;

  /** Makes an input newer than the output, and returns what the tool says then. */
  function whenNewer(cwd: string, name: string, tool: readonly string[]): string {
    const path = Buffer.from(`${cwd}/in/${name}`, "latin1");
    const { mtimeMs } = statSync(path);
    utimesSync(path, Date.now() / 1000 + 3600, Date.now() / 1000 + 3600);
    const said = output(tool, { cwd });
    utimesSync(path, mtimeMs / 1000, mtimeMs / 1000);
    return said;
  }

  test("lets make build again when an input of any name changes", () => {
    const names = [...READ_BY_BOTH, ...READ_BY_MAKE];
    const inputs = Object.fromEntries(names.map((name) => [`in/${name}`, "x\n"]));
    const cwd = directory("make", {
      ...inputs,
      "cat.sh": SCRIPT,
      Makefile: `out:\n\t${traced("ptrace")}\n-include out.d\n`,
    });
    expect(output(["make"], { cwd })).toContain("--depfile");
    expect(output(["make"], { cwd })).toContain("up to date");
    const missed = names.filter((name) => !whenNewer(cwd, name, ["make", "-n"]).includes("trace"));
    expect(missed).toEqual([]);
    unlinkSync(join(cwd, "in/plain"));
    expect(output(["make"], { cwd })).toContain("--depfile");
    expect(output(["make"], { cwd })).toContain("up to date");
  });

  test("lets ninja build again when an input changes", () => {
    const inputs = Object.fromEntries(READ_BY_BOTH.map((name) => [`in/${name}`, "x\n"]));
    const cwd = directory("ninja", {
      ...inputs,
      "cat.sh": SCRIPT,
      "build.ninja": `rule cat\n  command = ${traced("bpf")}\n  depfile = out.d\n  deps = gcc\nbuild out: cat\n`,
    });
    output(["ninja"], { cwd });
    expect(output(["ninja"], { cwd })).toContain("no work to do");
    const missed = READ_BY_BOTH.filter((name) =>
      whenNewer(cwd, name, ["ninja", "-n"]).includes("no work to do"),
    );
    expect(missed).toEqual([]);
    unlinkSync(join(cwd, "in/plain"));
    output(["ninja"], { cwd });
    expect(output(["ninja"], { cwd })).toContain("no work to do");
  });

  test("makes the target old if it cannot name an input, and says so", () => {
    const cwd = directory("unnamed", { "in/semi;x": "x\n", "cat.sh": SCRIPT });
    const args = ["exec", "-q", "--depfile", "out.d", "--target", "out", "--", "sh", "cat.sh"];
    const { status, stderr } = runTrace(args, { cwd });
    expect([status, stderr]).toEqual([
      0,
      "trace: not in the depfile, which cannot name it: in/semi;x\n",
    ]);
    writeFileSync(join(cwd, "Makefile"), "out:\n\techo built\n-include out.d\n");
    expect(output(["make", "-n"], { cwd })).toContain("echo built");
  });

  test("of an incomplete record fails the command, and makes the target old", () => {
    const cwd = directory("incomplete", {
      "in/a": "x\n",
      "cat.sh": "cat in/a > out\nsleep 60 > /dev/null 2>&1 &\n",
    });
    const args = ["exec", "-q", "--backend", "bpf", "--depfile", "out.d", "--target", "out"];
    const { status } = runTrace([...args, "--", "sh", "-c", ". ./cat.sh; echo $! > pid"], { cwd });
    process.kill(Number(readFileSync(join(cwd, "pid"), "utf8")));
    expect(status).toBe(3);
    writeFileSync(join(cwd, "Makefile"), "out:\n\techo built\n-include out.d\n");
    expect(output(["make", "-n"], { cwd })).toContain("echo built");
  });

  test("leaves out what the command makes or changes", () => {
    const cwd = directory("changed", { a: "1\n", cache: "2\n" });
    const script = "cat a cache > out; echo 3 >> cache; cat out > b; cat b";
    const args = ["exec", "-q", "--depfile", "d", "--target", "out", "--", "sh", "-c", script];
    expect(runTrace(args, { cwd }).status).toBe(0);
    const names = readFileSync(join(cwd, "d"), "utf8").split(/[\s\\:]+/);
    expect(["a", "cache", "b", "out"].filter((name) => names.includes(name))).toEqual(["a", "out"]);
  });
});

test("files0 are the inputs in the order of their use, which tar packs", () => {
  const files = { b: "1", a: "2", "new\nline": "3", "\xff": "4", out: "" };
  const cwd = directory("files0", files);
  const script = `cat b a 'new\nline' "$(printf '\\377')" b > out; cat out`;
  const file = recorded(cwd, ["sh", "-c", script], "bpf");
  const names = shown(file, "--format", "files0", "--path", cwd).split("\0");
  const paths = ["b", "a", "new\nline", "\xff"].map((name) => `${cwd}/${name}`);
  expect(names).toEqual([...paths, ""]);
  const pack = `${TRACE} show -q run.trace --format files0 | tar --null -T - -cPf x.tar && tar -tPf x.tar`;
  const packed = output(["sh", "-c", pack], { cwd });
  expect(packed).toContain(`${cwd}/a\n`);
  expect(packed).toContain("bin/cat\n");
});

interface Entry {
  readonly directory: string;
  readonly file: string;
  readonly arguments: readonly string[];
  readonly output?: string;
}

const entries = (file: string, ...args: readonly string[]): Entry[] =>
  JSON.parse(shown(file, "--format", "compdb", ...args));

describe("a compilation database", () => {
  test.each(["bpf", "ptrace"])("has each source that make compiles once (%s)", (backend) => {
    const cwd = directory(`compdb-${backend}`, {
      "a.c": "int a;\n",
      "sub/b.c": "int b;\n",
      "c d.cc": "int main() {}\n",
      "start.S": "# nothing\n",
      Makefile: [
        "all:",
        "\tgcc -c -DX='\"y z\"' -o a.o a.c",
        "\tcd sub && cc -I .. -MD -MF b.d -c b.c",
        "\tgcc -c start.S",
        "\tg++ -x c++ 'c d.cc' -x none a.o -o prog",
        "\tgcc -E a.c > /dev/null",
        "\tgcc --version > /dev/null\n",
      ].join("\n"),
    });
    const found = entries(recorded(cwd, ["make", "-s"], backend));
    expect(found).toEqual([
      {
        directory: cwd,
        file: "a.c",
        arguments: ["gcc", "-c", '-DX="y z"', "-o", "a.o", "a.c"],
        output: "a.o",
      },
      {
        directory: `${cwd}/sub`,
        file: "b.c",
        arguments: ["cc", "-I", "..", "-MD", "-MF", "b.d", "-c", "b.c"],
      },
      { directory: cwd, file: "start.S", arguments: ["gcc", "-c", "start.S"] },
      {
        directory: cwd,
        file: "c d.cc",
        arguments: ["g++", "-x", "c++", "c d.cc", "-x", "none", "a.o", "-o", "prog"],
        output: "prog",
      },
    ]);
    expect(entries(join(cwd, "run.trace"), "--path", `${cwd}/sub`)).toEqual([found[1]]);
  });

  test("has the compiler that a launcher starts, in its place or as its child, once", () => {
    const launcher = [
      "#include <string.h>",
      "#include <sys/wait.h>",
      "#include <unistd.h>",
      "int main(int count, char **words) {",
      '  if (strstr(words[0], "sccache") || !fork()) execvp(words[1], words + 1);',
      "  return wait(0) < 0;",
      "}",
    ];
    const cwd = directory("launchers", { "a.c": "int a;\n", "l.c": launcher.join("\n") });
    output(["gcc", "-w", "-o", "ccache", "l.c"], { cwd });
    symlinkSync("ccache", join(cwd, "sccache"));
    const script = "./ccache gcc -c a.c; ./sccache cc -c a.c";
    const found = entries(recorded(cwd, ["sh", "-c", script], "bpf"));
    expect(found.map((entry) => entry.arguments.join(" "))).toEqual(["gcc -c a.c", "cc -c a.c"]);
  });
});

test("a record without all events is refused, with what it lacks", () => {
  const cwd = directory("partial", {});
  runTrace(["exec", "-q", "-e", "open", "-o", "run.trace", "--", "true"], { cwd });
  const { status, stderr } = runTrace(["show", "run.trace", "--format", "files0"], { cwd });
  expect(status).toBe(2);
  expect(stderr).toStartWith("trace: run.trace: was recorded without the events ");
  runTrace(["exec", "-q", "--flags", "O_CREAT", "-o", "run.trace", "--", "true"], { cwd });
  writeFileSync(join(cwd, "trace.lock"), "");
  expect(runTrace(["check", "run.trace"], { cwd }).stderr).toContain("trace.lock: is empty");
  for (const args of [["show", "--format", "compdb"], ["lock"], ["check", "--inputs", "*"]]) {
    const chosen = runTrace([...args, "run.trace"], { cwd });
    expect(chosen.stderr).toContain(
      "has only some of the events: only opens with the flags O_CREAT",
    );
    expect(chosen.status).toBe(2);
  }
  runTrace(["exec", "-q", "-o", "run.trace", "--", "true"], { cwd });
  runTrace(["show", "-q", "run.trace", "--pid", "1", "-o", "some.trace"], { cwd });
  expect(runTrace(["lock", "some.trace"], { cwd }).status).toBe(2);
  expect(runTrace(["summary", "some.trace"], { cwd }).stdout.toString()).toContain(
    "Recorded: only the processes 1",
  );
});

test.each(["bpf", "ptrace"])("a record by %s without children is refused", (backend) => {
  const cwd = directory(`childless-${backend}`, { "trace.lock": "format 1\n" });
  const script = ["sh", "-c", "cat /etc/hostname >out; echo $?"];
  const args = ["exec", "-q", "--backend", backend, "--no-follow", "-o", "run.trace"];
  runTrace([...args, "--", ...script], { cwd });
  runTrace(
    ["show", "-q", "run.trace", "--format", "ndjson", "--columns", "all", "--header", "-o", "x"],
    { cwd },
  );
  const without = "only the command itself, not its children";
  const reports = [["show", "--format", "compdb"], ["check"], ["export", "--format", "in-toto"]];
  for (const report of [["lock"], ...(backend === "bpf" ? reports : [])]) {
    const { status, stderr } = runTrace([...report, "run.trace"], { cwd });
    expect([status, stderr]).toEqual([
      2,
      `trace: run.trace: has only some of the events: ${without}\n`,
    ]);
  }
  for (const file of ["run.trace", "x"]) {
    expect(runTrace(["summary", file], { cwd }).stdout.toString()).toContain(
      `Recorded: ${without}`,
    );
    expect(runTrace(["why", "out", file], { cwd }).stdout.toString()).toContain(without);
  }
  const path = runTrace(["summary", "--critical-path", "run.trace"], { cwd });
  expect(path.stdout.toString()).toContain(`Recorded: ${without}`);
  const depfile = [...args, "--depfile", "x.d", "--target", "x", "--", ...script];
  expect(runTrace(depfile, { cwd }).status).toBe(2);
});

test("a record of chosen processes of the machine says what they were chosen by", () => {
  const cwd = directory("machine", {});
  const options = ["--pid", `${process.pid}`, "--uid", "0", "--comm", "no'ne", "--duration", "1ms"];
  runTrace(["all", "-q", "-e", "all", ...options, "-o", "all.trace"], { cwd });
  const { status, stderr } = runTrace(["lock", "all.trace"], { cwd });
  const chosen = `only the processes ${process.pid}, only processes of the user 0, only threads named 'no'\\''ne'`;
  expect([status, stderr]).toEqual([
    2,
    `trace: all.trace: has only some of the events: ${chosen}\n`,
  ]);
});
