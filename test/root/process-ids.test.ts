/** The user, group, parent and mount namespace of processes that change them. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runTrace, temporaryDirectory } from "./support/harness.ts";

setDefaultTimeout(60_000);

/** Opens a file for each state of a process, and prints that state as the process itself sees it. */
const SCRIPT = `
import ctypes, json, os, time
CLONE_NEWNS = 0x20000
def note(name):
    open(name, "w").close()
    mntns = int(os.readlink("/proc/self/ns/mnt")[5:-1])
    row = {"fname": name, "uid": os.getuid(), "gid": os.getgid(), "ppid": os.getppid(), "mntns": mntns}
    os.write(1, (json.dumps(row) + "\\n").encode())
def child(*works):
    pid = os.fork()
    if pid == 0:
        for work in works: work()
        os._exit(0)
    os.waitpid(pid, 0)
def leave_orphan():
    parent = os.getpid()
    if os.fork() != 0: return time.sleep(0.1)
    note("with a parent")
    while os.getppid() == parent: time.sleep(0.01)
    note("orphan")
    os.write(gone, b".")
    os._exit(0)
note("start")
child(lambda: note("child"), lambda: os.setresgid(-1, 65534, -1), lambda: os.setresuid(65533, -1, -1),
      lambda: note("user"))
child(lambda: note("first"), lambda: os.setgid(65532), lambda: note("group"), lambda: os.setuid(65532),
      lambda: note("both"))
child(lambda: ctypes.CDLL(None).unshare(CLONE_NEWNS), lambda: note("unshared"), lambda: child(lambda: note("inherited")))
child(lambda: os.setuid(65531), lambda: note("executes"),
      lambda: os.execv("/bin/sh", ["sh", "-c", ": >executed"]))
over, gone = os.pipe()
child(leave_orphan)
os.read(over, 1)
note("end")
`;

const COLUMNS = "filename,uid,gid,ppid,mntns";

test.each(["bpf", "ptrace"])("are those of the moment by %s", (backend) => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  chmodSync(cwd, 0o777);
  const args = ["exec", "--backend", backend, "-e", "open", "--columns", COLUMNS];
  const output = ["--format", "ndjson", "-o", "rows"];
  const { status, stdout } = runTrace([...args, ...output, "python3", "-c", SCRIPT], { cwd });
  expect(status).toBe(0);
  const parse = (text: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  const rows = parse(readFileSync(join(cwd, "rows"), "utf8"));
  const expected = parse(stdout.toString());
  expect(expected.map(({ fname }) => fname)).toContain("orphan");
  for (const row of expected)
    expect(rows.filter(({ fname }) => fname === row.fname)).toEqual([row]);
  expect(rows.find(({ fname }) => fname === "executed")?.uid).toBe(65531);
});
