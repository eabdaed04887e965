/** `trace procs` for the whole machine: its filters, when it ends, where it may run. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { isKernelAtLeast } from "../../src/kernel/kernel-version.ts";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";
import {
  besideProcs,
  PROCESSES,
  type ReportedEvent,
  underProcs,
  watching,
} from "./support/procs.ts";

setDefaultTimeout(120_000);

/** Since Linux 6.6 the connector filters events and needs no privilege. */
const FILTERING = isKernelAtLeast(release(), [6, 6]);
const RIGHTS = "trace: the process connector needs CAP_NET_ADMIN: run it as root\n";

const line = ({ event, comm }: ReportedEvent) => `${event} ${comm}`;

/** Returns the path of a program with the given comm. */
function named(directory: string, comm: string): string {
  const path = join(directory, comm);
  cpSync(PROCESSES, path);
  return path;
}

/** Starts a shell that waits for a line, then runs a script. */
function waiting(script: string) {
  const shell = Bun.spawn(["sh", "-c", `read line; ${script}`], { stdin: "pipe" });
  const go = async () => {
    shell.stdin.write("go\n");
    shell.stdin.end();
    await shell.exited;
  };
  return { pid: shell.pid, go };
}

describe("filters:", () => {
  test("--comm shows only processes of that name", async () => {
    using directory = temporaryDirectory();
    const probe = named(directory.path, "trace-procs-1");
    const { reported, stderr } = await besideProcs(["--comm", "trace-procs-1"], () => {
      run([probe, "fork"]);
      run([PROCESSES, "fork"]);
    });
    expect(reported.map(line)).toEqual([
      "exec trace-procs-1",
      "fork trace-procs-1",
      "exit trace-procs-1",
      "exit trace-procs-1",
    ]);
    expect(stderr).toBe("trace: 4 events, complete\n");
  });

  test("--pid shows the processes and their children", async () => {
    const shells = [0, 1, 2].map(() => waiting(`${PROCESSES} nothing; true`));
    const [first, second] = shells;
    const { reported } = await besideProcs(["--pid", `${first.pid},${second.pid}`], () =>
      Promise.all(shells.map(({ go }) => go())),
    );
    for (const { pid } of [first, second]) {
      const own = reported.filter((each) => each.pid === pid || each.ppid === pid);
      expect(own.map(({ event }) => event)).toEqual(["fork", "exit"]);
    }
    expect(reported.length).toBe(4);
  });

  test("--tree shows a process and its descendants, including earlier ones", async () => {
    const inner = `sh -c 'read line; ${PROCESSES} fork; true'; true`;
    const shell = Bun.spawn(["sh", "-c", inner], { stdin: "pipe", stdout: "pipe" });
    const beside = waiting(`${PROCESSES} fork; true`);
    const { reported } = await besideProcs(["--tree", String(shell.pid)], async () => {
      shell.stdin.write("go\n");
      shell.stdin.end();
      await shell.exited;
      await beside.go();
    });
    expect(reported.map(line)).toEqual([
      "fork sh",
      "exec processes",
      "fork processes",
      "exit processes",
      "exit processes",
      "exit sh",
      "exit sh",
    ]);
  });

  test("--events shows only these events", async () => {
    using directory = temporaryDirectory();
    const probe = named(directory.path, "trace-procs-2");
    const { reported } = await besideProcs(
      ["--events", "comm,exec", "--comm", "trace-procs-2"],
      () => run([probe, "comm", "other"]) && run([probe, "fork"]),
    );
    // The process has another name after the change.
    expect(reported.map(line)).toEqual(["exec trace-procs-2", "exec trace-procs-2"]);
  });
});

describe("the end", () => {
  test("is after --count events", async () => {
    using directory = temporaryDirectory();
    const probe = named(directory.path, "trace-procs-3");
    const { reported, status } = await besideProcs(
      ["--comm", "trace-procs-3", "--count", "3"],
      async (trace) => {
        run([probe, "bomb", "5"]);
        expect(await trace.exited).toBe(0);
      },
    );
    expect([reported.length, status]).toEqual([3, 0]);
  });

  test("is after --duration, and at Ctrl-C", async () => {
    const { status, stderr } = runTrace(["procs", "--duration", "50ms", "--comm", "no-such"]);
    expect([status, stderr]).toEqual([0, "trace: 0 events, complete\n"]);
    const stopped = await besideProcs(["--comm", "no-such"], () => {});
    expect([stopped.status, stopped.stderr]).toEqual([0, "trace: 0 events, complete\n"]);
  });
});

