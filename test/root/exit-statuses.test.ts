/** The exit statuses of docs/trace.md, and what is said. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

const directory = temporaryDirectory();
const cwd = directory.path;
const ABSENT = "ENOENT: No such file or directory";

beforeAll(() => {
  mkdirSync(join(cwd, "place"));
  writeFileSync(join(cwd, "plain"), "");
  writeFileSync(
    join(cwd, "history"),
    '{"time":1700000000.5,"type":"CREATE","path":"/a","pid":1,"comm":"x"}\n',
  );
  run([TRACE, "exec", "-q", "-o", "run.trace", "true"], { cwd });
});
afterAll(() => directory[Symbol.dispose]());

type Row = readonly [status: number, message: string, ...args: string[]];

const ROWS: readonly Row[] = [
  // The command's own, and what kept it from running.
  [7, "", "exec", "-q", "sh", "-c", "exit 7"],
  [130, "", "exec", "-q", "sh", "-c", "kill -INT $$"],
  [9, "", "syscalls", "-o", "/dev/null", "sh", "-c", "exit 9"],
  [5, "", "procs", "-q", "--", "sh", "-c", "exit 5"],
  [127, "no-such-command: No such file or directory (ENOENT)\n", "exec", "no-such-command"],
  [127, "gti: No such file or directory (ENOENT); did you mean git?\n", "exec", "gti"],
  [127, "it is one word", "exec", "ls -l"],
  [127, "''", "exec", ""],
  [127, "", "syscalls", "./absent"],
  [127, "", "procs", "--", "absent-command"],
  [126, "plain: Permission denied (EACCES)\n", "exec", "./plain"],
  [126, "place: Permission denied (EACCES); it is a directory\n", "exec", "./place"],
  // A wrong command line.
  [2, "--nosuch: unknown option", "exec", "--nosuch", "true"],
  [2, "no command given", "exec"],
  [2, `open(absent/x): ${ABSENT}; choose another file with -o`, "exec", "-o", "absent/x", "true"],
  [2, "open(place): EISDIR: Is a directory", "exec", "-o", "place", "true"],
  [2, "open(plain/x): ENOTDIR", "all", "-o", "plain/x"],
  [2, `open(absent/x): ${ABSENT}`, "syscalls", "-o", "absent/x", "true"],
  [2, `open(absent/x): ${ABSENT}`, "procs", "-o", "absent/x"],
  [2, `open(absent/x): ${ABSENT}`, "watch", "-o", "absent/x", "."],
  [2, `open(absent/x): ${ABSENT}`, "show", "-o", "absent/x", "run.trace"],
  [2, `open(absent/x): ${ABSENT}`, "query", "-o", "absent/x", "history"],
  [2, `open(absent/x): ${ABSENT}`, "exec", "--summary=json:absent/x", "true"],
  [2, `open(absent/x): ${ABSENT}`, "summary", "--format", "text:absent/x", "run.trace"],
  [2, "-o: needs a value that is not empty", "exec", "-o", "", "true"],
  [2, `absent: ${ABSENT}\n`, "show", "absent"],
  [2, `absent: ${ABSENT}\n`, "summary", "absent"],
  [2, `absent: ${ABSENT}\n`, "query", "absent"],
  [2, `absent: ${ABSENT}\n`, "changes", "absent"],
  [2, `absent: ${ABSENT}\n`, "clean", "--older", "1d", "absent"],
  [2, "absent: no such file; use --wait", "watch", "absent"],
  [2, `--rules absent: ${ABSENT}\n`, "query", "--rules", "absent", "history"],
  [2, `--fromfile: absent: ${ABSENT}\n`, "watch", "--fromfile", "absent"],
  [2, `--cgroup absent: ${ABSENT}\n`, "all", "--cgroup", "absent"],
  [
    2,
    "--cgroup place: not a cgroup v2 directory: no cgroup.procs in it\n",
    "all",
    "--cgroup",
    "place",
  ],
  [2, "--cgroup plain: not a cgroup v2 directory: not a directory\n", "all", "--cgroup", "plain"],
  [2, "--pid 4194305: no such process\n", "all", "--pid", "4194305"],
  [2, "-p 4194305: no such process\n", "syscalls", "-p", "4194305"],
  [2, "--pid 4194305: no such process\n", "procs", "--pid", "4194305"],
  [2, "--tree 4194305: no such process\n", "procs", "--tree", "4194305"],
  [2, "--pid 4194305: no such process\n", "watch", "--pid", "4194305", "."],
  [2, "--user nobody2: no such user", "exec", "--user", "nobody2", "true"],
  [2, "nobody2: no such user", "syscalls", "-u", "nobody2", "true"],
  [2, "--user nobody2: no such user", "watch", "--user", "nobody2", "."],
  [2, "--uid nobody2: no such user", "all", "--uid", "nobody2"],
  // No command of trace.
  [2, "-f: expected a command first; try trace syscalls -f ls\n", "-f", "ls"],
  [2, "to record what a program does: trace exec ls -l\n", "ls", "-l"],
  [2, "trace exec ls 'a b'", "ls", "a b"],
  [2, "try trace syscalls -c ls\n", "strace", "-c", "ls"],
  [2, "try trace watch -r .\n", "inotifywait", "-r", "."],
  [2, "options follow it: trace exec -q true\n", "-q", "exec", "true"],
  [2, "to watch a directory: trace watch ./place\n", "./place"],
  [2, "to see a record: trace show run.trace\n", "run.trace"],
  [2, "to trace a running process: trace syscalls -p 1\n", "1"],
  [2, "'': no such command", ""],
  [2, "did you mean syscalls?", "sysc"],
  // Success, with nothing to say.
  [0, "", "--version"],
  [0, "", "exec", "-qV", "true"],
  [0, "", "watch", "--version"],
  [0, "", "doctor", "-h"],
  [3, "INCOMPLETE", "query", "--require-complete", "history"],
  [1, "no daemon", "watch", "--stop", "/no/such/path"],
];

test.each(ROWS)("status %i, %j: trace %s %s %s %s", (status, message, ...args) => {
  const result = runTrace(args, { cwd });
  expect([result.status, result.stderr]).toEqual([status, expect.stringContaining(message)]);
  if (status === 2) expect(result.stderr).toMatch(/^trace: .*\n$/);
});

/** Commands that write to standard output. */
const PRINTING = [
  "exec -q -o - true",
  "syscalls -o - true",
  "show run.trace",
  "summary run.trace",
  "query history",
  "query --verify history",
  "changes history",
  "watch --print-unit /srv",
  "doctor",
  "help exec",
  "--version",
];

test.each(PRINTING)("trace %s on an output that fails", (command) => {
  const under = (redirection: string) =>
    run(["bash", "-c", `${TRACE} ${command} ${redirection}`], { cwd });
  for (const redirection of [">/dev/full", ">&-"]) {
    const { status, stderr } = under(redirection);
    expect([redirection, status]).toEqual([redirection, 125]);
    expect(stderr).toMatch(/standard output/);
    expect(stderr).not.toMatch(/\.ts:|a bug in trace|undefined/);
  }
  // The history has no hashes: --verify says so where its reader is still there.
  const statuses = command.includes("--verify") ? [0, 1] : [0];
  const read = under("| true; exit $PIPESTATUS");
  expect(statuses).toContain(read.status as number);
  expect(read.stderr).not.toContain("a bug in trace");
});
