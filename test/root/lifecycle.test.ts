/** ptrace does not change processes and threads that begin, stop and end in unusual ways. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { eventually, run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { canRun, program } from "./support/programs.ts";

setDefaultTimeout(120_000);

const CASES = [
  ["fork"],
  ["vfork"],
  ["threads"],
  ["exec from a thread"],
  ["exit from a thread"],
  ["the first thread ends first"],
  ["killed"],
  ["killed with threads"],
  ["killed at birth"],
  ["stops"],
  ["threads that stop"],
  ["interrupted"],
  ["restarted"],
  ["daemon"],
  ["a fault"],
  ["a bad exec"],
  ["no call"],
  ["a child by CLONE_PTRACE"],
  ["a child by CLONE_UNTRACED"],
  ["a child by CLONE_UNTRACED of clone3"],
];

const TRACERS: Readonly<Record<string, readonly string[]>> = {
  "trace syscalls": [TRACE, "syscalls", "-o", "record"],
  "trace syscalls -e openat": [TRACE, "syscalls", "-e", "openat", "-o", "record"],
  "trace syscalls --no-follow": [TRACE, "syscalls", "--no-follow", "-o", "record"],
  "trace exec --backend ptrace": [TRACE, "exec", "-q", "--backend", "ptrace", "-o", "record"],
  "trace exec --backend bpf": [TRACE, "exec", "-q", "--backend", "bpf", "-o", "record"],
};
const SHELL_SIGNAL = 128;

/** Returns the status and the output of a command as a shell sees them. */
function outcome(command: readonly string[], cwd: string) {
  const { status, signal, stdout } = run(["timeout", "-k", "1", "30", ...command], { cwd });
  return { status: signal === null ? status : SHELL_SIGNAL, stdout: stdout.toString() };
}

describe.each(Object.entries(TRACERS))("under %s", (_, trace) => {
  test.each(CASES)("%s", (what) => {
    using directory = temporaryDirectory();
    const command = [program("lifecycle"), what];
    const native = run(["sh", "-c", '"$@"; exit $?', "sh", ...command], { cwd: directory.path });
    const traced = outcome([...trace, "--", ...command], directory.path);
    expect({ status: traced.status, stdout: traced.stdout }).toEqual({
      status: native.status,
      stdout: native.stdout.toString(),
    });
  });

  test.skipIf(!canRun("int80")).each(["open32", "int80"])("%s", (name) => {
    using directory = temporaryDirectory();
    const native = run([program(name)], { cwd: directory.path });
    run(["sh", "-c", "rm -f *"], { cwd: directory.path });
    const traced = outcome([...trace, "--", program(name)], directory.path);
    expect(traced).toEqual({ status: native.status, stdout: native.stdout.toString() });
  });

  test("a pipe ends when the command closes its end of it", async () => {
    using directory = temporaryDirectory();
    const command = [program("lifecycle"), "closes its streams"];
    const started = Bun.spawn([...trace, "--", ...command], {
      cwd: directory.path,
      stdio: ["ignore", "pipe", "inherit"],
    });
    expect(await new Response(started.stdout).text()).toBe("");
    expect(started.exitCode).toBeNull();
    expect(await started.exited).toBe(0);
  });

  test("a setuid program keeps its rights when trace runs as root", () => {
    using directory = temporaryDirectory();
    const copy = join(directory.path, "ids");
    copyFileSync(program("lifecycle"), copy);
    run(["chmod", "4755", copy]);
    run(["chmod", "777", directory.path]);
    const traced = outcome([...trace, "--user", "65534", "--", copy, "ids"], directory.path);
    expect(traced).toEqual({ status: 0, stdout: "65534 0\n" });
  });
});

test.each([
  ["trace syscalls", ["syscalls"]],
  ["trace exec", ["exec", "--backend", "ptrace"]],
])("%s without root says once that a setuid program loses its rights", (_, args) => {
  using directory = temporaryDirectory();
  const copy = join(directory.path, "ids");
  copyFileSync(program("lifecycle"), copy);
  run(["chmod", "4755", copy]);
  run(["chmod", "777", directory.path]);
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const trace = [...nobody, TRACE, ...args, "-o", "/dev/null", "--"];
  const { stdout, stderr } = run([...trace, "sh", "-c", `${copy} ids; ${copy} ids`]);
  expect(stdout.toString()).toBe("65534 65534\n65534 65534\n");
  expect(stderr.split("runs without its set-user-ID")).toHaveLength(2);
  const ordinary = run([...trace, program("lifecycle"), "ids"]);
  expect(ordinary.stderr).not.toContain("runs without");
});

// ---- attaching ----

