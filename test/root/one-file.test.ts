/** The executable brings its C library: it runs where there is none, and hides it from the command. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, runTrace, TRACE } from "./support/harness.ts";
import { program } from "./support/programs.ts";

const EMULATOR = "qemu-x86_64-static";

/** A root with the executable and a static program, and no library. */
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "trace-one-file-"));
  for (const directory of ["proc", "sys", "tmp"]) mkdirSync(join(root, directory));
  copyFileSync(TRACE, join(root, "trace"));
  copyFileSync(program("openloop"), join(root, "openloop"));
  chmodSync(join(root, "tmp"), 0o1777);
});

afterAll(() => rmSync(root, { recursive: true }));

/** Runs ./trace in the root, in a mount namespace of its own. */
function inRoot(args: readonly string[], mounts = 'mount -t proc proc "$0/proc"') {
  const bind = 'mount --bind /sys "$0/sys"';
  const script = `mount --make-rprivate / && ${mounts} && ${bind} && exec chroot "$0" "$@"`;
  return run(["unshare", "-m", "sh", "-c", script, root, "/trace", ...args]);
}

for (const backend of ["bpf", "ptrace"])
  test(`a root without any library, by ${backend}`, () => {
    const options = ["--backend", backend, "--columns", "filename,return", "-o", "-"];
    const { status, stdout, stderr } = inRoot([
      "exec",
      ...options,
      "--",
      "/openloop",
      "2",
      "/absent",
    ]);
    expect(stderr).toContain("trace: 2 events, complete");
    // The command prints a line of its own between them.
    expect(stdout.toString().match(/^"\/absent",-2$/gm)).toHaveLength(2);
    expect(status).toBe(0);
  });

test("without /proc it says so", () => {
  const { status, stderr } = inRoot(["--version"], "true");
  expect(stderr).toMatch(/^trace: cannot open \/proc\/self\/exe; mount \/proc: [^\n]+\n$/);
  expect(status).toBe(125);
});

test("variables of the dynamic linker are for the command only", () => {
  const variables = {
    LD_PRELOAD: "/absent.so",
    LD_DEBUG: "help",
    GLIBC_TUNABLES: "x=y",
    MALLOC_X: "1",
  };
  const env = { PATH: process.env.PATH, ...variables };
  const { status, stderr } = runTrace(["--version"], { env });
  expect([status, stderr]).toEqual([0, ""]);
  const print = `echo "$LD_PRELOAD $LD_DEBUG $GLIBC_TUNABLES $MALLOC_X" >&2`;
  // A static shell does not obey them either.
  const shell = ["busybox", "sh", "-c", print];
  const traced = runTrace(["exec", "-q", "-o", "/dev/null", "--", ...shell], { env });
  expect(traced.stderr).toContain("/absent.so help x=y 1\n");
});

test("the command gets no descriptor of the libraries", () => {
  const { stdout } = runTrace(["exec", "-q", "-o", "/dev/null", "--", "ls", "-l", "/proc/self/fd"]);
  expect(stdout.toString()).not.toContain("memfd");
});

test("the name and the file of the process are those of the executable", () => {
  const { stdout } = run([
    ...[
      "sh",
      "-c",
      `"$0" exec -q -o /dev/null -- sh -c 'readlink /proc/$PPID/exe'; cat /proc/self/comm`,
    ],
    TRACE,
  ]);
  expect(stdout.toString().split("\n")[0]).toBe(TRACE);
});

test.skipIf(process.arch !== "x64")("an old processor is named", () => {
  const { status, stderr } = run([EMULATOR, "-cpu", "Penryn", TRACE, "--version"]);
  expect(stderr).toBe("trace: this processor lacks SSE4.2, which trace needs (x86-64-v2)\n");
  expect(status).toBe(125);
});
