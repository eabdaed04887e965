/** trace in a child user namespace, as in sandboxes and rootless containers: what works, what is said. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { PROCESSES, type ReportedEvent } from "./support/procs.ts";

setDefaultTimeout(120_000);

const SANDBOX = ["unshare", "-Urmpf", "--mount-proc"];
const OUTSIDE = "run trace as root outside of the sandbox or container";
const PRIVILEGES =
  "privileges: has CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF in this user namespace only";

/** Runs `trace ARGS` in the sandbox. */
function sandboxed(args: readonly string[], cwd = "/tmp") {
  const { status, stdout, stderr } = run([...SANDBOX, TRACE, ...args], { cwd });
  return { status, stdout: stdout.toString(), stderr };
}

test("doctor tells the capabilities of the namespace from those of the machine", () => {
  const { status, stdout } = sandboxed(["doctor"]);
  expect(status).toBe(1);
  expect(stdout).toContain(`MISSING  ${PRIVILEGES.replace(":", "")}: ${OUTSIDE}\n`);
  expect(stdout).toMatch(/^MISSING {2}tracefs .* outside of user namespaces, .*: see privileges$/m);
  expect(stdout).toMatch(
    /^limited {2}fanotify .*\(needs CAP_SYS_ADMIN outside of user namespaces\)/m,
  );
});

test("exec falls back to ptrace, and all and --cgroups say what to do", () => {
  const exec = ["exec", "-o", "-", "--columns", "filename", "--", "cat", "/etc/passwd"];
  const { status, stdout, stderr } = sandboxed(exec);
  expect([status, stdout.includes('"/etc/passwd"\n')]).toEqual([0, true]);
  expect(stderr).toStartWith(
    `trace: eBPF unavailable (${PRIVILEGES}); falling back to ptrace; for eBPF, ${OUTSIDE}\n`,
  );
  for (const args of [["all"], ["exec", "--backend", "bpf", "true"]])
    expect(sandboxed(args)).toEqual({
      status: 125,
      stdout: "",
      stderr: `trace: ${PRIVILEGES}; ${OUTSIDE}\n`,
    });
});

test("watch reports changes without processes, and says why", () => {
  using directory = temporaryDirectory();
  const script = `"$0" watch -q --count 1 --format ndjson --columns type,pid . >changes 2>errors & pid=$!
    while kill -0 $pid 2>/dev/null; do touch a; rm a; sleep 0.1; done; cat changes; cat errors >&2`;
  const { stdout, stderr } = run([...SANDBOX, "sh", "-c", script, TRACE], { cwd: directory.path });
  expect(JSON.parse(stdout.toString())).toMatchObject({ pid: null });
  expect(stderr).not.toMatch(/needs CAP_SYS_ADMIN\)/);
});

describe("procs -- COMMAND by ptrace", () => {
  const UNAVAILABLE =
    "trace: process events unavailable (the process connector works in the first user and pid namespace only; run trace as root outside of the sandbox or container); falling back to ptrace, which reports fork, exec and exit\n";
  /** Records the events of a command; returns them as NDJSON has them. */
  function procs(command: readonly string[], ...options: string[]) {
    using directory = temporaryDirectory();
    const columns = "event,pid,tid,ppid,comm,argv,status,signal,wall,origin,detail";
    const format = ["--format", "ndjson", "--columns", columns, "-o", "events", ...options];
    const { status, stderr } = sandboxed(["procs", ...format, "--", ...command], directory.path);
    const { stdout } = run(["cat", join(directory.path, "events")]);
    const lines = stdout.toString().split("\n").slice(0, -1);
    return { status, stderr, events: lines.map((line): ReportedEvent => JSON.parse(line)) };
  }

  test("reports fork, exec and exit, of the command itself as well, and draws the tree", () => {
    const { status, stderr, events } = procs(["sh", "-c", "cat /dev/null; kill -9 $$"]);
    expect(status).toBe(137);
    const [root, cat] = [events[0].pid, events[2].pid];
    expect(events.map(({ event, pid, comm }) => [event, pid, comm])).toEqual([
      ["fork", root, "trace"],
      ["exec", root, "sh"],
      ["fork", cat, "sh"],
      ["exec", cat, "cat"],
      ["exit", cat, "cat"],
      ["exit", root, "sh"],
    ]);
    expect(events[3]).toMatchObject({ ppid: root, argv: ["cat", "/dev/null"], origin: "proc" });
    expect(events[4]).toMatchObject({ status: 0, signal: null });
    expect(events[5]).toMatchObject({ status: null, signal: "SIGKILL" });
    expect(stderr).toStartWith(UNAVAILABLE);
    expect(stderr).toMatch(/^sh -c .* SIGKILL\n└─ cat \/dev\/null .* exit 0\n/m);
    expect(stderr).toEndWith("trace: 6 events, complete (by ptrace)\n");
  });

  test("reports threads on request only", () => {
    const ofThreads = (...options: string[]) =>
      procs([PROCESSES, "thread"], ...options).events.filter(({ pid, tid }) => pid !== tid);
    expect(ofThreads()).toEqual([]);
    expect(ofThreads("--threads").map(({ event }) => event)).toEqual(["fork", "exit"]);
  });

  test("counts with --stat, and ends with the status of a command that cannot start", () => {
    expect(sandboxed(["procs", "--stat", "true"]).stderr).toMatch(/ 0 +1 +1 .* true\n/);
    const { status, stderr } = sandboxed(["procs", "/nonexistent"]);
    expect([status, stderr]).toEqual([127, expect.stringMatching(/\(ENOENT\)\n$/) as never]);
  });

  test("refuses events that ptrace does not report", () => {
    const { status, stderr } = sandboxed(["procs", "-e", "exec,uid", "true"]);
    expect(status).toBe(125);
    expect(stderr).toMatch(/^trace: the process connector .*does not report uid\n$/);
  });
});
