/** `trace exec` by ptrace: the same rows as by eBPF, without any rights. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Cgroup } from "../../src/process/cgroup.ts";
import { difference, run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

setDefaultTimeout(120_000);

const COLUMNS =
  "event,kind,filename,fname2,path,path2,flags,mode,return,ftype,argv,status,signal,note";
const PYTHON = `
import json, os, subprocess
subprocess.run(["true"]); subprocess.run(["true"] + ["x" * 1000] * 200)
open("x", "x").close(); os.rename("x", "y"); os.truncate("y", 3); os.symlink("y", "z")
os.makedirs("a/b"); os.chmod("y", 0o600); os.utime("z", follow_symlinks=False)
`;
const SHELL =
  "ls -l .git | sort >o; cp o p; mv p q; rm q; mkdir d; cd d; ln -s a b; chmod 600 ../o; touch z; " +
  "cat <z; cd ..; rm -r d; (exit 3); kill -9 $(sh -c 'echo $$'); ./absent; exit 5";
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  cc: ["cc", "-o", "program", "a.c"],
  git: ["git", "-c", "gc.auto=0", "status"],
  sh: ["sh", "-c", SHELL],
  python3: ["/usr/bin/python3", "-c", PYTHON],
};

interface Row {
  readonly event: string;
  readonly fname: string | null;
  readonly return: number | null;
  readonly path: string | null;
}

/** Returns a row without what only ptrace knows: the file of a name, and its path through links. */
function comparable(row: Row): Row {
  const ofFile = ["open", "exec", "chdir"].includes(row.event) && (row.return ?? 0) >= 0;
  if (row.fname === null || ofFile) return row;
  const path = row.path?.startsWith("DIR/") ? row.path : null;
  return { ...row, path, ...{ ftype: null } };
}

/** Returns the rows without what differs between runs: pids and names of temporary files. */
function rowsOf(backend: string, command: readonly string[]): string[] {
  using directory = temporaryDirectory();
  const cwd = join(directory.path, "cwd");
  run(["sh", "-c", "mkdir cwd && cd cwd && git init -q && echo 'int main(){}' >a.c"], {
    cwd: directory.path,
  });
  const record = join(directory.path, "record.ndjson");
  const args = ["exec", "--backend", backend, "-e", "all", "--format", "ndjson"];
  runTrace([...args, "--columns", COLUMNS, "-o", record, "--", ...command], { cwd });
  return readFileSync(record, "latin1")
    .replaceAll(directory.path, "DIR")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.stringify(comparable(JSON.parse(line) as Row)))
    .map((line) => line.replace(/\/tmp\/cc\w{6}/g, "/tmp/ccX").replace(/\b\d{3,7}\b/g, "N"));
}

describe("both backends record the same of", () => {
  test.each(Object.entries(COMMANDS))("%s", (_, command) => {
    const rows = rowsOf("bpf", command);
    expect(rows.length).toBeGreaterThan(50);
    expect(difference(rows, rowsOf("ptrace", command))).toBe("");
  });
});

test.each(["bpf", "ptrace"])(
  "by %s, a changed comm or cgroup is recorded from the next call on",
  (backend) => {
    using directory = temporaryDirectory();
    const cgroup = Cgroup.create();
    try {
      const record = join(directory.path, "record.csv");
      const args = ["exec", "--backend", backend, "--columns", "filename,comm,cgid", "-o", record];
      const script = `: >a; printf other >/proc/$$/comm; : >b; echo $$ >${cgroup.path}/cgroup.procs; : >c`;
      runTrace([...args, "--", "sh", "-c", script], { cwd: directory.path });
      const rows = readFileSync(record, "latin1").split("\n");
      const of = (name: string) => rows.find((row) => row.startsWith(`"${name}",`))?.split(",");
      const [, , before] = of("a") ?? [];
      expect(of("a")).toEqual(['"a"', '"sh"', before]);
      expect(of("b")).toEqual(['"b"', '"other"', before]);
      expect(of("c")).toEqual(['"c"', '"other"', `${statSync(cgroup.path).ino}`]);
      expect(before).not.toBe(`${statSync(cgroup.path).ino}`);
    } finally {
      cgroup.remove();
    }
  },
);

test.each(["bpf", "ptrace"])(
  "by %s, an open in another mount namespace creates or not",
  (backend) => {
    using directory = temporaryDirectory();
    const record = join(directory.path, "record.csv");
    const columns = ["--columns", "filename,note", "--flags", "O_CREAT"];
    const script =
      "mount -t tmpfs none /mnt; : >/mnt/x; : >/mnt/x; cd /mnt; : >y; : >>y; : >/mnt/../mnt/z";
    runTrace(
      [
        "exec",
        "--backend",
        backend,
        ...columns,
        "-o",
        record,
        "--",
        "unshare",
        "-m",
        "sh",
        "-c",
        script,
      ],
      { cwd: directory.path },
    );
    expect(readFileSync(record, "latin1").trim().split("\n").slice(1)).toEqual([
      '"/mnt/x",created',
      '"/mnt/x",',
      '"y",created',
      '"y",',
      '"/mnt/../mnt/z",created',
    ]);
  },
);

