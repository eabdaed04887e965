/** Runs without what trace usually has: open streams, a current directory, room in files. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";

/** Runs a shell script with the trace under test as $T, in a directory of its own. */
function script(text: string, directory: string) {
  return run(["bash", "-c", text], { cwd: directory, env: { ...process.env, T: TRACE } });
}

const ONE_LINE = /^trace: [^\n]+\n$/;
/** A command that opens many files and then says so. */
const COMMAND = "sh -c 'for i in $(seq 400); do : </dev/null; done; touch ran; exit 7'";

test.each([
  "exec -o /dev/fd/99",
  "exec --backend ptrace -o /dev/fd/99",
  "exec --summary=json:/dev/fd/99",
  "exec -o /proc/self/fd/99",
  "syscalls -o /dev/fd/99",
  "procs -o /dev/fd/99",
])("%s, an fd that is not open, is refused before the command starts", (options) => {
  using directory = temporaryDirectory();
  const { status, stderr } = script(`"$T" ${options} -- ${COMMAND}`, directory.path);
  expect(status).toBe(125);
  expect(stderr).toMatch(/^trace: open\(.*99\): EBADF: [^\n]+\n$/);
  expect(existsSync(join(directory.path, "ran"))).toBe(false);
});

test.each([
  ["-o /dev/fd/5 5</dev/null", "an fd that is open for reading only"],
  ["-o /dev/fd/4", "an fd that Bun uses itself"],
  ["-o - >&-", "a standard output that is closed"],
])("%s, %s, is refused as an output", (options) => {
  using directory = temporaryDirectory();
  const { status, stderr } = script(`"$T" exec ${options} -- ${COMMAND}`, directory.path);
  expect([status, stderr.replace(/^trace: open\([^)]*\): EBADF: [^\n]+\n$/, "")]).toEqual([
    125,
    "",
  ]);
});

test("a command has the standard streams closed that were closed for trace", () => {
  using directory = temporaryDirectory();
  const open = "test -e /proc/$$/fd/0 || test -e /proc/$$/fd/1 || test -e /proc/$$/fd/2";
  const command = `exec -o o.csv -- sh -c '${open} || exit 7'`;
  const { status } = script(`"$T" ${command} <&- >&- 2>&-`, directory.path);
  expect(status).toBe(7);
});

test("what is asked for is printed, or the failure to print it is reported", () => {
  using directory = temporaryDirectory();
  for (const asked of ["--help", "--version", "watch --status --format json", "doctor"]) {
    const full = script(`"$T" ${asked} >/dev/full`, directory.path);
    expect([asked, full.status]).toEqual([asked, 125]);
    expect(full.stderr).toBe("trace: write(standard output): ENOSPC: No space left on device\n");
  }
  const closed = script('"$T" --help >&-', directory.path);
  expect([closed.status, closed.stderr]).toEqual([125, "trace: standard output: is closed\n"]);
  const unread = script('set -o pipefail; "$T" --help | true', directory.path);
  expect([unread.status, unread.stderr]).toEqual([0, ""]);
});

test.each([
  ["exec -o out", "not written$"],
  ["exec --format json -o out", "not written$"],
  ["exec --backend ptrace -o out", "not written \\(by ptrace\\)$"],
  ["exec --summary=json:out", "INCOMPLETE: 1 output not written to its end$"],
  ["syscalls -o out", "write\\(out\\): EFBIG"],
])("a limit on file sizes ends the output of trace %s, not the command", (options, verdict) => {
  using directory = temporaryDirectory();
  const text = `ulimit -f 1; "$T" ${options} -- ${COMMAND}`;
  const { status, signal, stderr } = script(text, directory.path);
  expect([status, signal, existsSync(join(directory.path, "ran"))]).toEqual([125, null, true]);
  expect(stderr).toContain("trace: write(out): EFBIG: File too large\n");
  expect(stderr).toMatch(new RegExp(verdict, "m"));
  expect(stderr).not.toContain("a bug in trace");
  if (options.includes("json")) JSON.parse(readFileSync(join(directory.path, "out"), "utf8"));
});

