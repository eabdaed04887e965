/** Signals and the end of a run: which signals reach the command, and what is recorded. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cgroupMount } from "../../src/process/cgroup.ts";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";

/** Waits until a condition holds; returns false after five seconds. */
async function eventually(condition: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 500; tries++) {
    if (condition()) return true;
    await Bun.sleep(10);
  }
  return false;
}

/** Starts trace on a shell script that prints "ready" once its traps are set. */
async function start(args: string[], script: string, cwd: string) {
  const ready = join(cwd, "ready");
  const child = Bun.spawn(
    [TRACE, ...args, "--", "sh", "-c", script.replace("READY", `: >${ready}`)],
    {
      cwd,
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  expect(await eventually(() => existsSync(ready))).toBe(true);
  return child;
}

const SLEEP = "i=0; while [ $i -lt 500 ]; do sleep 0.02; i=$((i+1)); done";

test.each(["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGINT", "SIGQUIT"] as const)(
  "%s sent to trace is passed on to the command, whose end is waited for",
  async (signal) => {
    using directory = temporaryDirectory();
    const name = signal.slice(3);
    const script = `trap 'echo got ${name}; exit 9' ${name}; READY; ${SLEEP}`;
    const child = await start(["exec", "--format", "json"], script, directory.path);
    child.kill(signal);
    expect(await new Response(child.stdout).text()).toBe(`got ${name}\n`);
    expect(await child.exited).toBe(9);
    expect(
      Array.isArray(JSON.parse(readFileSync(join(directory.path, "trace.json"), "utf8"))),
    ).toBe(true);
  },
);

test("a second SIGINT ends trace with a valid file, even if the command ignores it", async () => {
  using directory = temporaryDirectory();
  const script = `trap '' INT; echo $$ >pid; READY; ${SLEEP}`;
  const child = await start(["exec", "--format", "json"], script, directory.path);
  child.kill("SIGINT");
  await Bun.sleep(100);
  expect(child.exitCode).toBeNull();
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  const events = JSON.parse(readFileSync(join(directory.path, "trace.json"), "utf8"));
  expect(events.map((event: { fname: string }) => event.fname)).toContain("pid");
  const pid = Number(readFileSync(join(directory.path, "pid"), "utf8"));
  process.kill(pid, "SIGKILL");
});

test("Ctrl-C on a terminal reaches the command once", () => {
  using directory = temporaryDirectory();
  const script = `trap 'echo GOT >>got' INT; : >ready; ${SLEEP.replace("500", "40")}; exit 4`;
  const python = `
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
while not os.path.exists("ready"):
    time.sleep(0.01)
os.write(terminal, b"\\x03")
try:
    while os.read(terminal, 4096):
        pass
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
  const result = run(["python3", "-c", python, TRACE, "exec", "--", "sh", "-c", script], {
    cwd: directory.path,
  });
  expect(result.status).toBe(4);
  expect(readFileSync(join(directory.path, "got"), "utf8")).toBe("GOT\n");
});

test("a command that stops itself stops trace, and continues with it", async () => {
  using directory = temporaryDirectory();
  const script = "READY; kill -STOP $$; exit 6";
  const child = await start(["exec"], script, directory.path);
  const state = () => readFileSync(`/proc/${child.pid}/stat`, "latin1").match(/\) (\w)/)?.[1];
  expect(await eventually(() => state() === "T")).toBe(true);
  child.kill("SIGCONT");
  expect(await child.exited).toBe(6);
});

test("the command continues when trace is killed, and the next run removes its cgroup", async () => {
  using directory = temporaryDirectory();
  const parent = cgroupMount().mountPoint;
  const script = "READY; sleep 0.5; echo done >done";
  const child = await start(["exec", "--cgroups"], script, directory.path);
  const mine = readdirSync(parent).filter((name) => name.startsWith(`trace-${child.pid}-`));
  expect(mine).toHaveLength(1);
  child.kill("SIGKILL");
  expect(await child.exited).toBe(137);
  const done = join(directory.path, "done");
  expect(await eventually(() => existsSync(done))).toBe(true);
  expect(existsSync(join(parent, mine[0]))).toBe(true);
  const events = join(parent, mine[0], "cgroup.events");
  await eventually(() => readFileSync(events, "utf8").includes("populated 0"));
  run([TRACE, "exec", "--cgroups", "true"], { cwd: directory.path });
  expect(existsSync(join(parent, mine[0]))).toBe(false);
});
