/** `trace procs -- COMMAND`: the events, compared with what test/programs/processes.c did. */
import { describe, expect, test } from "bun:test";
import { run, TRACE } from "./support/harness.ts";
import { PROCESSES, type ReportedEvent, underProcs } from "./support/procs.ts";

/** Runs the program with arguments; returns what it prints and the events. */
function runProcesses(way: string, args: readonly string[] = []) {
  const { stdout, reported, status, stderr } = underProcs([PROCESSES, ...way.split(" ")], args);
  const printed = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  return { printed, reported, status, stderr };
}

const numbers = (cells: readonly string[]) => cells.map(Number);
const of = (reported: readonly ReportedEvent[], event: string) =>
  reported.filter((each) => each.event === event);

describe("each kind of event is reported as it happened:", () => {
  test("fork, exec and exit, of the command itself as well", () => {
    const { printed, reported } = runProcesses("fork");
    const [child, , parent] = numbers(printed[0].slice(1));
    expect(reported.map(({ event, pid }) => [event, pid])).toEqual([
      ["fork", parent],
      ["exec", parent],
      ["fork", child],
      ["exit", child],
      ["exit", parent],
    ]);
    const [, exec, fork, exit] = reported;
    expect(exec).toMatchObject({ comm: "processes", argv: [PROCESSES, "fork"], origin: "bpf" });
    expect(fork).toMatchObject({ ppid: parent, comm: "processes", origin: "inherited" });
    expect(exit).toMatchObject({ status: 0, signal: null, parent_tid: parent, core: 0 });
    expect(exit.wall).toBeGreaterThan(0);
    expect(exit.time - fork.time).toBeCloseTo(exit.wall!, 4);
  });

  test("uid", () => {
    const { printed, reported } = runProcesses("uid 1234");
    const [, pid] = printed[0];
    const users = { uid: 1235, user: "1235", ruid: 1234, ruser: "1234" };
    const changed = { ...users, detail: "real 1234, effective 1235" };
    expect(of(reported, "uid")).toEqual([
      expect.objectContaining({ ...changed, pid: Number(pid) }),
    ] as never);
    expect(of(reported, "exit")[0]).toMatchObject(users);
  });

  test("gid", () => {
    const { reported } = runProcesses("gid 1234");
    expect(of(reported, "gid").map(({ detail }) => detail)).toEqual(["real 1234, effective 1235"]);
  });

  test("sid", () => {
    const { printed, reported } = runProcesses("sid");
    expect(of(reported, "sid").map(({ pid }) => pid)).toEqual([Number(printed[0][1])]);
  });

  test("comm", () => {
    const { reported } = runProcesses("comm ab\xff\x1b[31mé");
    expect(of(reported, "comm").length).toBe(1);
    expect(of(reported, "exit")[0].comm).toBe(of(reported, "comm")[0].comm);
    expect(of(reported, "comm")[0].comm).toBe("abÿ\x1b[31mé");
  });

  test("ptrace: attached and detached", () => {
    const { printed, reported } = runProcesses("ptrace");
    const [, child, , tracer] = printed[0];
    expect(of(reported, "ptrace").map(({ pid, detail }) => [pid, detail])).toEqual([
      [Number(child), `traced by ${tracer}`],
      [Number(child), "no longer traced"],
    ]);
  });

  test("coredump", () => {
    const { printed, reported } = runProcesses("end core 6");
    const child = Number(printed[0][1]);
    expect(of(reported, "coredump").map(({ pid }) => pid)).toEqual([child]);
    const status = Number(printed[1][3]);
    const core = (status & 0x80) >> 7; // if core_pattern allows writing it
    expect(of(reported, "exit").find(({ pid }) => pid === child)).toMatchObject({
      signal: "SIGABRT",
      status: null,
      core,
    });
  });

  test("exit by a code and by a signal", () => {
    const ends = ["end code 7", "end code 255", "end signal 9", "end signal 34"].map((way) => {
      const { printed, reported } = runProcesses(way);
      const exit = of(reported, "exit").find(({ pid }) => pid === Number(printed[0][1]));
      return [exit?.status, exit?.signal];
    });
    expect(ends).toEqual([
      [7, null],
      [255, null],
      [null, "SIGKILL"],
      [null, "SIGRT_2"],
    ]);
  });
});

