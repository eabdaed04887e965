/** Calls that the command's own seccomp filter stops: they have no result. */
import { describe, expect, test } from "bun:test";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

test.each([
  ["trap", 0],
  ["kill", 128 + 31],
])("a call that seccomp stops by %s is recorded without a result", (how, status) => {
  using directory = temporaryDirectory();
  const trace = [
    TRACE,
    "exec",
    "-q",
    "--format",
    "json",
    "--columns",
    "filename,return,errno,note",
  ];
  const ran = run([...trace, "-o", "trace.json", "--", program("seccomp"), how], {
    cwd: directory.path,
  });
  expect(ran.status).toBe(status);
  const rows = JSON.parse(run(["cat", "trace.json"], { cwd: directory.path }).stdout.toString());
  expect(rows.filter(({ fname }: { fname: string }) => fname === "stopped")).toEqual([
    { fname: "stopped", return: null, errno: null, note: "seccomp" },
  ]);
});

/** Runs `filtered ACTION`. @returns its status, and its opens with their results and our notes */
function openedUnder(action: string, backend: string) {
  using directory = temporaryDirectory();
  const { path } = directory;
  const options = ["--backend", backend, "--columns", "filename,return,note", "-o", "record"];
  const ran = run([TRACE, "exec", ...options, "--", program("filtered"), action], { cwd: path });
  const rows = run(["cat", "record"], { cwd: path })
    .stdout.toString()
    .trim()
    .replaceAll("created", "")
    .split("\n")
    .slice(1);
  return { status: ran.status, rows: rows.sort(), printed: ran.stdout.toString() };
}

describe.each(["bpf", "ptrace"])(
  "by %s, calls that the command's own filter answers",
  (backend) => {
    test.each(["errno", "notify", "trace"])("by %s are recorded with their results", (action) => {
      const { status, rows, printed } = openedUnder(action, backend);
      expect(status).toBe(0);
      const opens = printed.trim().split("\n");
      expect(opens).toHaveLength(5);
      const expected = opens.map((line) => line.replace(/(\w+) (.*)/, '"$1",$2,'));
      // eBPF cannot read a name from a page that is not resident, and says so.
      const readable = rows.filter((row) => !row.includes("name-unreadable"));
      expect(expected.sort()).toEqual(expect.arrayContaining(readable));
      expect(readable.length).toBeGreaterThanOrEqual(backend === "ptrace" ? 5 : 4);
    });

    test("by a signal are recorded without a result", () => {
      const { status, rows } = openedUnder("trap", backend);
      expect(status).toBe(0);
      expect(rows.filter((row) => row.endsWith(",,seccomp")).length).toBeGreaterThanOrEqual(
        backend === "ptrace" ? 4 : 3,
      );
      expect(rows).toContain('"before",3,');
      expect(rows).toHaveLength(5);
    });

    test("by killing the process are recorded without a result", () => {
      const { status, rows } = openedUnder("kill", backend);
      expect(status).toBe(128 + 31);
      expect(rows).toEqual(['"before",3,', '"early",,seccomp']);
    });
  },
);

test.each([
  ["strict", ["strict"], 137],
  ["strict-thread", ["strict", "after 3"], 5],
] as const)("seccomp's strict mode is what it is without a trace: %s", (how, lines, status) => {
  using directory = temporaryDirectory();
  const said = `${lines.join("\n")}\n`;
  for (const trace of [
    [],
    [TRACE, "exec", "-q", "--backend", "ptrace", "-o", "record", "--"],
    [TRACE, "syscalls", "-e", "openat", "-o", "record", "--"],
    [TRACE, "syscalls", "-o", "record", "--"],
  ]) {
    const command = ["sh", "-c", '"$@"; exit $?', "sh", ...trace, program("filtered"), how];
    const ran = run(["timeout", "-k", "1", "20", ...command], { cwd: directory.path });
    expect(ran.stdout.toString()).toBe(said);
    expect(ran.status).toBe(status);
  }
});

test.each(["errno", "trap", "kill", "notify", "trace"])(
  "trace syscalls shows a call that the command's own filter answers by %s",
  (action) => {
    using directory = temporaryDirectory();
    const args = ["syscalls", "-e", "openat", "-o", "record", "--", program("filtered"), action];
    run([TRACE, ...args], { cwd: directory.path });
    const text = run(["cat", "record"], { cwd: directory.path }).stdout.toString();
    const names = [...text.matchAll(/openat\(AT_FDCWD, "(\w+)"/g)].map(([, name]) => name);
    const all =
      action === "kill" ? ["before", "early"] : "before early late after child".split(" ");
    expect(names).toEqual(all);
  },
);

test("trace under a filter of its caller stops at all calls", () => {
  using directory = temporaryDirectory();
  const caller = [program("seccomp"), "deny"];
  const args = [
    "exec",
    "-q",
    "--backend",
    "ptrace",
    "--columns",
    "filename,return",
    "-o",
    "record",
  ];
  run([...caller, TRACE, ...args, "--", program("seccomp"), "open"], { cwd: directory.path });
  const text = run(["cat", "record"], { cwd: directory.path }).stdout.toString();
  expect(text).toBe('filename,return\n"stopped",-122\n');
});

test("where PTRACE_GET_SYSCALL_INFO is refused, calls are read from the registers", () => {
  using directory = temporaryDirectory();
  const lines = (caller: readonly string[]) => {
    const command = [TRACE, "syscalls", "-o", "record", "--", program("lifecycle"), "no call"];
    const ran = run([...caller, ...command], { cwd: directory.path });
    expect(ran.status).toBe(0);
    const text = run(["cat", "record"], { cwd: directory.path }).stdout.toString();
    // Numbers of random length also move the column of the results.
    return text
      .replace(/^\d+ +|0x[0-9a-f]+|"\\x.*?"|(?<=set_tid_address\(.*= )\d+/gm, "")
      .replace(/\) += /g, ") = ");
  };
  const told = lines([]);
  expect(told).toContain("ENOSYS");
  expect(lines([program("seccomp"), "noinfo"])).toBe(told);
});

test("a summary takes it for no output", () => {
  using directory = temporaryDirectory();
  const trace = [TRACE, "exec", "-q", "--summary=json:-", "--", program("seccomp"), "trap"];
  const { stdout } = run(trace, { cwd: directory.path });
  const report = JSON.parse(stdout.toString().slice(stdout.toString().indexOf("{")));
  expect(report.outputs).toEqual([]);
});
