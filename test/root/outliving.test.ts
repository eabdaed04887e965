/** Processes that outlive the command: what they do then is not recorded, and the verdict says so. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cgroupMount } from "../../src/process/cgroup.ts";
import { eventually, run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

setDefaultTimeout(120_000);

const QUIET = ">/dev/null 2>&1 </dev/null";
const VERDICT =
  /^trace: \d+ events, INCOMPLETE: (\d+) process(?:es)? of the command still running \(record them until they exit with --wait\)\n$/;

/** Before its exec, the child has the output of the shell: stopped then, it would keep it open. */
const RUNS_SLEEP = "until grep -q sleep /proc/$!/comm; do :; done";

/** A Python program that forks twice, like daemon(7), and then sleeps. */
const DOUBLE_FORK = `
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        fd = os.open("/dev/null", os.O_RDWR)
        for std in (0, 1, 2): os.dup2(fd, std)
        open("pid", "w").write(str(os.getpid()))
        time.sleep(30)
    os._exit(0)
os.wait()
while not os.path.exists("pid") or not open("pid").read(): time.sleep(0.01)
`;

/** Commands that leave processes, the number of these, and where the command writes their pids. */
const CASES: [string, readonly string[], number][] = [
  ["a job of the shell", ["sh", "-c", `sleep 30 ${QUIET} & echo $! >pid; exit 5`], 1],
  ["a session of its own", ["sh", "-c", `setsid sleep 30 ${QUIET} & echo $! >pid; exit 5`], 1],
  ["a double fork", ["sh", "-c", 'python3 -c "$0"; exit 5', DOUBLE_FORK], 1],
  [
    "a stopped process",
    ["sh", "-c", `sleep 30 ${QUIET} & echo $! >pid; ${RUNS_SLEEP}; kill -STOP $!; exit 5`],
    1,
  ],
  [
    "several processes",
    ["sh", "-c", `for i in 1 2 3; do sleep 30 ${QUIET} & echo $! >>pid; done; exit 5`],
    3,
  ],
];

function killLeft(directory: string): void {
  for (const pid of readFileSync(join(directory, "pid"), "utf8").trim().split("\n"))
    run(["kill", "-KILL", pid]);
}

describe.each([[[]], [["--cgroups"]]])("with %j", (options) => {
  test.each(CASES)("%s makes the record incomplete", (_, command, count) => {
    using directory = temporaryDirectory();
    const cwd = directory.path;
    const args = ["exec", ...options, "-o", "run.trace"];
    const { status, stderr } = runTrace([...args, "--", ...command], { cwd });
    killLeft(cwd);
    expect(status).toBe(5);
    expect(stderr).toMatch(VERDICT);
    expect(Number(VERDICT.exec(stderr)?.[1])).toBe(count);
    const strict = runTrace([...args, "--require-complete", "--", ...command], { cwd });
    killLeft(cwd);
    expect(strict.status).toBe(3);
    // The record says it, too.
    const later = runTrace(["summary", "--format", "json", "run.trace"], { cwd });
    const { complete, status: ended, losses } = JSON.parse(later.stdout.toString());
    expect([complete, ended, losses[0].count]).toEqual([false, 5, count]);
  });

  test("a command whose processes have all exited is complete", () => {
    using directory = temporaryDirectory();
    const args = ["exec", ...options, "--require-complete", "--", "sh", "-c"];
    const script = "sleep 0.1 & (true | true); setsid -w true; wait; exit 6";
    const { status, stderr } = runTrace([...args, script], { cwd: directory.path });
    expect([status, stderr]).toEqual([6, expect.stringMatching(/^trace: \d+ events, complete\n$/)]);
  });

  test("--wait records until the last process has exited", () => {
    using directory = temporaryDirectory();
    const cwd = directory.path;
    const script = `(setsid sleep 0.4; : >late) ${QUIET} & exit 5`;
    const args = ["exec", ...options, "--wait", "--require-complete", "--", "sh", "-c", script];
    const { status, stderr, rows } = runTrace(args, { cwd });
    expect(status).toBe(5);
    expect(stderr).toMatch(
      /^trace: the command has exited; its remaining processes are recorded until they exit\ntrace: \d+ events, complete\n$/,
    );
    expect(rows.map(({ filename }) => filename.toString())).toContain("late");
  });
});

test("a process that leaves the cgroup is still counted, once", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const other = join(cgroupMount().mountPoint, `test-${process.pid}`);
  mkdirSync(other);
  try {
    const script = `sleep 30 ${QUIET} & echo $! >pid; echo $! >${other}/cgroup.procs; exit 5`;
    const { stderr } = runTrace(["exec", "--cgroups", "--", "sh", "-c", script], { cwd });
    expect(VERDICT.exec(stderr)?.[1]).toBe("1");
  } finally {
    killLeft(cwd);
    for (let tries = 0; tries < 100 && readFileSync(`${other}/cgroup.procs`).length; tries++)
      Bun.sleepSync(10);
    rmdirSync(other);
  }
});