describe("threads", () => {
  test("are reported only with --threads", () => {
    const { printed, reported } = runProcesses("thread", ["--threads"]);
    const [, tid, tgid] = numbers(printed[0]);
    const ofThread = reported.filter((each) => each.tid === tid);
    expect(ofThread.map(({ event, pid }) => [event, pid])).toEqual([
      ["fork", tgid],
      ["comm", tgid],
      ["exit", tgid],
    ]);
    expect(ofThread[1]).toMatchObject({ comm: "worker", detail: `thread ${tid}` });
    // A thread's name is not that of its process.
    expect(reported.at(-1)).toMatchObject({ event: "exit", comm: "processes" });

    const without = runProcesses("thread").reported;
    expect(without.map(({ event }) => event)).toEqual(["fork", "exec", "exit"]);
  });

  test("that outlive the first one keep the process until the last has ended", () => {
    const { reported, status } = runProcesses("leader");
    expect(status).toBe(3);
    expect(of(reported, "exit").length).toBe(1);
    expect(of(reported, "exit")[0]).toMatchObject({ status: 3 });
    expect(of(reported, "exit")[0].wall).toBeGreaterThanOrEqual(0.05);
    const ends = of(runProcesses("leader", ["--threads"]).reported, "exit");
    expect(ends.map(({ tid, pid }) => tid === pid)).toEqual([true, false]);
  });
});

describe("the tree", () => {
  /** Returns the lines without pids and durations. */
  const drawn = (stderr: string) =>
    stderr
      .split("\n")
      .slice(0, -2)
      .map((line) => line.replace(/ +\d+ +[\d.]+ m?s {2}/, " | "));

  test("shows parents and children, and how each process ended", () => {
    const script = "sleep 0.1; /bin/true; false";
    const { status, stdout, stderr } = run([TRACE, "procs", "--", "sh", "-c", script]);
    expect([status, stdout.toString()]).toEqual([1, ""]);
    expect(drawn(stderr)).toEqual([
      `sh -c '${script}' | exit 1`,
      "├─ sleep 0.1 | exit 0",
      "└─ /bin/true | exit 0",
    ]);
    expect(stderr).toMatch(/\ntrace: \d+ events, complete\n$/);
    expect(stderr).toMatch(/sleep 0\.1 +\d+ +([1-9]\d\d ms|\d\.\d s)/);
  });

  test("is nested, and shows what a signal ended and what is still running", () => {
    const script =
      "exec >/dev/null 2>&1; (sh -c 'kill -9 $$'; exit 7); sleep 5 & sleep 0.3; kill $$";
    const { status, stderr } = run([TRACE, "procs", "--", "sh", "-c", script]);
    expect(status).toBe(143);
    const lines = drawn(stderr.replace(/ +\d+ +still running/, " | still running"));
    expect(lines.map((line) => line.replace(/exec .*[…']/, "…"))).toEqual([
      "sh -c '… | SIGTERM",
      "├─ sh -c '… | exit 7",
      "│  └─ sh -c 'kill -9 $$' | SIGKILL",
      "├─ sleep 5 | still running",
      "└─ sleep 0.3 | exit 0",
    ]);
    const left = /sleep 5 +(\d+)/.exec(stderr)?.[1];
    process.kill(Number(left));
  });
});

describe("a command", () => {
  test("keeps its output, its input and its status", () => {
    const { status, stdout } = run([TRACE, "procs", "sh", "-c", "cat; echo err >&2; exit 42"], {
      stdin: "in",
    });
    expect([status, stdout.toString()]).toEqual([42, "in"]);
    expect(run([TRACE, "procs", "sh", "-c", "kill -SEGV $$"]).status).toBe(139);
  });

  test("that does not exist gives 127", () => {
    const { status, stderr } = run([TRACE, "procs", "/no/such"]);
    expect(status).toBe(127);
    expect(stderr).toBe("trace: /no/such: No such file or directory (ENOENT)\n");
  });

  test("gets the signals sent to trace, and is still reported", async () => {
    const script = "trap 'exit 9' TERM; sleep 60 & sleep 0.3; echo ready; wait";
    const command = ["sh", "-c", script];
    const trace = Bun.spawn([TRACE, "procs", "--", ...command], { stdout: "pipe", stderr: "pipe" });
    await trace.stdout.getReader().read();
    trace.kill("SIGTERM");
    expect(await trace.exited).toBe(9);
    // The sleep keeps standard error open, so that reading does not reach its end.
    const { value } = await trace.stderr.getReader().read();
    const tree = Buffer.from(value!).toString();
    expect(tree).toMatch(/^sh -c .* exit 9$/m);
    process.kill(Number(/sleep 60 +(\d+) .*still running$/m.exec(tree)?.[1]));
  });

  test("is counted with --stat", () => {
    const { stderr } = underProcs([PROCESSES, "bomb", "50"], ["--stat"]);
    expect(stderr).toMatch(/^ +50 +51 +51 +0 +0 +0 +0 +0 +0 +152 {2}processes$/m);
  });

  test("cannot be combined with options for the whole machine", () => {
    for (const option of [
      ["--pid", "1"],
      ["--tree", "1"],
      ["--count", "1"],
      ["--duration", "1s"],
    ]) {
      const { status, stderr } = run([TRACE, "procs", ...option, "--", "true"]);
      expect([status, stderr]).toEqual([2, `trace: ${option[0]}: cannot be used with a command\n`]);
    }
  });
});