const stateOf = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, "latin1").match(/\) (\w)/)?.[1] ?? "";
const tracerOf = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/status`, "latin1").match(/TracerPid:\s+(\d+)/)?.[1]);

/** Starts a process that is killed when the test ends, also if it fails. */
function target(...command: string[]) {
  const started = Bun.spawn(command);
  return {
    pid: started.pid,
    isRunning: () => started.exitCode === null,
    kill: (signal: NodeJS.Signals) => started.kill(signal),
    [Symbol.dispose]: () => started.kill("SIGKILL"),
  };
}

/** Starts trace, which is killed when the test ends, also if it fails. */
function startTrace(args: readonly string[], cwd?: string) {
  const started = Bun.spawn([TRACE, ...args], { stderr: "pipe", ...(cwd ? { cwd } : {}) });
  return Object.assign(started, { [Symbol.dispose]: () => started.kill("SIGKILL") });
}

describe("a process that is attached to", () => {
  /** Attaches, and ends trace by the signal once its record suffices. */
  const attach = async (
    pid: number,
    signal: NodeJS.Signals,
    suffices: (record: string) => boolean = () => true,
  ) => {
    using directory = temporaryDirectory();
    const record = join(directory.path, "record");
    using trace = startTrace(["syscalls", "-p", String(pid), "-o", record]);
    expect(await eventually(() => tracerOf(pid) === trace.pid)).toBe(true);
    await Bun.sleep(100);
    const text = () => (existsSync(record) ? readFileSync(record, "latin1") : "");
    await eventually(() => suffices(text()));
    trace.kill(signal);
    const status = await trace.exited;
    expect(tracerOf(pid)).toBe(0);
    return { status, text: text() };
  };

  test.each(["SIGINT", "SIGTERM", "SIGIO"] as const)("continues after %s", async (signal) => {
    using shell = target("sh", "-c", "while :; do sleep 0.01; done");
    const hasWait = (text: string) => text.includes("wait4(-1, ");
    const { status, text } = await attach(shell.pid, signal, hasWait);
    expect(status).toBe(128 + constants.signals[signal]);
    expect(hasWait(text)).toBe(true);
    expect(["S", "R", "D"]).toContain(stateOf(shell.pid));
  });

  test("continues after trace is killed", async () => {
    using sleeper = target(program("lifecycle"), "sleep");
    await attach(sleeper.pid, "SIGKILL");
    expect(stateOf(sleeper.pid)).toBe("S");
  });

  test("stays stopped if it was, and continues on SIGCONT", async () => {
    using sleeper = target(program("lifecycle"), "sleep");
    await Bun.sleep(50);
    sleeper.kill("SIGSTOP");
    expect(await eventually(() => stateOf(sleeper.pid) === "T")).toBe(true);
    await attach(sleeper.pid, "SIGINT");
    await Bun.sleep(50);
    expect(stateOf(sleeper.pid)).toBe("T");
    sleeper.kill("SIGCONT");
    expect(await eventually(() => stateOf(sleeper.pid) === "S")).toBe(true);
  });

  test("is traced with all its threads, old and new", async () => {
    const script = `
import threading, time
def work():
    while True: time.sleep(0.005)
for _ in range(6): threading.Thread(target=work, daemon=True).start()
while True:
    threading.Thread(target=time.sleep, args=(0.02,)).start(); time.sleep(0.02)
`;
    using threads = target("python3", "-c", script);
    const count = () => readdirSync(`/proc/${threads.pid}/task`).length;
    expect(await eventually(() => count() > 6)).toBe(true);
    const threadsIn = (text: string) => new Set(text.split("\n").map((line) => line.split(" ")[0]));
    const isWhole = (text: string) => threadsIn(text).size > 7 && /clone3?\(/.test(text);
    const { text } = await attach(threads.pid, "SIGINT", isWhole);
    expect(isWhole(text)).toBe(true);
    await Bun.sleep(50);
    expect(threads.isRunning()).toBe(true);
  });

  test("and does not exist is reported in one line", () => {
    const { status, stderr } = run([TRACE, "syscalls", "-p", "99999999"]);
    expect(status).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

test("the command ends with trace when trace is killed", async () => {
  using directory = temporaryDirectory();
  const script = "echo $$ >pid; sleep 60; :";
  using trace = startTrace(
    ["syscalls", "-o", "/dev/null", "--", "sh", "-c", script],
    directory.path,
  );
  const file = join(directory.path, "pid");
  await eventually(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"));
  const pid = Number(readFileSync(file, "utf8"));
  trace.kill("SIGKILL");
  await trace.exited;
  expect(await eventually(() => !existsSync(`/proc/${pid}`) || stateOf(pid) === "Z")).toBe(true);
});

test("a first Ctrl-C is the command's, a second one ends trace and the command", async () => {
  using directory = temporaryDirectory();
  const script = "trap '' INT; echo $$ >pid; while :; do sleep 0.02; done";
  using trace = startTrace(["syscalls", "-o", "record", "--", "sh", "-c", script], directory.path);
  const file = join(directory.path, "pid");
  await eventually(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"));
  const pid = Number(readFileSync(file, "utf8"));
  trace.kill("SIGINT");
  await Bun.sleep(150);
  expect(trace.exitCode).toBeNull();
  trace.kill("SIGINT");
  expect(await trace.exited).toBe(130);
  expect(await eventually(() => !existsSync(`/proc/${pid}`) || stateOf(pid) === "Z")).toBe(true);
  expect(readFileSync(join(directory.path, "record"), "latin1")).toContain("wait4(");
});