test("a process in a nested cgroup, and one that was moved in, are counted", async () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const parent = cgroupMount().mountPoint;
  const outsider = Bun.spawn(["sleep", "30"]);
  try {
    const script = `own=$(sed -n 's/^0:://p' /proc/self/cgroup)
echo ${parent}$own >cgroup; mkdir ${parent}$own/nested; sleep 30 ${QUIET} & echo $! >pid
echo $! >${parent}$own/nested/cgroup.procs; echo ${outsider.pid} >${parent}$own/cgroup.procs`;
    const { stderr } = runTrace(["exec", "--cgroups", "--", "sh", "-c", script], { cwd });
    expect(VERDICT.exec(stderr)?.[1]).toBe("2");
  } finally {
    killLeft(cwd);
    outsider.kill();
    await outsider.exited;
    run([TRACE, "exec", "--cgroups", "true"], { cwd }); // removes the cgroup
  }
  expect(existsSync(readFileSync(join(cwd, "cgroup"), "utf8").trim())).toBe(false);
});

test("--no-follow records the command only, so nothing is missing", () => {
  using directory = temporaryDirectory();
  const script = `sleep 0.3 ${QUIET} & exit 5`;
  const args = ["exec", "--no-follow", "--require-complete", "--", "sh", "-c", script];
  const { status, stderr } = runTrace(args, { cwd: directory.path });
  expect([status, stderr]).toEqual([5, expect.stringMatching(/^trace: \d+ events, complete\n$/)]);
});

// ---- interruption ----

/** Starts trace on a script that creates `ready`. */
async function start(args: readonly string[], script: string, cwd: string) {
  const child = Bun.spawn([TRACE, "exec", ...args, "--", "sh", "-c", script], {
    cwd,
    stderr: "pipe",
  });
  expect(await eventually(() => existsSync(join(cwd, "ready")))).toBe(true);
  return child;
}

const isAlive = (pid: string) => run(["kill", "-0", pid]).status === 0;

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends --wait; the processes go on, and are reported",
  async (signal) => {
    using directory = temporaryDirectory();
    const cwd = directory.path;
    const script = `setsid sleep 30 ${QUIET} & echo $! >pid; : >ready; exit 5`;
    const child = await start(["--wait", "--require-complete"], script, cwd);
    await Bun.sleep(300);
    expect(child.exitCode).toBeNull();
    child.kill(signal);
    expect(await child.exited).toBe(3);
    expect(await new Response(child.stderr).text()).toContain(
      "INCOMPLETE: 1 process of the command still running (interrupted)\n",
    );
    expect(isAlive(readFileSync(join(cwd, "pid"), "utf8").trim())).toBe(true);
    killLeft(cwd);
  },
);

test("a command that is interrupted twice is itself still running", async () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const script = `trap '' INT; sleep 30 ${QUIET} & echo $$ >pid; echo $! >>pid; : >ready; wait`;
  const child = await start(["--require-complete"], script, cwd);
  child.kill("SIGINT");
  await Bun.sleep(100);
  child.kill("SIGINT");
  expect(await child.exited).toBe(3);
  killLeft(cwd); // the command has our stderr, too
  expect(await new Response(child.stderr).text()).toContain(
    "INCOMPLETE: 2 processes of the command still running (interrupted)\n",
  );
});

describe("ptrace", () => {
  const PTRACE = ["--backend", "ptrace", "--require-complete"];

  test.each(CASES.filter(([name]) => name !== "a stopped process"))(
    "waits for %s",
    (_, [sh, option, script, ...more]) => {
      using directory = temporaryDirectory();
      const shorter = [script, ...more].map((text) =>
        text.replaceAll(/sleep(.?)30/g, "sleep$10.3"),
      );
      const args = ["exec", ...PTRACE, "--", sh, option, ...shorter];
      const { status, stderr } = runTrace(args, { cwd: directory.path });
      expect(status).toBe(5);
      expect(stderr).toContain("events, complete (by ptrace");
    },
  );

  test.each([
    ["SIGTERM", "setsid sleep"],
    ["SIGINT", "setsid sleep"],
  ] as const)("%s ends the wait, kills the processes, and says so", async (signal, command) => {
    using directory = temporaryDirectory();
    const cwd = directory.path;
    const script = `${command} 30 ${QUIET} & echo $! >pid; : >ready; exit 5`;
    const child = await start(PTRACE, script, cwd);
    await Bun.sleep(300);
    child.kill(signal);
    // A first SIGINT is the command's.
    await Bun.sleep(100);
    if (signal === "SIGINT") child.kill(signal);
    expect(await child.exited).toBe(3);
    expect(await new Response(child.stderr).text()).toContain(
      "INCOMPLETE: 1 process of the command still running (killed with their tracer) (by ptrace",
    );
    const pid = readFileSync(join(cwd, "pid"), "utf8").trim();
    expect(await eventually(() => !isAlive(pid))).toBe(true);
  });

  test("threads are not counted as processes", async () => {
    using directory = temporaryDirectory();
    const cwd = directory.path;
    writeFileSync(
      join(cwd, "threads.py"),
      "import signal, threading, time\n" +
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n" +
        "for _ in range(4): threading.Thread(target=time.sleep, args=(30,)).start()\n" +
        "open('ready', 'w')\n",
    );
    const child = await start(PTRACE, "exec python3 threads.py", cwd);
    for (const _ of ["the command's", "trace's"]) {
      await Bun.sleep(200);
      child.kill("SIGINT");
    }
    expect(await child.exited).toBe(3);
    expect(await new Response(child.stderr).text()).toContain("INCOMPLETE: 1 process of");
  });
});
