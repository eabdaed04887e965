/** `trace all` and its filters, on processes of this test only, and its loss counts. */
import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Cgroup } from "../../src/process/cgroup.ts";
import { readRows, run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

/** Runs `trace all ARGS` while a command runs and returns the rows. */
async function beside(args: string[], command: (child: Bun.Subprocess) => unknown) {
  using directory = temporaryDirectory();
  const file = join(directory.path, "rows.csv");
  const child = Bun.spawn([TRACE, "all", "-o", file, ...args], { stderr: "pipe" });
  const begun = () => statSync(file, { throwIfNoEntry: false })?.size;
  while (!begun()) await Bun.sleep(5);
  await command(child);
  child.kill("SIGINT");
  const status = await child.exited;
  return {
    status,
    stderr: await new Response(child.stderr).text(),
    rows: readRows(Buffer.from(await Bun.file(file).arrayBuffer())),
  };
}

/** Returns the path of a program with a unique comm, so that no other process matches. */
function probe(directory: string, comm: string): string {
  const path = join(directory, comm);
  run(["cp", "/bin/cat", path]);
  return path;
}

test("--comm records only threads of that name", async () => {
  using directory = temporaryDirectory();
  const cat = probe(directory.path, "trace-probe-1");
  const { status, rows } = await beside(["--comm", "trace-probe-1"], () => {
    run([cat, "/etc/hostname"]);
    run(["cat", "/etc/passwd"]);
  });
  expect(status).toBe(0);
  expect(rows.some((row) => row.filename.toString() === "/etc/hostname")).toBe(true);
  expect(rows.every((row) => row.comm.toString() === "trace-probe-1")).toBe(true);
});

test("--pid records only these processes, --uid only this user's", async () => {
  const script = "read line; : </etc/hostname";
  const shells = [0, 1, 2].map(() => Bun.spawn(["sh", "-c", script], { stdin: "pipe" }));
  const wanted = shells.slice(0, 2).map((shell) => shell.pid);
  const { rows } = await beside(["--pid", wanted.join(",")], async () => {
    for (const shell of shells) {
      shell.stdin.write("go\n");
      shell.stdin.end();
    }
    await Promise.all(shells.map((shell) => shell.exited));
  });
  const names = rows.map((row) => `${row.pid} ${row.filename}`).sort();
  expect(names).toEqual(wanted.map((pid) => `${pid} /etc/hostname`).sort());

  const other = await beside(["--uid", "54321"], () => {
    run(["setpriv", "--reuid=54321", "--clear-groups", "cat", "/etc/hostname"]);
    run(["cat", "/etc/hostname"]);
  });
  const hostnames = other.rows.filter((row) => row.filename.toString() === "/etc/hostname");
  expect(hostnames).toHaveLength(1);
});

test("--cgroup records a cgroup and those below it", async () => {
  const cgroup = Cgroup.create();
  try {
    const inside = `mkdir -p ${cgroup.path}/nested; echo $$ >${cgroup.path}/nested/cgroup.procs`;
    const { rows } = await beside(["--cgroup", cgroup.path], () => {
      run(["sh", "-c", `${inside}; cat /etc/hostname`]);
      run(["cat", "/etc/hostname"]);
    });
    const hostnames = rows.filter((row) => row.filename.toString() === "/etc/hostname");
    expect(hostnames).toHaveLength(1);
    expect(hostnames[0].cgid).toBe(statSync(`${cgroup.path}/nested`).ino);
  } finally {
    cgroup.remove();
  }
});

test("--count ends after that many events, --duration after that time", async () => {
  using directory = temporaryDirectory();
  const cat = probe(directory.path, "trace-probe-2");
  const counted = beside(["--comm", "trace-probe-2", "--count", "2"], async (child) => {
    run([cat, "/etc/hostname"]);
    expect(await child.exited).toBe(0);
  });
  expect((await counted).rows).toHaveLength(2);
  const { status, stderr } = runTrace(["all", "--comm", "no-such", "--duration", "50ms"]);
  expect(status).toBe(0);
  expect(stderr).toBe("trace: 0 events, complete\n");
});

test("events dropped because the ring buffer is full are counted exactly", () => {
  using directory = temporaryDirectory();
  const opens = 200_000;
  const args = ["--buffer", "64K", "--columns", "filename"];
  const { status, stderr, rows } = runTrace(
    ["exec", ...args, "--require-complete", "--", program("openloop"), `${opens}`, "no-such-file"],
    { cwd: directory.path },
  );
  const found = rows.filter((row) => row.filename.toString() === "no-such-file").length;
  const match = stderr.match(
    /^trace: (\d+) events, (?:complete|INCOMPLETE: (\d+) dropped \(ring full; try --buffer 256K\))$/m,
  );
  expect(Number(match?.[1])).toBe(rows.length);
  const dropped = Number(match?.[2] ?? 0);
  expect(status).toBe(dropped ? 3 : 0);
  expect(found + dropped).toBe(opens);
});

test("pids are those of trace's own pid namespace", () => {
  using directory = temporaryDirectory();
  const script = `${TRACE} exec -q --columns pid,tid,ppid,filename sh -c 'echo $$ $PPID; exec cat /etc/hostname'`;
  const { stdout, rows } = run(["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", script], {
    cwd: directory.path,
  });
  const [pid, ppid] = stdout.toString().split("\n")[0].split(" ").map(Number);
  expect(pid).toBeLessThan(100);
  const row = rows.find((each) => each.filename.toString() === "/etc/hostname");
  expect([row?.pid, row?.tid, row?.ppid]).toEqual([pid, pid, ppid]);
});

test("a flag expression too long for the kernel gives the same rows", () => {
  const short = "O_CREAT";
  // Each alternative requires O_CREAT and an unused bit: more terms than the kernel filter holds.
  const bits = Array.from({ length: 12 }, (_, bit) => `(O_CREAT&${2 ** (bit + 40)})`);
  const long = `${short}&~(${bits.join("|")})|${bits.join("|")}`;
  const rowsOf = (formula: string) => {
    using directory = temporaryDirectory();
    const command = ["sh", "-c", ": >made; : >>made; cat made /etc/hostname; : >again"];
    return runTrace(["exec", "--flags", formula, "--", ...command], {
      cwd: directory.path,
    }).rows.map((row) => `${row.filename} ${row.flags}`);
  };
  expect(rowsOf(short)).toEqual(["made 577", "made 1089", "again 577"]);
  expect(rowsOf(long)).toEqual(rowsOf(short));
});

test("doctor reports all that exec needs, and what is missing without root", () => {
  const able = runTrace(["doctor", "--format", "json"]);
  expect(able.status).toBe(0);
  expect(JSON.parse(able.stdout.toString()).exec).toBe(true);
  const unable = run(["setpriv", "--reuid=65534", "--clear-groups", TRACE, "doctor"]);
  expect(unable.status).toBe(1);
  expect(unable.stdout.toString()).toMatch(/MISSING {2}privileges .*sudo/);
  const failed = run([
    "setpriv",
    "--reuid=65534",
    "--clear-groups",
    TRACE,
    "exec",
    "--backend",
    "bpf",
    "-o",
    "-",
    "true",
  ]);
  expect(failed.status).toBe(125);
  expect(failed.stderr).toMatch(/^trace: privileges: .*sudo/);
});
