/** Which file a name leads to by ptrace: its path without links, its device and its inode. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runTrace, temporaryDirectory } from "./support/harness.ts";

setDefaultTimeout(120_000);

const COLUMNS = "event,return,path,path2,dev,ino,dev2,ino2";
const EVENTS =
  "rename,unlink,rmdir,link,symlink,mkdir,mknod,truncate,chmod,chown,utimes,stat,chdir";

/** Prints the expected row of each call as `note` says it. */
const PRELUDE = `
import json, os, sys
here = os.getcwd()
def file(path, follow=False):
    at = os.stat(path, follow_symlinks=follow)
    return {"dev": at.st_dev, "ino": at.st_ino}
def note(event, path, found={}, path2=None, replaced={}):
    names = {"path": path and os.path.join(here, path), "path2": path2 and os.path.join(here, path2)}
    two = {"dev2": replaced.get("dev"), "ino2": replaced.get("ino")}
    row = {"event": event, "dev": None, "ino": None, **names, **two, **found}
    os.write(1, (json.dumps(row, sort_keys=True) + "\\n").encode())
def fails(work):
    try: work()
    except OSError: return
    raise Exception("no error")
`;

const SCRIPTS: Readonly<Record<string, string>> = {
  "through symbolic links": `
os.makedirs("d/e"); os.symlink("d/e", "s"); os.symlink("../../d", "d/e/up"); os.symlink("s/f", "l")
for name in ["d/e/f", "d/g", "d/e/h"]: open(name, "w").close()
sys.stdout.flush()
note("rename", "d/e/f", file("d/e/f"), "d/g", file("d/g")); os.rename("s/f", "s/../g")
note("rename", "d/g", file("d/g"), "d/e/f"); os.rename("s/up/g", "s/f")
note("link", "d/e/f", file("d/e/f"), "d/f2"); os.link("s/f", "s/../f2")
note("link", "l", file("l"), "d/l2"); os.link("l", "s/up/l2", follow_symlinks=False)
note("rename", "d/e/f", file("d/e/f"), "d/f2", file("d/f2")); os.rename("s/f", "d/f2")
note("chmod", "d/e/f", file("d/e/f")); os.chmod("l", 0o600)
note("chown", "d/e/f", file("d/e/f")); os.chown("l", -1, -1)
note("chown", "l", file("l")); os.lchown("l", -1, -1)
note("utimes", "l", file("l")); os.utime("l", follow_symlinks=False)
note("truncate", "d/e/f", file("d/e/f")); os.truncate("l", 1)
note("unlink", "d/e/h", file("d/e/h")); os.unlink("s/h")
note("unlink", "l", file("l")); os.unlink("l")
os.mkdir("s/new"); note("mkdir", "d/e/new", file("d/e/new"))
note("rmdir", "d/e/new", file("d/e/new")); os.rmdir("s/up/e/new")
os.mkfifo("s/fifo"); note("mknod", "d/e/fifo", file("d/e/fifo"))
os.symlink("to", "s/sym"); note("symlink", None, file("d/e/sym"), "d/e/sym")
note("stat", "d/e/none"); fails(lambda: os.stat("s/none"))
note("rename", "d/e/none/x", {}, "d/y"); fails(lambda: os.rename("s/none/x", "s/../y"))
note("unlink", "d/e/up", file("d/e/up")); os.unlink("s/up")
os.chdir("s"); note("chdir", "d/e", file("."))
note("rename", "d/e/f", file("f"), "d/f"); os.rename("f", "../f")`,
  "in a root directory of its own": `
os.makedirs("jail/real/in"); os.symlink("/real", "jail/abs"); open("jail/real/x", "w").close()
open("jail/y", "w").close(); os.makedirs("real"); open("real/x", "w").close()
os.chroot("jail"); os.chdir("/abs/in"); here += "/jail"
note("rename", "real/x", file("/real/x"), "y", file("/y")); os.rename("/abs/x", "../../../../y")
note("unlink", "y", file("/y")); os.unlink("/../abs/../y")
note("stat", "real/none/x"); fails(lambda: os.stat("/abs/none/x"))
note("rmdir", "real/in", file("/real/in")); os.rmdir("/abs/in")`,
  "in a mount namespace of its own": `
import ctypes
libc = ctypes.CDLL(None)
os.makedirs("d/sub"); open("d/sub/f", "w").close(); os.symlink("d", "s")
libc.unshare(0x20000); libc.mount(b"none", b"/", None, 0x44000, None)
libc.mount(b"none", b"d", b"tmpfs", 0, None)
os.makedirs("d/sub"); open("d/sub/f", "w").close(); open("d/g", "w").close()
note("rename", "d/sub/f", file("d/sub/f"), "d/g", file("d/g")); os.rename(here + "/s/sub/f", "s/g")
note("unlink", "d/g", file("d/g")); os.unlink("s/sub/../g")
note("rmdir", "d/sub", file("d/sub")); os.rmdir("d/sub")`,
};

type Row = Record<string, unknown>;

function lines(text: string): Row[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

/** Returns the rows that the script announces, and those of the same calls that are recorded. */
function record(backend: string, script: string) {
  using directory = temporaryDirectory();
  const output = join(directory.path, "record.ndjson");
  const args = ["exec", "--backend", backend, "-e", EVENTS, "--columns", COLUMNS, "-o", output];
  const program = ["/usr/bin/python3", "-S", "-c", `${PRELUDE}\n${script}`];
  const { status, stdout, stderr } = runTrace([...args, "--format", "ndjson", "--", ...program], {
    cwd: directory.path,
  });
  expect([status, stderr.split("\n").slice(0, -2)]).toEqual([0, []]);
  const truth = lines(stdout.toString());
  return { truth, rows: lines(readFileSync(output, "utf8")) };
}

function keyOf(row: Row): string {
  const columns = ["event", "path", "path2", "dev", "ino", "dev2", "ino2"];
  return JSON.stringify(columns.map((column) => row[column] ?? null));
}

describe("by ptrace, names lead to their files", () => {
  test.each(Object.entries(SCRIPTS))("%s", (_, script) => {
    const { truth, rows } = record("ptrace", script);
    expect(truth.length).toBeGreaterThan(2);
    const recorded = new Set(rows.map(keyOf));
    expect(truth.map(keyOf).filter((row) => !recorded.has(row))).toEqual([]);
    // No change of a name goes unannounced, except those that prepare.
    const changes = rows.filter(({ event, return: result }) => event === "rename" && result === 0);
    expect(changes.map(keyOf)).toEqual(
      truth.map(keyOf).filter((row) => row.startsWith('["rename"') && !row.includes("none/x")),
    );
  });
});
