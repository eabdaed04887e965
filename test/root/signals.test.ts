/** Signals and the end of a run: which signals reach the command, and what is recorded. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { cgroupMount } from "../../src/process/cgroup.ts";
import { eventually, run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { inTerminal } from "./support/in-terminal.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(60_000);

/** Starts trace on a shell script that prints "ready" once its traps are set. */
async function start(args: string[], script: string, cwd: string, shell = "sh") {
  const ready = join(cwd, "ready");
  const child = Bun.spawn(
    [TRACE, ...args, "--", shell, "-c", script.replace("READY", `: >${ready}`)],
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

const DATA = ["--format", "json", "-o", "trace.json"];
const EVENTS = ["-e", "open,exit", "--columns", "event,pid,filename"];
const TRACERS: Readonly<Record<string, readonly string[]>> = {
  "trace exec by eBPF": ["exec", "--backend", "bpf", ...EVENTS, ...DATA],
  "trace exec by ptrace": ["exec", "--backend", "ptrace", ...EVENTS, ...DATA],
  "trace syscalls": ["syscalls", ...DATA],
};
const SIGNALS = [
  "SIGTERM",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGINT",
  "SIGQUIT",
  "SIGALRM",
  "SIGABRT",
  "SIGVTALRM",
  "SIGIO",
] as const;

interface Row {
  readonly event: string;
  readonly fname?: string;
  readonly pid: number;
}

function rowsOf(directory: string): Row[] {
  return JSON.parse(readFileSync(join(directory, "trace.json"), "utf8"));
}

describe.each(Object.entries(TRACERS))("under %s", (tracer, args) => {
  test.each(SIGNALS)("%s is passed on to the command, whose end is waited for", async (signal) => {
    using directory = temporaryDirectory();
    const name = signal.slice(3);
    const script = `trap 'echo got ${name}; exit 9' ${name}; echo $$ >pid; READY; ${SLEEP}`;
    const child = await start([...args], script, directory.path);
    child.kill(signal);
    expect(await new Response(child.stdout).text()).toBe(`got ${name}\n`);
    expect(await child.exited).toBe(9);
    const pid = Number(readFileSync(join(directory.path, "pid"), "utf8"));
    const rows = rowsOf(directory.path);
    expect(rows.filter((row) => row.event === "exit" && row.pid === pid)).toHaveLength(1);
  });

  test.each(SIGNALS)("a command without a trap ends by %s", async (signal) => {
    using directory = temporaryDirectory();
    const child = await start([...args], "READY; exec sleep 60", directory.path);
    child.kill(signal);
    const number = constants.signals[signal];
    expect(await child.exited).toBe(128 + number);
    expect(rowsOf(directory.path).some((row) => row.event === "exit")).toBe(true);
  });

  // A stop signal does nothing by default in an orphaned process group, which a test may be in.
  test.each(["RTMIN+3", "TSTP", "WINCH"])("%s is passed on to the command", async (signal) => {
    using directory = temporaryDirectory();
    const script = `trap 'echo got it; exit 9' ${signal}; READY; ${SLEEP}`;
    const child = await start([...args], script, directory.path, "bash");
    spawnSync("bash", ["-c", `kill -s ${signal} ${child.pid}`]);
    expect(await new Response(child.stdout).text()).toBe("got it\n");
    expect(await child.exited).toBe(9);
  });

  test("a second SIGINT ends trace with a valid file, even if the command ignores it", async () => {
    using directory = temporaryDirectory();
    const script = `trap '' INT; echo $$ >pid; READY; ${SLEEP}`;
    const child = await start([...args], script, directory.path);
    child.kill("SIGINT");
    await Bun.sleep(100);
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    const rows = rowsOf(directory.path);
    if (tracer !== "trace syscalls") expect(rows.map(({ fname }) => fname)).toContain("pid");
    const pid = Number(readFileSync(join(directory.path, "pid"), "utf8"));
    spawnSync("kill", ["-KILL", `${pid}`]);
  });

  test("a command that stops itself stops trace, and continues with it", async () => {
    using directory = temporaryDirectory();
    const child = await start([...args], "READY; kill -STOP $$; exit 6", directory.path);
    const state = () => readFileSync(`/proc/${child.pid}/stat`, "latin1").match(/\) (\w)/)?.[1];
    expect(await eventually(() => state() === "T")).toBe(true);
    child.kill("SIGCONT");
    expect(await child.exited).toBe(6);
  });

  test("a shell sees the signal that has stopped the command", () => {
    using directory = temporaryDirectory();
    const command = (script: string) =>
      `${[TRACE, ...args].join(" ")} -- sh -c '${script}'; echo "status=$?"\r`;
    const { status, bytes } = inTerminal(["bash", "--norc", "--noprofile", "-i"], {
      cwd: directory.path,
      env: { HISTFILE: "" },
      actions: [
        ["bash", { type: command("kill -TTIN $$") }],
        ["status=1", { type: command('echo be""gun; exec sleep 30') }],
        ["begun", { type: "\x1a" }],
        ["status=1", { type: "kill -KILL %1 %2; sleep 0.5; exit 3\r" }],
      ],
    });
    expect(bytes.match(/status=\d+/g)).toEqual(["status=149", "status=148"]);
    expect(bytes.match(/status=\d+/g)).toEqual(["status=149", "status=148"]);
    expect(status).toBe(3);
  });

  test("SIGTERM ends the record of processes that outlive the command", async () => {
    using directory = temporaryDirectory();
    const script = "(READY; exec sleep 60 >/dev/null 2>&1) & exit 4";
    const wait = tracer.endsWith("eBPF") ? ["--wait"] : [];
    const child = await start([...args, ...wait], script, directory.path);
    await Bun.sleep(300);
    expect(child.exitCode).toBeNull();
    child.kill("SIGTERM");
    expect(await child.exited).toBe(4);
    for (const { pid } of rowsOf(directory.path)) spawnSync("kill", ["-KILL", `${pid}`]);
  });
});

test.each(Object.entries(TRACERS))(
  "Ctrl-C on a terminal reaches the command once under %s",
  (_, args) => {
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
    const result = run(["python3", "-c", python, TRACE, ...args, "--", "sh", "-c", script], {
      cwd: directory.path,
    });
    expect(result.status).toBe(4);
    expect(readFileSync(join(directory.path, "got"), "utf8")).toBe("GOT\n");
  },
);

test("a process ends before the members of its group get the signals that this causes", () => {
  const args = ["-f", "-e", "trace=none", "-e", "signal=!chld"];
  const { status, stderr } = run([TRACE, "syscalls", ...args, program("orphans"), "20"]);
  expect(status).toBe(0);
  const order = [...stderr.matchAll(/SIGHUP(?= \{)|exited(?= with 0)/g)].map(([what]) => what);
  expect(order).toEqual([
    ...Array.from({ length: 20 }, () => ["exited", "SIGHUP"]).flat(),
    "exited",
  ]);
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