test.each(["bpf", "ptrace"])("--no-follow by %s records threads, not children", (backend) => {
  using directory = temporaryDirectory();
  const script = `
import os, threading
def by_thread(): open("by-thread", "w")
thread = threading.Thread(target=by_thread); thread.start(); thread.join()
if os.fork() == 0:
    open("by-child", "w"); os._exit(0)
os.wait()`;
  const record = join(directory.path, "record.csv");
  const options = ["--backend", backend, "--no-follow", "--columns", "filename", "-o", record];
  const { status } = runTrace(["exec", ...options, "--", "python3", "-c", script], {
    cwd: directory.path,
  });
  expect(status).toBe(0);
  const names = readFileSync(record, "latin1");
  expect(names).toContain('"by-thread"');
  expect(names).not.toContain('"by-child"');
});

describe.each([
  ["bpf", [], "(io_uring disabled)"],
  ["ptrace", [], "(by ptrace; io_uring disabled)"],
  ["ptrace", ["--no-follow"], "(by ptrace; io_uring disabled)"],
] as const)("--no-io-uring by %s %p", (backend, args, note) => {
  test("makes io_uring_setup fail as if the kernel did not have it, and the report says so", () => {
    using directory = temporaryDirectory();
    const script =
      "import ctypes; c = ctypes.CDLL(None, use_errno=True); print(c.syscall(425, 4, None), ctypes.get_errno())";
    const { stdout, stderr } = runTrace(
      ["exec", "--backend", backend, "--no-io-uring", ...args, "--", "python3", "-c", script],
      { cwd: directory.path },
    );
    expect(stdout.toString()).toBe("-1 38\n");
    expect(stderr).toContain(`, complete ${note}\n`);
  });
});

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const USERS: Readonly<Record<string, readonly string[]>> = {
  "an ordinary user": NOBODY,
  "an ordinary user's own user namespace": [...NOBODY, "unshare", "-Ur"],
  "an ordinary user who gets no new privileges": ["setpriv", "--no-new-privs", ...NOBODY.slice(1)],
};

/** Runs trace in a world-writable directory. */
function runAs(before: readonly string[], args: readonly string[], command: readonly string[]) {
  using directory = temporaryDirectory();
  chmodSync(directory.path, 0o777);
  const record = join(directory.path, "record.csv");
  const env = { ...process.env, HOME: directory.path };
  const whole = [...before, TRACE, "exec", "-o", record, ...args, "--", ...command];
  const result = run(whole, { cwd: directory.path, env });
  const rows = run(["cat", record]).stdout.toString("latin1").split("\n").slice(1, -1);
  const { status, stdout, stderr } = result;
  return { status, stdout, stderr, rows };
}

describe.each(Object.entries(USERS))("as %s", (_, before) => {
  test("auto records by ptrace, and the completeness report says so", () => {
    const args = ["--columns", "filename"];
    const script = "cat /etc/hosts >/dev/null; exit 7";
    const { status, rows, stderr } = runAs(before, args, ["sh", "-c", script]);
    expect(status).toBe(7);
    expect(rows).toContain('"/etc/hosts"');
    expect(stderr).toMatch(/complete \(by ptrace\)$/m);
  });

  test("--backend bpf fails with one line", () => {
    const { status, stderr } = runAs(before, ["--backend", "bpf"], ["true"]);
    expect(status).toBe(125);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

describe("by ptrace", () => {
  const exec = (args: readonly string[], command: readonly string[]) =>
    runAs([], ["--backend", "ptrace", ...args], command);

  test("an io_uring without requests on files leaves the recording complete", () => {
    const script =
      "import ctypes; ctypes.CDLL(None).syscall(425, 4, ctypes.create_string_buffer(120))";
    const { stderr } = exec([], ["/usr/bin/python3", "-c", script]);
    expect(stderr).toMatch(/^trace: \d+ events, complete \(by ptrace\)$/m);
  });

  test("--flags filters by the flag expression", () => {
    const { rows } = exec(
      ["--flags", "O_CREAT & ~O_APPEND", "--columns", "filename"],
      ["sh", "-c", "echo >a; echo >>b; cat a b"],
    );
    expect(rows).toEqual(['"a"']);
  });

  test("--no-follow records only that process, and its children work", () => {
    const script = ": </dev/null; cat /etc/hosts >/dev/null && echo well";
    const { rows, stdout } = exec(["--no-follow", "--columns", "filename"], ["sh", "-c", script]);
    expect(stdout.toString()).toBe("well\n");
    expect(rows).toContain('"/dev/null"');
    expect(rows).not.toContain('"/etc/hosts"');
  });

  test.each([
    ["exit 0", 0],
    ["exit 42", 42],
    ["kill -9 $$", 137],
    ["kill -TERM $$", 143],
  ])("the status of %s is the command's", (script, status) => {
    expect(exec([], ["sh", "-c", script]).status).toBe(status);
  });

  test("a command that cannot be executed fails with one line and a shell's status", () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, "file");
    writeFileSync(file, "exit 9\n");
    const refused = exec(["-q"], [file]);
    expect(refused.status).toBe(126);
    expect(refused.stderr).toBe(`trace: ${file}: Permission denied (EACCES)\n`);
    expect(exec(["-q"], ["/absent"]).status).toBe(127);
    // execvp(3) runs a script without an interpreter line by the shell.
    chmodSync(file, 0o755);
    expect(exec(["-q"], [file]).status).toBe(9);
  });
});
