/** trace's exit status is the command's; trace's own failures have statuses of their own. */
import { expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunOptions, runTrace, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

function statusOf(args: string[], options: RunOptions = {}): number | null {
  using directory = temporaryDirectory();
  return runTrace(args, { cwd: directory.path, ...options }).status;
}

test.each([0, 1, 2, 3, 42, 125, 126, 127, 255])("exit status %i is passed on", (status) => {
  expect(statusOf(["exec", "--", program("exits"), "exit", `${status}`])).toBe(status);
});

test.each([1, 2, 3, 6, 9, 11, 13, 15, 31, 34, 64])(
  "death by signal %i gives 128 more",
  (signal) => {
    expect(statusOf(["exec", program("exits"), "signal", `${signal}`])).toBe(128 + signal);
  },
);

test.each([[[]], [["--cgroups"]], [["--no-follow"]]])("the status is the same with %p", (args) => {
  expect(statusOf(["exec", ...args, "--", program("exits"), "exit", "7"])).toBe(7);
  expect(statusOf(["exec", ...args, "--", program("exits"), "signal", "15"])).toBe(143);
});

test("a command that is not found gives 127", () => {
  expect(statusOf(["exec", "no-such-command-anywhere"])).toBe(127);
  expect(statusOf(["exec", "/no/such/command"])).toBe(127);
  expect(statusOf(["exec", "--cgroups", "/no/such/command"])).toBe(127);
});

test("a command that cannot be executed gives 126", () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "not-executable");
  writeFileSync(file, "#!/bin/sh\n", { mode: 0o644 });
  expect(statusOf(["exec", file])).toBe(126);
  expect(statusOf(["exec", directory.path])).toBe(126);
  writeFileSync(file, "no program", { mode: 0o755 });
  const garbage = join(directory.path, "garbage");
  writeFileSync(garbage, "\x7fELF but no more", { mode: 0o755 });
  expect(statusOf(["exec", garbage])).toBe(126);
});

for (const args of [
  ["exec"],
  ["exec", "--no-such-option", "true"],
  ["exec", "--format", "no-such-format", "true"],
  ["exec", "--flags", "O_RDONLY|", "true"],
  ["exec", "--columns", "pid,no-such-column", "true"],
  ["exec", "--buffer", "none", "true"],
  ["exec", "--user", "no-such-user-anywhere", "true"],
  ["all", "-o", "trace.csv", "--cgroup", "/no/such/cgroup"],
  ["all", "-o", "trace.csv", "--uid", "no-such-user-anywhere"],
  ["no-such-command"],
])
  test(`a usage error gives 2: ${args.join(" ")}`, () => {
    using directory = temporaryDirectory();
    const { status, stderr } = runTrace(args, { cwd: directory.path });
    expect(status).toBe(2);
    expect(stderr).not.toBe("");
    expect(existsSync(join(directory.path, "trace.csv"))).toBe(false);
  });

test("if the output is in no directory, the command does not start", () => {
  using directory = temporaryDirectory();
  const args = ["exec", "-o", "/no/such/directory/trace.csv", "touch", "started"];
  const { status, stderr } = runTrace(args, { cwd: directory.path });
  expect(status).toBe(2);
  expect(stderr).toContain("ENOENT");
  expect(existsSync(join(directory.path, "started"))).toBe(false);
});

test("an option after the command belongs to the command", () => {
  using directory = temporaryDirectory();
  const { status, stdout } = runTrace(["exec", "echo", "--help", "-o", "--flags=x"], {
    cwd: directory.path,
  });
  expect([status, stdout.toString()]).toEqual([0, "--help -o --flags=x\n"]);
});

test("the opens of the PATH search are not recorded as the command's", () => {
  using directory = temporaryDirectory();
  const env = { ...process.env, PATH: `/no/such:${directory.path}:/usr/bin:/bin` };
  const { stdout, status } = runTrace(
    ["exec", "-q", "-o", "-", "--events", "all", "--columns", "kind,filename,return", "--", "true"],
    { env },
  );
  expect(status).toBe(0);
  expect(stdout.toString().split("\n")[1]).toBe('execve,"/usr/bin/true",0');
});

test("help prints to standard output; a missing command prints the short help to stderr", () => {
  const asked = runTrace(["--help"]);
  expect([asked.status, asked.stderr]).toEqual([0, ""]);
  expect(runTrace(["help"]).stdout).toEqual(asked.stdout);
  const short = runTrace(["-h"]).stdout.toString();
  const nothing = runTrace([]);
  expect([nothing.status, nothing.stdout.length]).toEqual([2, 0]);
  expect(nothing.stderr).toBe(short);
});

test("--help on a command prints that command's help", () => {
  const { status, stdout } = runTrace(["help", "exec"]);
  expect(status).toBe(0);
  expect(stdout).toEqual(runTrace(["exec", "--help"]).stdout);
  const mistaken = runTrace(["help", "exce"]);
  expect([mistaken.status, mistaken.stdout.length]).toEqual([2, 0]);
  expect(mistaken.stderr).toBe("trace: help exce: no such command or topic; did you mean exec?\n");
});

test.each([
  [["exec", "--format", "txet"], "--format txet: no such format; did you mean text?"],
  [["all", "--format=jsn"], "--format jsn: no such format; did you mean json?"],
  [["exec", "--columns", "pid,fnam"], "--columns fnam: no such column; did you mean fname?"],
  [["exec", "-e", "opne"], "--events opne: no such event; did you mean open?"],
  [["exec", "--formt", "json"], "--formt: unknown option; did you mean --format?"],
  [["exce"], "exce: no such command; did you mean exec?"],
  [["doctor", "exec"], "doctor: does not take arguments (exec)"],
])("a slip is named in one line, with what may be meant: %p", (args, message) => {
  const { status, stdout, stderr } = runTrace(args[0] === "exec" ? [...args, "true"] : args);
  expect([status, stdout.length, stderr]).toEqual([2, 0, `trace: ${message}\n`]);
});