test("an ordinary user with a limit on file sizes that is too low is told so", () => {
  using directory = temporaryDirectory();
  run(["chmod", "777", directory.path]);
  const user = "setpriv --reuid 65534 --regid 65534 --clear-groups";
  const { status, stderr } = script(`ulimit -f 1; ${user} "$T" exec -o o true`, directory.path);
  expect([status, stderr]).toEqual([
    125,
    "trace: the limit on file sizes is below 4 MiB, which trace needs; raise it with ulimit -f\n",
  ]);
});

test.each([
  ...[...["-s 64", "-s 128"], ...["-v 200000", "-v 400000", "-v 1000000"]],
  ...["-d 100000", "-d 400000", "-d 600000"],
])("a limit with ulimit %s, with which Bun would crash, is one message", (limit) => {
  using directory = temporaryDirectory();
  const { status, stderr } = script(`ulimit ${limit}; "$T" exec ${COMMAND}`, directory.path);
  expect([status, existsSync(join(directory.path, "ran"))]).toEqual([125, false]);
  expect(stderr).toMatch(ONE_LINE);
  expect(stderr).toContain(`ulimit ${limit.slice(0, 2)}`.slice(0, 7));
});

test("a stack of 256 KiB is enough", () => {
  using directory = temporaryDirectory();
  for (const how of ["exec -o o", "exec --backend ptrace --summary=text:o", "syscalls -f -o o"]) {
    const { status } = script(`ulimit -s 256; "$T" ${how} -- ${COMMAND}`, directory.path);
    expect([how, status]).toEqual([how, 7]);
  }
});

test("without /proc there is one message", () => {
  using directory = temporaryDirectory();
  const text = `unshare -m sh -c 'mount --make-rprivate /; umount -l /proc; "$T" exec true'`;
  const { status, stderr } = script(text, directory.path);
  expect(status).toBe(125);
  expect(stderr).toMatch(/^trace: cannot open \/proc\/self\/exe; mount \/proc[^\n]*\n$/);
});

test.each([
  ...["BUN_BE_BUN=1", "BUN_OPTIONS=--preload ./x.js", "BUN_OPTIONS=--help", "BUN_JSC_useJIT=0"],
  ...["BUN_JSC_nonsense=1", "BUN_INSPECT=ws://localhost:9", "MIMALLOC_VERBOSE=1"],
  ...["mimalloc_verbose=1", "NODE_OPTIONS=--x"],
])("%s is obeyed by the command that inherits it, not by trace", (variable) => {
  using directory = temporaryDirectory();
  const command = 'env "$1" "$T" exec -o o -- env';
  const { status, stdout, stderr } = run(["sh", "-c", command, "sh", variable], {
    cwd: directory.path,
    env: { T: TRACE, A: "1", PATH: process.env.PATH },
  });
  expect([status, stderr]).toEqual([0, expect.stringMatching(/^trace: \d+ events, complete\n$/)]);
  const plain = run(["sh", "-c", 'env "$1" env', "sh", variable], {
    cwd: directory.path,
    env: { T: TRACE, A: "1", PATH: process.env.PATH },
  });
  expect(stdout.toString()).toBe(plain.stdout.toString());
});

test("a current directory that was removed does not matter where it is not needed", () => {
  using directory = temporaryDirectory();
  const gone = `mkdir gone; cd gone; rmdir ../gone; `;
  for (const options of ["-o ../o", "--backend ptrace -o ../o", "--summary=json:../s"]) {
    const file = options.replace("../", `${directory.path}/`);
    const { status, stderr } = script(`${gone} "$T" exec ${file} -- true`, directory.path);
    expect(stderr).toMatch(/^trace: \d+ events?, complete( \(by ptrace\))?\n$/);
    expect(status).toBe(0);
  }
  const relative = script(`${gone} "$T" watch --daemon -o x /tmp`, directory.path);
  expect([relative.status, relative.stderr]).toEqual([
    125,
    "trace: x: the current directory has been removed\n",
  ]);
});