describe("the output", () => {
  /** Returns the output for a program that does one thing: its exec and its exit. */
  async function written(comm: string, ...args: string[]): Promise<string> {
    using directory = temporaryDirectory();
    const probe = named(directory.path, comm);
    const trace = await watching(["--comm", comm, "--count", "2", ...args]);
    run([probe, "nothing"]);
    expect(await trace.exited).toBe(0);
    return new Response(trace.stdout).text();
  }

  test("has each format", async () => {
    const columns = ["--columns", "event,pid,comm,argv"];
    const all = (format: string) => written("trace-procs-4", "--format", format, ...columns);
    const json = JSON.parse(await all("json")) as ReportedEvent[];
    expect(json.map(line)).toEqual(["exec trace-procs-4", "exit trace-procs-4"]);
    expect(json[0].argv.slice(1)).toEqual(["nothing"]);
    expect(
      (await all("ndjson"))
        .split("\n")
        .slice(0, -1)
        .map((each) => JSON.parse(each)),
    ).toEqual(json.map((each) => expect.objectContaining({ event: each.event })));
    expect((await all("csv")).split("\n")[1]).toMatch(/^exec,\d+,"trace-procs-4",".* nothing"$/);
    const text = (await all("text")).split("\n");
    expect(text[0]).toMatch(/^event +pid +comm +argv$/);
    expect(text[1]).toMatch(/^exec +\d+ +trace-procs-4 +\/.*trace-procs-4 nothing$/);
  });

  test("is text by default", async () => {
    const [header, exec, exit] = (await written("trace-procs-5")).split("\n");
    expect(header).toMatch(/^time +event +pid +parent +user +comm +origin +what$/);
    expect(exec).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}exec +\d+ +\d+ {2}root +trace-procs-5 +bpf /);
    expect(exit).toMatch(/ bpf +exit 0 {2}ran \d+\.\d{3} s {2}.* nothing$/);
  });

  test("of --stat has a line per second and the commands", async () => {
    const other = Bun.spawn([PROCESSES, "bomb", "300"]);
    const { stdout } = runTrace(["procs", "--stat", "--duration", "2100ms"]);
    await other.exited;
    const lines = stdout.toString().split("\n");
    expect(lines[0]).toMatch(/^second +fork +exec +exit .* coredump +total$/);
    expect(lines[1]).toMatch(/^1( +\d+){10}$/);
    expect(lines[2]).toMatch(/^2( +\d+){10}$/);
    expect(stdout.toString()).toMatch(/^( +\d+){10} {2}processes$/m);
  });
});

describe("names", () => {
  test("of 20,000 short processes are all known, and no event is lost", () => {
    const args = ["--columns", "event,comm,origin", "--events", "exit"];
    const { reported, stderr, status } = underProcs([PROCESSES, "bomb", "20000"], args);
    expect(status).toBe(0);
    expect(stderr).toEndWith("trace: 20001 events, complete\n");
    expect(reported.length).toBe(20_001);
    expect(reported.filter(({ comm, origin }) => comm !== "processes" || origin !== "bpf")).toEqual(
      [],
    );
  });

  test("without eBPF come from /proc or a parent", () => {
    const script = "(sleep 0.2; true); sleep 0.1; exit 0";
    const { reported } = underProcs(["sh", "-c", script], ["--no-ebpf"]);
    const ends = reported
      .filter(({ event }) => event === "exit")
      .map(({ comm, origin }) => [comm, origin]);
    expect(ends).toEqual([
      ["sleep", "proc"],
      ["sh", "inherited"],
      ["sleep", "proc"],
      ["sh", "proc"],
    ]);
  });

  test("that cannot be found are reported as unknown, and counted", () => {
    const { reported, stderr } = underProcs([PROCESSES, "bomb", "2000"], ["--no-ebpf"]);
    const ends = reported.filter(({ event }) => event === "exit");
    expect(ends.length).toBe(2001);
    const unknown = ends.filter(({ origin }) => origin === "unknown");
    expect(unknown.every(({ comm, argv }) => comm === "" && argv.length === 0)).toBe(true);
    const known = ends.filter(({ origin }) => origin !== "unknown");
    expect(known.every(({ comm }) => comm === "processes")).toBe(true);
    const verdict = unknown.length
      ? `INCOMPLETE: ${unknown.length} processes without a name`
      : "complete";
    expect(stderr).toEndWith(` events, ${verdict}\n`);
  });

  test("are read at a higher priority, while the command has its usual one", () => {
    const policy = "cut -d' ' -f41"; // proc_pid_stat(5)
    const script = `${policy} /proc/$PPID/stat; ${policy} /proc/$$/stat`;
    expect(underProcs(["sh", "-c", script], ["--no-ebpf"]).stdout).toBe("2\n0\n");
    expect(underProcs(["sh", "-c", script]).stdout).toBe("0\n0\n");
  });
});

describe("where it may not run", () => {
  const refused = (...command: string[]) => {
    const { status, stdout, stderr } = run([...command, TRACE, "procs", "--count", "1"]);
    expect(stdout.toString()).toBe("");
    expect(stderr).toMatch(/^trace: [^\n]+\n$/);
    return [status, stderr];
  };

  test("other namespaces are named", () => {
    const only = (kinds: string) =>
      `trace: the process connector works in the first ${kinds} namespace only; run trace as root outside of the sandbox or container\n`;
    const network = only("network");
    expect(refused("unshare", "-Unp", "--fork", "-r")).toEqual([125, network]);
    expect(refused("unshare", "-n")).toEqual([125, network]);
    const silent = only("user and pid");
    // Before Linux 6.6 it needs a privilege first, which another user namespace does not give.
    const user = FILTERING ? silent : RIGHTS.replace(": run", " outside of user namespaces: run");
    expect(refused("unshare", "-Up", "--fork", "-r")).toEqual([125, user]);
    expect(refused("unshare", "-p", "--fork")).toEqual([125, silent]);
  });

  test("an ordinary user gets the name of the missing privilege, if one is missing", () => {
    const user = ["setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=-all"];
    if (FILTERING) {
      const { status, stderr } = run([...user, TRACE, "procs", "--duration", "50ms"]);
      expect([status, stderr.includes("NET_ADMIN")]).toEqual([0, false]);
    } else expect(refused(...user)).toEqual([125, RIGHTS]);
  });
});
