/** `trace syscalls` beside its command, and without one: strace's -D, -b, --syscall-limit and -p. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

setDefaultTimeout(60_000);

/** What the tracer has written once its last line is there: it ends after the command. */
async function written(path: string, end: string): Promise<string> {
  for (;;) {
    const text = readFileSync(path, "utf8");
    if (text.endsWith(end)) return text;
    await Bun.sleep(20);
  }
}

const PLACES = `
tracer=$(sed -n 's/^TracerPid:[[:space:]]*//p' /proc/$$/status)
stat() { cut -d' ' -f4-6 /proc/$1/stat; }
echo $tracer $(stat $tracer) $$ $(stat $$)
exit 3`;

test.each(["-D", "-DD", "-DDD"])(
  "with %s the command is our child, and the tracer is not",
  async (option) => {
    using directory = temporaryDirectory();
    const out = join(directory.path, "out");
    const args = ["syscalls", option, "-o", out, "-e", "trace=exit_group", "--no-follow", "--"];
    const { status, stdout, stderr } = runTrace([...args, "sh", "-c", PLACES]);
    const [tracer, adopter, group, session, command, ...own] = stdout
      .toString()
      .split(" ")
      .map(Number);
    expect([status, stderr]).toEqual([3, ""]);
    expect(own[0]).toBe(process.pid);
    expect([command, process.pid]).not.toContain(adopter);
    expect(group === own[1]).toBe(option === "-D");
    expect(session === own[2]).toBe(option !== "-DDD");
    if (option !== "-D") expect(group).toBe(tracer);
    expect(await written(out, "+++ exited with 3 +++\n")).toContain("exit_group(3)");
  },
);

test("with -D a command that does not exist has the status of shells", () => {
  expect(runTrace(["syscalls", "-D", "--", "no-such-command"])).toMatchObject({
    status: 127,
    stderr: "trace: no-such-command: No such file or directory (ENOENT)\n",
  });
  expect(runTrace(["syscalls", "-D", "--", "/etc/passwd"]).status).toBe(126);
});

test("with -D a command that cannot be traced does not run", () => {
  // The outer trace traces what would become the command.
  const inner = [TRACE, "syscalls", "-D", "--", "echo", "ran"];
  const { status, stdout, stderr } = runTrace(["syscalls", "-e", "trace=none", "--", ...inner]);
  expect([status, stdout.toString()]).toEqual([125, ""]);
  expect(stderr).toContain("+++ exited with 125 +++");
});

test("-b detaches from a command that executes another program, and has its status", () => {
  const args = ["syscalls", "-b", "execve", "-e", "trace=execve,exit_group", "--", "sh", "-c"];
  const { status, stderr } = runTrace([...args, 'exec /bin/sh -c "exit 4"']);
  expect(status).toBe(4);
  const lines = stderr.trimEnd().split("\n");
  expect(lines[0]).toStartWith("execve(");
  expect(lines[1]).toMatch(/^execve\("\/bin\/sh", .* <detached \.\.\.>$/);
  expect(lines[2]).toMatch(/^trace: Process \d+ detached$/);
  expect(lines.length).toBe(3);
});

test("a limited number of calls is reported, and the command ends as it would", () => {
  const args = ["syscalls", "--syscall-limit=2", "--format", "ndjson", "-o", "-", "-e", "getppid"];
  const script = "import os,sys\nfor i in range(9): os.getppid()\nsys.exit(5)";
  const { status, stdout } = runTrace([...args, "--", "python3", "-c", script]);
  expect(status).toBe(5);
  const events = stdout
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.map(({ name }) => name)).toEqual(["getppid", "getppid"]);
});

/** Reads messages until one of them is there. */
async function saying(stderr: ReadableStream<Uint8Array>, text: string): Promise<void> {
  let said = "";
  const decoder = new TextDecoder();
  // A loop over the stream would close it at the end, and trace could not write to it any more.
  const reader = stderr.getReader();
  for (let { value } = await reader.read(); value; { value } = await reader.read()) {
    said += decoder.decode(value);
    if (said.includes(text)) return reader.releaseLock();
  }
  throw new Error(`expected "${text}", got "${said}"`);
}

test("signals reach a command that was detached from", async () => {
  const script = "trap 'exit 9' TERM; getconf PAGE_SIZE >/dev/null; while :; do sleep 0.1; done";
  const child = Bun.spawn([TRACE, "syscalls", "--syscall-limit=9", "--", "sh", "-c", script], {
    stderr: "pipe",
  });
  await saying(child.stderr, "detached");
  await Bun.sleep(300);
  child.kill("SIGTERM");
  expect(await child.exited).toBe(9);
});

test("a signal detaches from a process, and is the exit status", async () => {
  const sleep = Bun.spawn(["sleep", "60"]);
  const child = Bun.spawn([TRACE, "syscalls", "-p", String(sleep.pid)], { stderr: "pipe" });
  await saying(child.stderr, "attached");
  child.kill("SIGTERM");
  expect(await child.exited).toBe(128 + 15);
  expect(readFileSync(`/proc/${sleep.pid}/status`, "utf8")).toContain("TracerPid:\t0\n");
  sleep.kill();
  await sleep.exited;
});

test("the end of a child that CLONE_PARENT gave to the tracer is reported", () => {
  const script = `import ctypes, os, signal
clone = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
CLONE_PARENT = 0x8000
pid = ctypes.CDLL(None).syscall(clone, CLONE_PARENT | signal.SIGCHLD, 0, 0, 0, 0)
if pid == 0: os._exit(0)
while os.path.exists(f"/proc/{pid}"): pass
print(pid)`;
  const ended = (options: readonly string[]) => {
    const args = ["syscalls", "--no-follow", "-e", "trace=none", ...options, "-o", "/dev/null"];
    const { stdout, stderr } = runTrace([...args, "--", "python3", "-c", script]);
    return { pid: stdout.toString().trim(), stderr };
  };
  const { pid, stderr } = ended([]);
  expect(stderr).toContain(`trace: Exit of unknown pid ${pid} ignored\n`);
  expect(ended(["--quiet=exit"]).stderr).not.toContain("unknown");
});
